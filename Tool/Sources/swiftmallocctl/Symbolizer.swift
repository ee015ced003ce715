// Asks a symbolizer that is installed: llvm-symbolizer, addr2line or eu-addr2line, in this order. With the same options
// all three answer alike (SourceFrame). Addresses are arguments, a few hundred at a time; the answer comes through a pipe.

import Glibc
import ToolKit

/// A symbolizer.
struct Symbolizer {
  private static let addressesAtATime = 256

  private let command: [String]

  /// Nil when none is installed.
  init?() {
    let options = ["-a", "-f", "-C", "-i"]
    let known = [
      ["llvm-symbolizer", "--output-style=GNU"] + options, ["addr2line"] + options,
      ["eu-addr2line"] + options,
    ]
    let folders = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":")
    for command in known {
      for folder in folders where access("\(folder)/\(command[0])", X_OK) == 0 {
        self.command = ["\(folder)/\(command[0])"] + command.dropFirst()
        return
      }
    }
    return nil
  }

  /// The functions at offsets of a file, for each the innermost first; empty where nothing is known.
  func frames(in file: ObjectFile, at offsets: [UInt64]) -> [[SourceFrame]] {
    var all: [[SourceFrame]] = []
    var rest = offsets[...]
    while !rest.isEmpty {
      let some = rest.prefix(Symbolizer.addressesAtATime)
      rest = rest.dropFirst(some.count)
      let addresses = some.map { "0x" + String($0 &+ file.firstAddress, radix: 16) }
      let answer = SourceFrame.frames(of: output(command + ["-e", file.path] + addresses))
      all += answer.count == some.count ? answer : some.map { _ in [] }
    }
    return all
  }

  /// What a command writes to standard output.
  private func output(_ command: [String]) -> String {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return "" }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    let arguments = command.map { strdup($0) } + [nil]
    defer { for text in arguments { free(text) } }
    var id: pid_t = 0
    let result = posix_spawn(&id, command[0], &actions, nil, arguments, environ)
    close(ends[1])
    guard result == 0 else { return "" }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(ends[0], &chunk, chunk.count)
      if count > 0 { bytes += chunk[..<count] } else if count == 0 || errno != EINTR { break }
    }
    var status: Int32 = 0
    waitpid(id, &status, 0)
    return String(decoding: bytes, as: UTF8.self)
  }
}
