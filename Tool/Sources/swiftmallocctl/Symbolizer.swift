// Asks a symbolizer that is installed: llvm-symbolizer, addr2line or eu-addr2line, in this order. With the same options
// all three answer alike (SourceFrame), names as the linker knows them. Addresses are read from a file in memory, however many
// there are: a large program is opened once.

import Glibc
import ToolKit

/// A symbolizer.
struct Symbolizer {
  private let command: [String]

  /// Nil when none is installed.
  init?() {
    let options = ["-a", "-f", "-i"]
    let known = [
      ["llvm-symbolizer", "--output-style=GNU", "--no-demangle"] + options, ["addr2line"] + options,
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

  /// The functions at addresses of a file, for each the innermost first; empty where nothing is known.
  func frames(in file: ObjectFile, at addresses: [UInt64]) -> [[SourceFrame]] {
    let closeOnExecute: UInt32 = 1
    let input = makeMemoryFile("addresses", closeOnExecute)
    guard input >= 0 else { return addresses.map { _ in [] } }
    defer { close(input) }
    write(addresses.map { "0x" + String($0, radix: 16) + "\n" }.joined(), to: input)
    lseek(input, 0, SEEK_SET)
    let answer = SourceFrame.frames(of: output(command + ["-e", file.path], input: input))
    return answer.count == addresses.count ? answer : addresses.map { _ in [] }
  }

  /// What a command writes to standard output.
  private func output(_ command: [String], input: Int32) -> String {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return "" }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    let arguments = command.map { strdup($0.systemText) } + [nil]
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

/// memfd_create(2), which the Swift module of the C library has not.
@_silgen_name("memfd_create")
private func makeMemoryFile(_ name: UnsafePointer<CChar>, _ flags: UInt32) -> Int32
