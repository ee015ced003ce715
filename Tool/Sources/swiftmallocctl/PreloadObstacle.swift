// Why a program would run without the library though it is preloaded: it is statically linked, made for another processor,
// or gets rights that its caller does not have. Without this a run that checked nothing would end with "no
// reports". Of a script the interpreter counts.

import Glibc
import ToolKit

/// What keeps the library out of a program.
struct PreloadObstacle {
  let sentence: String

  /// Nil when the library can work there, or nobody can tell.
  /// - Parameters:
  ///   - command: looked for in PATH if it has no slash.
  ///   - library: its path.
  init?(_ command: String, library: String) {
    guard let path = PreloadObstacle.executable(command),
      let problem = PreloadObstacle.problem(path, library)
    else { return nil }
    sentence = "\(path) \(problem)"
  }

  /// Whether the library is linked into the program: then none need be preloaded.
  static func bringsLibrary(_ command: String) -> Bool {
    executable(command).flatMap(ObjectFile.init)?.bringsLibrary ?? false
  }

  /// What the kernel executes for a command.
  private static func executable(_ command: String) -> String? {
    var path = Library.program(command)
    // A script of a script, and so on, as far as the kernel follows.
    for _ in 0..<4 {
      guard let script = path, let words = interpreter(of: script) else { break }
      path = program(words)
    }
    return path
  }

  private static func problem(_ path: String, _ library: String) -> String? {
    var status = stat()
    guard stat(path.systemText, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    let changesUser = status.st_mode & S_ISUID != 0 && status.st_uid != getuid()
    let changesGroup = status.st_mode & S_ISGID != 0 && status.st_gid != getgid()
    if changesUser || changesGroup {
      return "is \(changesUser ? "setuid" : "setgid"): the system preloads no library into it"
    }
    guard let start = start(of: path, count: 20), start.starts(with: [0x7f, 0x45, 0x4c, 0x46])
    else {
      return nil
    }
    if start.count > 4, start[4] == 1 { return "is a 32-bit program: the library is for 64 bits" }
    guard let program = ObjectFile(path) else { return nil }
    if let machine = ObjectFile(library)?.machine, machine != program.machine {
      return "is for another processor than the library"
    }
    // The dynamic linker itself, started as a program, preloads.
    let isLinked = program.interpreter != nil || program.exports("__tls_get_addr")
    return isLinked ? nil : "is statically linked: no library can be preloaded into it"
  }

  /// The words behind "#!".
  private static func interpreter(of path: String) -> [Substring]? {
    guard let start = start(of: path, count: 256), start.starts(with: Array("#!".utf8)) else {
      return nil
    }
    let line = String(systemBytes: start.dropFirst(2).prefix { $0 != 0x0a })
    return line.split { $0 == " " || $0 == "\t" }
  }

  /// The program of such a line; that which env starts, if it is env.
  private static func program(_ words: [Substring]) -> String? {
    guard let first = words.first else { return nil }
    guard first.hasSuffix("/env"), words.count > 1, !words[1].hasPrefix("-"),
      !words[1].contains("=")
    else { return String(first) }
    return Library.program(String(words[1]))
  }

  private static func start(of path: String, count: Int) -> [UInt8]? {
    let descriptor = open(path.systemText, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: count)
    let read = pread(descriptor, &bytes, count, 0)
    return read > 0 ? Array(bytes[..<read]) : nil
  }
}
