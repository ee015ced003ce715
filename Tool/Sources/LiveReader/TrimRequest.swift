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

  private static func header(_ file: OwnedFile) throws -> swiftmalloc_live_header {
    let bytes = try file.bytes(at: 0, count: LiveLayout.headerBytes)
    return bytes.withUnsafeBytes { $0.loadUnaligned(as: swiftmalloc_live_header.self) }
  }

  /// Writes the wish into a process' file. Throws LiveFileError where the library does not know of it, and where its heap gives
  /// nothing back.
  package init(writingTo file: OwnedFile) throws {
    guard file.byteCount >= LiveLayout.headerBytes else {
      throw LiveFileError(file.path, "is too short: it has \(file.byteCount) bytes")
    }
    let header = try Self.header(file)
    _ = try LiveLayout(header, file: file.path, byteCount: file.byteCount)
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
    let step = 10
    for _ in 0...max(milliseconds / step, 1) {
      // Again and again: it may just fall asleep.
      wake()
      usleep(useconds_t(step * 1000))
      let header = try Self.header(file)
      if header.trim_done >= number {
        return Int(clamping: header.trim_bytes)
      }
      if header.state == SWIFTMALLOC_LIVE_ENDED.rawValue {
        throw LiveFileError(file.path, "is of a process that has ended meanwhile")
      }
    }
    return nil
  }

  // Only the kernel reads the mapping: a file that is cut meanwhile is an error of the call.
  private func wake() {
    let length = LiveLayout.headerBytes
    guard let page = mmap(nil, length, PROT_READ, MAP_SHARED, file.descriptor, 0),
      page != MAP_FAILED
    else { return }
    let place = MemoryLayout<swiftmalloc_live_header>.offset(of: \.trim_alarm)!
    let futexWake = 1
    _ = swiftmalloc_system_call(
      SWIFTMALLOC_CALL_FUTEX, Int(bitPattern: page) + place, futexWake, 1, 0, 0, 0)
    munmap(page, length)
  }
}
