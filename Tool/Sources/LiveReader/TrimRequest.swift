// Asks a process to give memory back: a number in the header of its published file is raised, and the process answers by
// another (CShims/include/live.h).

import CLive
import Glibc

/// A wish that a process gives back what it can.
package struct TrimRequest {
  /// Who answers.
  package enum Way: Sendable {
    case helperThread
    case nextCall
  }

  package let way: Way
  private let file: OwnedFile
  private let number: UInt64

  /// Writes the wish into a process' file. Throws LiveFileError where the library does not know of it, and where its heap gives
  /// nothing back.
  package init(writingTo file: OwnedFile) throws {
    let header = try file.header()
    switch header.trim_state {
    case SWIFTMALLOC_LIVE_TRIM_AT_ONCE.rawValue: way = .helperThread
    case SWIFTMALLOC_LIVE_TRIM_AT_NEXT_CALL.rawValue: way = .nextCall
    default:
      throw LiveFileError(
        file.path,
        header.mode == SWIFTMALLOC_LIVE_PRODUCTION.rawValue
          ? "is of an older library, which cannot be asked to trim"
          : "is of a process with DEBUG or LEAKS, whose heap gives nothing back on request")
    }
    self.file = file
    number = header.trim_wanted &+ 1
    let place = MemoryLayout<swiftmalloc_live_header>.offset(of: \.trim_wanted)!
    if let error = file.write(number, at: place) { throw error }
  }

  /// The bytes that went back; nil when the process has not answered within so many milliseconds. Throws LiveFileError when it
  /// has ended.
  package func answer(within milliseconds: Int) throws -> Int? {
    try file.answer(within: milliseconds) {
      let header = try file.header()
      return header.trim_done >= number ? Int(clamping: header.trim_bytes) : nil
    }
  }
}
