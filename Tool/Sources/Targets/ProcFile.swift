// Files of /proc: their length is not known before they are read.

import Glibc

package enum ProcFile {
  /// The whole file; nil and `errno` when it cannot be read.
  package static func bytes(_ path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    if file < 0 { return nil }
    defer { close(file) }
    var all: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(file, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      if count < 0 { return nil }
      if count == 0 { return all }
      all += piece[..<count]
    }
  }

  /// The same as text; what is not UTF-8 is replaced.
  package static func text(_ path: String) -> String? {
    bytes(path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The letter for the state of a process or a thread: "Z" has ended. Nil when there is none.
  package static func state(_ thread: pid_t) -> Character? {
    guard let text = text("/proc/\(thread)/stat"), let end = text.lastIndex(of: ")") else {
      return nil
    }
    return text[text.index(after: end)...].first { $0 != " " }
  }

  /// The threads of a process; empty and `errno` when the system does not tell them.
  package static func threads(of process: pid_t) -> [pid_t] {
    guard let folder = opendir("/proc/\(process)/task") else { return [] }
    defer { closedir(folder) }
    var threads: [pid_t] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      if let thread = pid_t(name) { threads.append(thread) }
    }
    return threads
  }
}
