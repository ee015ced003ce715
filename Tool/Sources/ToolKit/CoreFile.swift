// A core file (elf(5), core(5)): the memory of a process that has ended, in segments, and notes about it:
//
//   NT_PRPSINFO   the process            NT_PRSTATUS   the thread that ended it comes first: its registers
//   NT_SIGINFO    the signal             NT_FILE       which files were mapped, and where
//
// 64-bit files of this machine. A file that was cut has the memory that lies before the cut.

import Glibc

/// Why a file is none, in a sentence's end.
package struct CoreFileError: Error, Equatable {
  package let reason: String
}

/// A core file.
package struct CoreFile {
  /// Memory that the file has.
  package struct Segment: Sendable {
    package let address: UInt64
    let offset: UInt64
    /// Bytes of it in the file.
    package let byteCount: UInt64
  }

  /// A part of a file that was mapped.
  package struct Mapping: Equatable, Sendable {
    package let start: UInt64
    package let end: UInt64
    /// Where in the file it begins.
    package let offset: UInt64
    package let path: String
  }

  private let file: OpenFile
  package let segments: [Segment]
  package private(set) var mappings: [Mapping] = []
  package private(set) var processID: Int32 = 0
  /// The signal that ended the process, and the address that it tells; 0 where it tells none.
  package private(set) var signal: Int32 = 0
  package private(set) var signalAddress: UInt64 = 0
  /// Where the thread was that ended the process.
  package private(set) var programCounter: UInt64 = 0

  private static let coreType: UInt16 = 4
  private static let loadSegment: UInt32 = 1
  private static let noteSegment: UInt32 = 4
  private static let longestNotes: UInt64 = 64 << 20

  package init(_ path: String) throws(CoreFileError) {
    guard access(path.systemText, R_OK) == 0, let file = OpenFile(path) else {
      throw CoreFileError(
        reason: "cannot be read: \(String(cString: strerror(errno)).lowercased())")
    }
    guard let header = file.bytes(at: 0, 64), header.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2]),
      header.number(16, UInt16.self) == Self.coreType
    else { throw CoreFileError(reason: "is no core file") }
    self.file = file
    let rows = file.table(
      header.number(32, UInt64.self), header.number(54, UInt16.self),
      header.number(56, UInt16.self), rowBytes: 56)
    if rows.isEmpty { throw CoreFileError(reason: "is cut: it has no table of segments") }
    segments = rows.filter { $0.number(0, UInt32.self) == Self.loadSegment }.map {
      Segment(
        address: $0.number(16, UInt64.self), offset: $0.number(8, UInt64.self),
        byteCount: $0.number(32, UInt64.self))
    }
    for row in rows where row.number(0, UInt32.self) == Self.noteSegment {
      let (offset, count) = (row.number(8, UInt64.self), row.number(32, UInt64.self))
      guard count <= Self.longestNotes, let notes = file.bytes(at: offset, Int(count)) else {
        throw CoreFileError(reason: "is cut: its notes are not there")
      }
      read(notes, machine: header.number(18, UInt16.self))
    }
  }

  /// Memory at an address; nil where the file has not so much of it.
  package func bytes(at address: UInt64, _ count: Int) -> [UInt8]? {
    guard
      let segment = segments.first(where: {
        address >= $0.address && address - $0.address < $0.byteCount
      }), UInt64(count) <= segment.byteCount - (address - segment.address)
    else { return nil }
    return file.bytes(at: segment.offset + (address - segment.address), count)
  }

  // MARK: Notes

  private mutating func read(_ notes: [UInt8], machine: UInt16) {
    var place = 0
    while place + 12 <= notes.count {
      let name = Int(notes.number(place, UInt32.self))
      let length = Int(notes.number(place + 4, UInt32.self))
      let start = place + 12 + (name + 3) / 4 * 4
      guard start + length <= notes.count else { return }
      take(
        notes.number(place + 8, UInt32.self), Array(notes[start..<start + length]),
        machine: machine)
      place = start + (length + 3) / 4 * 4
    }
  }

  private mutating func take(_ kind: UInt32, _ note: [UInt8], machine: UInt16) {
    let (status, process, information, files): (UInt32, UInt32, UInt32, UInt32) = (
      1, 3, 0x5349_4749, 0x4649_4c45
    )
    switch kind {
    case status where programCounter == 0:
      // elf_prstatus: the registers are behind 112 bytes; of x86-64 rip is the 17th of them, of AArch64 pc the 33rd.
      let place = 112 + 8 * (machine == 62 ? 16 : 32)
      if place + 8 <= note.count { programCounter = note.number(place, UInt64.self) }
    case process where note.count >= 28: processID = note.number(24, Int32.self)
    case information where note.count >= 24:
      signal = note.number(0, Int32.self)
      // Of a signal that was sent there is a process at this place.
      if note.number(8, Int32.self) > 0 { signalAddress = note.number(16, UInt64.self) }
    case files: mappings = Self.mappings(note)
    default: break
    }
  }

  // The number of mappings, the unit of offsets, then start, end and offset of each, then all paths.
  private static func mappings(_ note: [UInt8]) -> [Mapping] {
    guard note.count >= 16 else { return [] }
    let unit = note.number(8, UInt64.self)
    let count = Int(min(note.number(0, UInt64.self), UInt64((note.count - 16) / 24)))
    var path = 16 + count * 24
    return (0..<count).map { index in
      let row = 16 + index * 24
      let text = note.text(at: path)
      path += text.utf8.count + 1
      return Mapping(
        start: note.number(row, UInt64.self), end: note.number(row + 8, UInt64.self),
        offset: note.number(row + 16, UInt64.self) &* unit, path: text)
    }
  }

  // MARK: Code

  /// The file that an address is in, how far it is behind the file's beginning in memory, and the
  /// file's build id, where that is in the core file; nil where no file was.
  package func module(of address: UInt64) -> (path: String, offset: UInt64, buildID: String?)? {
    guard let own = mappings.first(where: { address >= $0.start && address < $0.end }) else {
      return nil
    }
    let first = mappings.last {
      $0.path == own.path && $0.offset == 0 && $0.start <= own.start
    }
    guard let start = first?.start else { return (own.path, address - own.start + own.offset, nil) }
    return (own.path, address - start, buildID(at: start))
  }

  // Of the file that begins at an address: its first page is in most core files.
  private func buildID(at start: UInt64) -> String? {
    guard let header = bytes(at: start, 64), header.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2]),
      let rows = bytes(
        at: start &+ header.number(32, UInt64.self), 56 * Int(header.number(56, UInt16.self)))
    else { return nil }
    for row in stride(from: 0, to: rows.count, by: 56)
    where rows.number(row, UInt32.self) == Self.noteSegment {
      let count = rows.number(row + 32, UInt64.self)
      guard count <= 4096,
        let notes = bytes(at: start &+ rows.number(row + 8, UInt64.self), Int(count)),
        let found = ObjectFile.buildID(inNotes: notes)
      else { continue }
      return found
    }
    return nil
  }
}
