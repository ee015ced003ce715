// What a program says when the library is linked into it (Sources/Archive/note.S): an ELF note of the name "swiftmalloc", with
// five numbers of 64 bits, each of them a distance from its own place: the table of the layout, and where two ranges of data begin
// and end.

import Targets

struct LibraryNote {
  /// The address of `swiftmalloc_layout`.
  let layout: UInt64
  /// The library's data, between the program's own.
  let data: [Range<UInt64>]

  private static let name = Array("swiftmalloc\0".utf8)
  private static let head = 12
  private static let byteCount = 5 * 8

  /// Nil where the object has no such note.
  init?(_ memory: any TargetMemory, _ object: LoadedObject) {
    for segment in object.segments where segment.type == LoadedObject.SegmentType.note {
      let count = Int(min(segment.byteCount, 1 << 16))
      let notes = memory.bytes(at: segment.address, count: count)
      guard let place = Self.place(in: notes) else { continue }
      let address = segment.address &+ UInt64(place)
      let numbers = stride(from: address, to: address &+ UInt64(Self.byteCount), by: 8).map {
        $0 &+ (memory.word(at: $0) ?? 0)
      }
      layout = numbers[0]
      data = [(numbers[1], numbers[2]), (numbers[3], numbers[4])].filter { $0 <= $1 }
        .map { $0..<$1 }
      return
    }
    return nil
  }

  // Where the contents of ours begin. A note is: length of the name, of the contents, type, then both, padded to four bytes.
  private static func place(in notes: [UInt8]) -> Int? {
    func number(_ place: Int) -> Int {
      Int(
        notes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: UInt32.self) })
    }
    var place = 0
    while place + head <= notes.count {
      let contents = place + head + (number(place) + 3) & ~3
      let end = contents + (number(place + 4) + 3) & ~3
      if end > notes.count { return nil }
      if number(place) == name.count, end - contents == byteCount,
        notes[(place + head)...].prefix(name.count).elementsEqual(name)
      {
        return contents
      }
      place = end
    }
    return nil
  }
}
