// A small C program that runs under the library.

import Glibc
import Testing

/// A program of Programs/, compiled and started with the library; it ends with the test.
final class TestProgram {
  let process: pid_t
  /// What it printed up to the line "ready".
  private(set) var lines: [Substring] = []
  private let input: Int32
  private let output: UnsafeMutablePointer<FILE>
  private let folder: String

  private static var root: String {
    String(#filePath.dropLast("/Tool/Tests/HeapReaderTests/TestProgram.swift".count))
  }
  static var library: String { root + "/dist/libswiftmalloc.so" }

  struct Failure: Error { let text: String }

  init(_ name: String, environment: [String] = [], arguments: [String] = [], strips: Bool = false)
    throws
  {
    guard access(Self.library, R_OK) == 0 else {
      throw Failure(text: "\(Self.library) is not there; Scripts/build.sh makes it")
    }
    var template = Array("/tmp/heapreader.XXXXXX".utf8CString)
    mkdtemp(&template)
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let source = Self.root + "/Tool/Tests/HeapReaderTests/Programs/\(name).c"
    let program = folder + "/" + name
    let compile = [
      "cc", "-O1", "-g", "-pthread", "-fno-builtin", "-I", Self.root + "/CShims/include", source,
      "-o", program,
    ]
    guard Self.wait(try Self.start(compile, [], nil)) == 0 else {
      throw Failure(text: "\(name).c does not compile")
    }
    var toProgram: [Int32] = [0, 0]
    var fromProgram: [Int32] = [0, 0]
    guard pipe(&toProgram) == 0, pipe(&fromProgram) == 0 else { throw Failure(text: "no pipe") }
    for end in toProgram + fromProgram { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    process = try Self.start(
      [program] + arguments, ["LD_PRELOAD=" + Self.library] + environment,
      (toProgram[0], fromProgram[1]))
    close(toProgram[0])
    close(fromProgram[1])
    input = toProgram[1]
    output = fdopen(fromProgram[0], "r")
    try readUpToReady()
  }

  private var hasEnded = false

  func end() {
    if hasEnded { return }
    hasEnded = true
    kill(process, SIGKILL)
    _ = Self.wait(process)
  }

  deinit {
    close(input)
    end()
    fclose(output)
    for name in ["blocks", "load", "heaps"] { unlink(folder + "/" + name) }
    rmdir(folder)
  }

  private func readUpToReady() throws {
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    while getline(&line, &capacity, output) > 0, let line {
      let text = String(cString: line).dropLast()
      if text == "ready" { return }
      lines.append(text)
    }
    throw Failure(text: "the program ended before it was ready: \(lines.suffix(3))")
  }

  private static func start(
    _ command: [String], _ environment: [String], _ pipes: (input: Int32, output: Int32)?
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let pipes {
      posix_spawn_file_actions_adddup2(&actions, pipes.input, 0)
      posix_spawn_file_actions_adddup2(&actions, pipes.output, 1)
    }
    let path = "PATH=" + String(cString: getenv("PATH"))
    let arguments = command.map { strdup($0) } + [nil]
    let variables = ([path] + environment).map { strdup($0) } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var process: pid_t = 0
    let error = posix_spawnp(&process, command[0], &actions, nil, arguments, variables)
    if error != 0 { throw Failure(text: "\(command[0]): \(String(cString: strerror(error)))") }
    return process
  }

  private static func wait(_ process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status
  }
}
