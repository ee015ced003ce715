// What all that ask a process for something have in common: the header of its file, a number that is raised there, and the alarm
// by which a helper thread wakes (CShims/include/live.h).

import CLive
import Glibc

extension OwnedFile {
  /// The header, checked. Throws LiveFileError.
  func header() throws -> swiftmalloc_live_header {
    guard byteCount >= LiveLayout.headerBytes else {
      throw LiveFileError(path, "is too short: it has \(byteCount) bytes")
    }
    let bytes = try bytes(at: 0, count: LiveLayout.headerBytes)
    let header = bytes.withUnsafeBytes { $0.loadUnaligned(as: swiftmalloc_live_header.self) }
    _ = try LiveLayout(header, file: path, byteCount: byteCount)
    return header
  }

  /// Wakes whoever waits for wishes. Only the kernel reads the mapping: a file that is cut meanwhile is an error of the call.
  func wake() {
    let length = LiveLayout.headerBytes
    guard let page = mmap(nil, length, PROT_READ, MAP_SHARED, descriptor, 0), page != MAP_FAILED
    else { return }
    let place = MemoryLayout<swiftmalloc_live_header>.offset(of: \.trim_alarm)!
    let futexWake = 1
    _ = swiftmalloc_system_call(
      SWIFTMALLOC_CALL_FUTEX, Int(bitPattern: page) + place, futexWake, 1, 0, 0, 0)
    munmap(page, length)
  }

  /// Looks again and again, and wakes the process each time, until `look` has an answer; nil when it has none within so many
  /// milliseconds. Throws LiveFileError when the process has ended.
  func answer<Answer>(within milliseconds: Int, _ look: () throws -> Answer?) throws -> Answer? {
    let step = 10
    for _ in 0...max(milliseconds / step, 1) {
      // Again and again: it may just fall asleep.
      wake()
      usleep(useconds_t(step * 1000))
      if let answer = try look() { return answer }
      let header = try header()
      let isGone = kill(header.process_id, 0) != 0 && errno == ESRCH
      if isGone || header.state == SWIFTMALLOC_LIVE_ENDED.rawValue {
        throw LiveFileError("process \(header.process_id)", "has ended meanwhile")
      }
    }
    return nil
  }

  /// Keeps others from asking, until `flock(descriptor, LOCK_UN)` or the end of this program. The milliseconds that they took.
  func lock(_ process: String, within milliseconds: Int) throws -> Int {
    let step = 10
    var waited = 0
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw LiveFileError(path, "cannot be locked: \(OwnedFile.message(errno))")
      }
      guard waited < milliseconds else {
        throw LiveFileError(process, "is asked by another program all the time")
      }
      usleep(useconds_t(step * 1000))
      waited += step
    }
    return waited
  }

  /// What to say of a process that has not answered.
  static func silence(_ header: swiftmalloc_live_header, _ milliseconds: Int) -> String {
    "has not answered within \(milliseconds / 1000) s"
      + (header.trim_state == SWIFTMALLOC_LIVE_TRIM_AT_ONCE.rawValue
        ? "" : ": it has no helper thread, and made no call that took the slow path")
  }
}
