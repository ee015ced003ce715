// What is needed of an ELF file: its build id, a note of the linker; the segments, which say where
// in memory a part of the file lies; the dynamic linker that it asks for; its sections, by name;
// and the names that it exports. Everything is checked against the file's length. Numbers are read
// in this machine's byte order: 64-bit files of this machine.
//
//   address - a segment's address  =  offset in the file - the segment's offset
//
// where addresses are those of a file that lies where it was linked for.

import Glibc

/// An ELF file.
package struct ObjectFile {
  /// A part of the file that is loaded.
  package struct Segment: Equatable, Sendable {
    package let offset: UInt64
    package let address: UInt64
    package let byteCount: UInt64
    /// In memory: also in a debug file, which has nothing of it.
    package let memoryBytes: UInt64
    package let isExecutable: Bool
  }

  package struct Section: Sendable {
    package let name: String
    let kind: UInt32
    let offset: UInt64
    let byteCount: UInt64
    /// The place of another section that belongs to it.
    let link: Int
  }

  package let path: String
  /// Hexadecimal digits; nil if the file has none.
  package let buildID: String?
  /// Those that are loaded.
  package let segments: [Segment]
  package let sections: [Section]
  /// The path of its dynamic linker; nil in a library, and in a program that is statically linked.
  package let interpreter: String?
  /// The processor that it is for.
  package let machine: UInt16
  /// Whether it is a program that the library is linked into, from libswiftmalloc.a.
  package let bringsLibrary: Bool

  private static let noteSection: UInt32 = 7
  private static let loadSegment: UInt32 = 1
  private static let interpreterSegment: UInt32 = 3
  private static let noteSegment: UInt32 = 4
  private static let buildIDNote: UInt32 = 3
  private static let libraryNote: UInt32 = 1
  private static let executable: UInt32 = 1

  /// Nil when the file cannot be read, or is no ELF file.
  package init?(_ path: String) {
    guard let file = OpenFile(path), let header = file.bytes(at: 0, 64),
      header.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2])
    else { return nil }
    self.path = path
    machine = header.number(18, UInt16.self)

    var notes: [(UInt64, UInt64)] = []
    var segments: [Segment] = []
    var interpreter: String?
    let segmentRows = file.table(
      header.number(32, UInt64.self), header.number(54, UInt16.self),
      header.number(56, UInt16.self), rowBytes: 56)
    for row in segmentRows {
      let (offset, count) = (row.number(8, UInt64.self), row.number(32, UInt64.self))
      switch row.number(0, UInt32.self) {
      case Self.loadSegment:
        segments.append(
          Segment(
            offset: offset, address: row.number(16, UInt64.self), byteCount: count,
            memoryBytes: row.number(40, UInt64.self),
            isExecutable: row.number(4, UInt32.self) & Self.executable != 0))
      case Self.interpreterSegment:
        interpreter = file.bytes(at: offset, Int(min(count, 4096))).map {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
      case Self.noteSegment: notes.append((offset, count))
      default: break
      }
    }
    self.segments = segments
    self.interpreter = interpreter
    // In a separate debug file the segments say where the notes were in the program: the sections are right.
    sections = file.sections(header)
    for section in sections where section.kind == Self.noteSection {
      notes.insert((section.offset, section.byteCount), at: 0)
    }
    let contents = notes.lazy.compactMap { offset, count in
      count <= 1 << 16 ? file.bytes(at: offset, Int(count)) : nil
    }
    buildID = contents.compactMap(ObjectFile.buildID(inNotes:)).first
    bringsLibrary = contents.contains {
      ObjectFile.contents(ofNote: Self.libraryNote, "swiftmalloc", in: $0) != nil
    }
  }

  /// The first address of the segments, to which the offsets of a report are relative: zero in
  /// position independent files.
  package var firstAddress: UInt64 { (segments.first?.address ?? 0) & ~0xfff }

  /// The address of what lies at an offset in the file; nil where nothing of it is loaded.
  package func address(ofOffset offset: UInt64) -> UInt64? {
    let found = segments.filter { offset >= $0.offset && offset - $0.offset < $0.byteCount }
    guard let segment = found.first(where: \.isExecutable) ?? found.first else { return nil }
    return offset &- segment.offset &+ segment.address
  }

  /// The build id among notes, as hexadecimal digits.
  static func buildID(inNotes bytes: [UInt8]) -> String? {
    contents(ofNote: buildIDNote, "GNU", in: bytes).map(digits)
  }

  private static func digits(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  // Notes are: length of the name, of the contents, kind, then both, each padded to four bytes.
  private static func contents(ofNote wanted: UInt32, _ owner: String, in bytes: [UInt8])
    -> ArraySlice<UInt8>?
  {
    let wantedName = Array(owner.utf8) + [0]
    var place = 0
    while place + 12 <= bytes.count {
      let name = Int(bytes.number(place, UInt32.self))
      let contents = Int(bytes.number(place + 4, UInt32.self))
      let kind = bytes.number(place + 8, UInt32.self)
      let start = place + 12 + (name + 3) / 4 * 4
      guard start + contents <= bytes.count else { return nil }
      if kind == wanted, bytes[(place + 12)...].prefix(name).elementsEqual(wantedName) {
        return bytes[start..<start + contents]
      }
      place = start + (contents + 3) / 4 * 4
    }
    return nil
  }
}
