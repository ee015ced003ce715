// The file of a snapshot: one message of protocol buffers (WireReader), compressed by gzip. Numbers of blocks are their places
// in the order of addresses, from 0. "Packed" fields have a number for each block, or for each pointer.
//
//   1  version: 1                              2  process: 1 number  2 name  3 seconds since 1970
//   3  type, repeated: 1 name  2 language  3 kind  4 field, repeated: 1 name  2 offset  3 is an owner  4 perhaps
//      7 what other words refer to is perhaps owned
//      of an array: 5 offset of the first element  6 bytes from one to the next
//   4  packed: address less that of the block before      5  packed: usable bytes     6  packed: place of the type
//   7  packed: pointers of the block           8  packed: block that the pointer leads to, less the block that has it (zigzag)
//   9  packed: word of the block in which it stands
//   10 root, repeated: 1 place  2 address  3 block  4 thread  5 name
//
// Contents of blocks are nowhere in it. Readers pass over fields that they do not know; what they would read wrongly has
// another version.

import Wire

extension HeapImage {
  package static let fileVersion: UInt64 = 1

  /// The contents of such a file.
  package func encoded() -> [UInt8] {
    var writer = WireWriter()
    writer.number(1, Self.fileVersion)
    writer.message(2) {
      $0.number(1, Int64(process.number))
      $0.part(2, process.name.utf8)
      $0.number(3, process.time)
    }
    for type in types { writer.message(3) { Self.write(type, &$0) } }
    writer.packed(4, Deltas(values: blocks.addresses))
    writer.packed(5, blocks.sizes)
    writer.packed(6, typeNumbers.lazy.map(UInt64.init))
    writer.packed(7, (0..<blocks.count).lazy.map { UInt64(edges.range(of: $0).count) })
    writer.packed(
      8,
      (0..<blocks.count).lazy.flatMap { block in
        edges.range(of: block).lazy.map { zigzag(Int64(edges.targets[$0]) - Int64(block)) }
      })
    writer.packed(9, edges.words.lazy.map(UInt64.init))
    for root in roots {
      writer.message(10) {
        $0.number(1, UInt64(root.place.rawValue))
        $0.number(2, root.address)
        $0.number(3, UInt64(root.block))
        $0.number(4, Int64(root.thread))
        $0.part(5, root.name.utf8)
      }
    }
    return Gzip.compressed(writer.bytes)
  }

  private static func write(_ type: BlockType, _ writer: inout WireWriter) {
    writer.part(1, type.name.utf8)
    writer.part(2, type.language.utf8)
    writer.part(3, type.kind.utf8)
    for field in type.fields {
      writer.message(4) {
        $0.part(1, field.name.utf8)
        $0.number(2, UInt64(field.offset))
        $0.flag(3, field.isOwner)
        $0.flag(4, !field.isCertain)
      }
    }
    if let elements = type.elements {
      writer.number(5, UInt64(elements.first))
      writer.number(6, UInt64(elements.stride))
    }
    writer.flag(7, !type.restIsCertain)
  }

  private struct Deltas: Sequence {
    let values: [UInt64]

    func makeIterator() -> some IteratorProtocol<UInt64> {
      var last: UInt64 = 0
      return values.lazy.map { value in
        defer { last = value }
        return value &- last
      }.makeIterator()
    }
  }

  private func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }
}
