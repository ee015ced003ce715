// Asks a process to let this program read its memory, where the kernel allows that to its parents alone (Yama,
// kernel.yama.ptrace_scope 1): the process names us by prctl(2), PR_SET_PTRACER (CShims/include/live_rows.h). It names one at a
// time, so others wait until this look is over. When this program ends, however it ends, the kernel forgets the permission.

import CLive
import Glibc

package struct LookRequest {
  private let file: OwnedFile
  private let header: swiftmalloc_live_header
  /// Of the row, in the file.
  private let start: Int
  private var process: String { "process \(header.process_id)" }

  /// - Parameter file: what the process publishes.
  /// Throws LiveFileError where nobody would answer.
  package init(_ file: OwnedFile) throws {
    self.file = file
    header = try file.header()
    let profile = MemoryLayout<swiftmalloc_live_profile>.offset(of: \.look_offset)!
    var offset: UInt64 = 0
    if header.profile_offset != 0 {
      let place = try Self.place(
        header.profile_offset, MemoryLayout<swiftmalloc_live_profile>.size, file)
      let bytes = try file.bytes(at: place + profile, count: MemoryLayout<UInt64>.size)
      offset = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }
    guard offset != 0 else {
      throw LiveFileError(
        "process \(header.process_id)", "has an older library, which lets nobody in")
    }
    guard header.trim_state != SWIFTMALLOC_LIVE_TRIM_NEVER.rawValue else {
      throw LiveFileError(
        "process \(header.process_id)",
        "has DEBUG or LEAKS, whose heap is not read from outside: start it without")
    }
    start = try Self.place(offset, MemoryLayout<swiftmalloc_live_look>.size, file)
  }

  private static func place(_ offset: UInt64, _ length: Int, _ file: OwnedFile) throws -> Int {
    guard offset >= UInt64(LiveLayout.headerBytes), offset <= UInt64(file.byteCount - length) else {
      throw LiveFileError(file.path, "has wishes that lie outside of the file")
    }
    return Int(offset)
  }

  /// From now on, until `end`, the process lets this program in. Throws LiveFileError where it does not.
  package func begin(within milliseconds: Int) throws {
    let waited = try file.lock(process, within: milliseconds)
    switch try ask(for: UInt64(getpid()), within: milliseconds - waited) {
    case 0: return
    case nil: throw unlocked(OwnedFile.silence(header, milliseconds))
    case EINVAL: throw unlocked("has no Yama in its kernel, by which it could")
    case let error?: throw unlocked("could not: \(OwnedFile.message(error))")
    }
  }

  private func unlocked(_ problem: String) -> LiveFileError {
    flock(file.descriptor, LOCK_UN)
    return LiveFileError(process, problem)
  }

  /// Lets the process take it back.
  /// - Parameter milliseconds: to wait for that; afterwards it does so at its next call that takes the slow path.
  package func end(within milliseconds: Int) {
    // A process that has ended lets nobody in.
    _ = try? ask(for: 0, within: milliseconds)
    flock(file.descriptor, LOCK_UN)
  }

  /// The error that the process got; nil without an answer.
  private func ask(for looker: UInt64, within milliseconds: Int) throws -> Int32? {
    let number = try row().wanted &+ 1
    let place = { (field: PartialKeyPath<swiftmalloc_live_look>) in
      start + MemoryLayout<swiftmalloc_live_look>.offset(of: field)!
    }
    // With the error behind it, which the process writes anew.
    for (value, field) in [(looker, place(\.looker)), (number, place(\.wanted))] {
      if let error = file.write(value, at: field) { throw error }
    }
    return try file.answer(within: milliseconds) {
      let row = try row()
      return row.done >= number ? row.error : nil
    }
  }

  private func row() throws -> swiftmalloc_live_look {
    let bytes = try file.bytes(at: start, count: MemoryLayout<swiftmalloc_live_look>.size)
    return bytes.withUnsafeBytes { $0.loadUnaligned(as: swiftmalloc_live_look.self) }
  }
}
