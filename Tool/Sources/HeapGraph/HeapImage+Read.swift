// Reads the file of a snapshot (HeapImage+File has the format). Every number is checked before it is used as a place.

import Wire

extension HeapImage {
  /// What `encoded` made. Throws a `FormatError` for anything else.
  package init(encoded: [UInt8]) throws(FormatError) {
    guard Gzip.isCompressed(encoded) else { throw Damage.error("is not compressed by gzip") }
    let bytes = try Gzip.decompressed(encoded, limit: Self.greatestBytes)
    let parts = try bytes.withUnsafeBufferPointer { buffer throws(FormatError) in
      try HeapFileParts(buffer)
    }
    try self.init(parts)
  }

  // Some 20 bytes for a block and its pointers: a hundred million blocks.
  private static var greatestBytes: Int { 2 << 30 }

  private init(_ parts: HeapFileParts) throws(FormatError) {
    guard parts.version == Self.fileVersion else {
      throw FormatError(
        "is a snapshot of version \(parts.version); this tool reads version \(Self.fileVersion)")
    }
    let count = parts.deltas.count
    guard count < Int(UInt32.max) - 1, parts.sizes.count == count, parts.types.count > 0,
      parts.typeNumbers.count == count, parts.edgeCounts.count == count
    else { throw Damage.error("has tables of different lengths") }
    var addresses: [UInt64] = []
    addresses.reserveCapacity(count)
    var end: UInt64 = 0
    for index in 0..<count {
      let address = (addresses.last ?? 0) &+ parts.deltas[index]
      let next = address &+ parts.sizes[index]
      if address < end || next < address || address == 0 && index > 0 {
        throw Damage.error("has blocks that overlap")
      }
      end = next
      addresses.append(address)
    }
    guard parts.typeNumbers.allSatisfy({ $0 < UInt64(parts.types.count) }) else {
      throw Damage.error("has a block of a type that is not there")
    }
    guard parts.roots.allSatisfy({ $0.block < UInt32(count) }) else {
      throw Damage.error("has a root that leads to a block that is not there")
    }
    self.init(
      blocks: BlockTable(addresses: addresses, sizes: parts.sizes),
      typeNumbers: parts.typeNumbers.map { UInt32($0) }, types: parts.types,
      edges: try Self.edges(parts), roots: parts.roots, process: parts.process)
  }

  private static func edges(_ parts: HeapFileParts) throws(FormatError) -> Edges {
    var builder = EdgesBuilder(blockCount: parts.edgeCounts.count)
    var edge = 0
    for (block, count) in parts.edgeCounts.enumerated() {
      guard count <= UInt64(min(parts.targets.count, parts.words.count) - edge) else {
        throw Damage.error("has fewer pointers than its blocks say")
      }
      for _ in 0..<count {
        let delta = Int64(bitPattern: parts.targets[edge] >> 1) ^ -Int64(parts.targets[edge] & 1)
        let target = Int64(block) &+ delta
        guard target >= 0, target < parts.edgeCounts.count, parts.words[edge] <= UInt32.max else {
          throw Damage.error("has a pointer to a block that is not there")
        }
        builder.add(Int(target), word: Int(parts.words[edge]))
        edge += 1
      }
      builder.finishBlock()
    }
    return builder.finish()
  }
}

enum Damage {
  static func error(_ what: String) -> FormatError {
    FormatError("is no snapshot, or damaged: it \(what)")
  }
}

/// The fields of the file as they stand there.
struct HeapFileParts {
  private(set) var version: UInt64 = 0
  private(set) var process = HeapImage.Process(number: 0, name: "", time: 0)
  private(set) var types: [BlockType] = []
  private(set) var deltas: [UInt64] = []
  private(set) var sizes: [UInt64] = []
  private(set) var typeNumbers: [UInt64] = []
  private(set) var edgeCounts: [UInt64] = []
  private(set) var targets: [UInt64] = []
  private(set) var words: [UInt64] = []
  private(set) var roots: [HeapRoot] = []

  init(_ bytes: UnsafeBufferPointer<UInt8>) throws(FormatError) {
    var reader = WireReader(bytes, of: "snapshot")
    while let (number, value) = try reader.next() {
      switch (number, value) {
      case (1, .number(let version)): self.version = version
      case (2, .part(let part)): process = try Message(bytes, part).process
      case (3, .part(let part)): types.append(try Self.type(bytes, part))
      case (4, .part(let part)): try Self.append(bytes, part, to: &deltas)
      case (5, .part(let part)): try Self.append(bytes, part, to: &sizes)
      case (6, .part(let part)): try Self.append(bytes, part, to: &typeNumbers)
      case (7, .part(let part)): try Self.append(bytes, part, to: &edgeCounts)
      case (8, .part(let part)): try Self.append(bytes, part, to: &targets)
      case (9, .part(let part)): try Self.append(bytes, part, to: &words)
      case (10, .part(let part)): roots.append(try Message(bytes, part).root())
      default: break
      }
    }
  }

  private static func append(
    _ bytes: UnsafeBufferPointer<UInt8>, _ part: Range<Int>, to values: inout [UInt64]
  ) throws(FormatError) {
    var reader = WireReader(bytes, part, of: "snapshot")
    while !reader.isAtEnd { values.append(try reader.varint()) }
  }

  private static func type(
    _ bytes: UnsafeBufferPointer<UInt8>, _ part: Range<Int>
  ) throws(FormatError) -> BlockType {
    let message = try Message(bytes, part)
    var fields: [BlockType.Field] = []
    for part in message.parts[4] ?? [] {
      let field = try Message(bytes, part)
      fields.append(
        BlockType.Field(
          name: field.text(1), offset: UInt32(clamping: field.numbers[2] ?? 0),
          isOwner: field.numbers[3] == 1, isCertain: field.numbers[4] != 1))
    }
    return BlockType(
      name: message.text(1), language: message.text(2), kind: message.text(3), fields: fields,
      elements: BlockType.Elements(
        first: Int(clamping: message.numbers[5] ?? 0),
        stride: Int(clamping: message.numbers[6] ?? 0)),
      restIsCertain: message.numbers[7] != 1)
  }

  /// A small message: the last number and all parts of each field.
  private struct Message {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var numbers: [UInt64: UInt64] = [:]
    private(set) var parts: [UInt64: [Range<Int>]] = [:]

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ part: Range<Int>) throws(FormatError) {
      self.bytes = bytes
      var reader = WireReader(bytes, part, of: "snapshot")
      while let (number, value) = try reader.next() {
        switch value {
        case .number(let value): numbers[number] = value
        case .part(let part): parts[number, default: []].append(part)
        case .skipped: break
        }
      }
    }

    func text(_ field: UInt64) -> String {
      parts[field]?.last.map { String(decoding: bytes[$0], as: UTF8.self) } ?? ""
    }

    private func number32(_ field: UInt64) -> Int32 {
      Int32(clamping: Int64(bitPattern: numbers[field] ?? 0))
    }

    var process: HeapImage.Process {
      HeapImage.Process(
        number: number32(1), name: text(2), time: Int64(bitPattern: numbers[3] ?? 0))
    }

    func root() throws(FormatError) -> HeapRoot {
      guard let place = HeapRoot.Place(rawValue: UInt8(clamping: numbers[1] ?? 0)) else {
        throw Damage.error("has a root of an unknown kind")
      }
      return HeapRoot(
        place: place, address: numbers[2] ?? 0, block: UInt32(clamping: numbers[3] ?? 0),
        thread: number32(4), name: text(5))
    }
  }
}
