// What is needed of an ELF file: its build id, a note of the linker; the first address of its segments, to which the
// offsets of a report are relative (zero in position independent files); the dynamic linker that it asks for, and the
// names that it exports. Everything is checked against the file's length. Numbers are read in this machine's byte order:
// 64-bit files of this machine.

import Glibc

/// An ELF file.
package struct ObjectFile {
  package let path: String
  /// Hexadecimal digits; nil if the file has none.
  package let buildID: String?
  /// The first address of the segments.
  package let firstAddress: UInt64
  /// The path of its dynamic linker; nil in a library, and in a program that is statically linked.
  package let interpreter: String?
  /// The processor that it is for.
  package let machine: UInt16
  // "\0name\0name\0…" of the dynamic symbols.
  private let names: [UInt8]

  private static let noteSection: UInt32 = 7
  private static let loadSegment: UInt32 = 1
  private static let interpreterSegment: UInt32 = 3
  private static let noteSegment: UInt32 = 4
  private static let dynamicSymbolSection: UInt32 = 11
  private static let buildIDNote: UInt32 = 3

  /// Nil when the file cannot be read, or is no ELF file.
  package init?(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let read: (UInt64, Int) -> [UInt8]? = { offset, count in
      guard offset < 1 << 62, count <= 1 << 20 else { return nil }
      var bytes = [UInt8](repeating: 0, count: count)
      return pread(descriptor, &bytes, count, off_t(offset)) == count ? bytes : nil
    }
    guard let header = read(0, 64), header.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2]) else {
      return nil
    }
    self.path = path
    machine = header.number(18, UInt16.self)

    var notes: [(UInt64, UInt64)] = []
    var first: UInt64?
    var interpreter: String?
    let segments = ObjectFile.table(
      read, header.number(32, UInt64.self), header.number(54, UInt16.self),
      header.number(56, UInt16.self),
      rowBytes: 56)
    for row in segments {
      let kind = row.number(0, UInt32.self)
      if kind == ObjectFile.loadSegment && first == nil {
        first = row.number(16, UInt64.self) & ~0xfff
      }
      if kind == ObjectFile.interpreterSegment {
        let count = Int(truncatingIfNeeded: min(row.number(32, UInt64.self), 4096))
        interpreter = read(row.number(8, UInt64.self), count).map {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
      }
      if kind == ObjectFile.noteSegment {
        notes.append((row.number(8, UInt64.self), row.number(32, UInt64.self)))
      }
    }
    // In a separate debug file the segments say where the notes were in the program: the sections are right.
    let sections = ObjectFile.table(
      read, header.number(40, UInt64.self), header.number(58, UInt16.self),
      header.number(60, UInt16.self),
      rowBytes: 64)
    for row in sections where row.number(4, UInt32.self) == ObjectFile.noteSection {
      notes.insert((row.number(24, UInt64.self), row.number(32, UInt64.self)), at: 0)
    }
    firstAddress = first ?? 0
    self.interpreter = interpreter
    names = ObjectFile.names(read, sections)
    buildID =
      notes.lazy.compactMap { offset, count in
        count <= 1 << 16 ? read(offset, Int(count)).flatMap(ObjectFile.buildID(inNotes:)) : nil
      }.first
  }

  /// Whether a dynamic symbol has this name.
  package func exports(_ name: String) -> Bool {
    let wanted = [0] + Array(name.utf8) + [0]
    return names.firstRange(of: wanted) != nil
  }

  /// The names that the dynamic symbols point into: the section that theirs links to.
  private static func names(_ read: (UInt64, Int) -> [UInt8]?, _ sections: [[UInt8]]) -> [UInt8] {
    for row in sections where row.number(4, UInt32.self) == dynamicSymbolSection {
      let link = Int(row.number(40, UInt32.self))
      guard link < sections.count else { continue }
      let (offset, count) = (
        sections[link].number(24, UInt64.self), sections[link].number(32, UInt64.self)
      )
      if count <= 1 << 20, let names = read(offset, Int(count)) { return names }
    }
    return []
  }

  private static func table(
    _ read: (UInt64, Int) -> [UInt8]?, _ offset: UInt64, _ stride: UInt16, _ count: UInt16,
    rowBytes: Int
  ) -> [[UInt8]] {
    guard Int(stride) >= rowBytes, offset > 0, let all = read(offset, Int(stride) * Int(count))
    else {
      return []
    }
    return (0..<Int(count)).map { Array(all[($0 * Int(stride))...].prefix(Int(stride))) }
  }

  /// Notes are: length of the name, of the contents, kind, then both, each padded to four bytes.
  private static func buildID(inNotes bytes: [UInt8]) -> String? {
    var place = 0
    while place + 12 <= bytes.count {
      let name = Int(bytes.number(place, UInt32.self))
      let contents = Int(bytes.number(place + 4, UInt32.self))
      let kind = bytes.number(place + 8, UInt32.self)
      let start = place + 12 + (name + 3) / 4 * 4
      guard start + contents <= bytes.count else { return nil }
      if kind == buildIDNote && Array(bytes[(place + 12)...].prefix(name)) == Array("GNU\0".utf8) {
        return bytes[start..<start + contents].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
          .joined()
      }
      place = start + (contents + 3) / 4 * 4
    }
    return nil
  }
}

extension [UInt8] {
  /// A number at a place that the caller knows to lie inside.
  fileprivate func number<Number: FixedWidthInteger>(_ offset: Int, _: Number.Type) -> Number {
    withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Number.self) }
  }
}
