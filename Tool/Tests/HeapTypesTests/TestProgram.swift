// Programs of this folder, compiled and started: they say where their objects are, and wait.

import Glibc
import HeapTypes
import Targets

/// A program that runs as long as this.
final class TestProgram {
  /// What it says of one block.
  struct Block {
    let name: String
    let address: UInt64
    let size: Int
  }

  let process: pid_t
  let memory: ProcessMemory
  let blocks: [Block]
  /// What it says of how many there are, by name.
  let counts: [String: Int]
  private let folder: String

  /// A program that is not compiled, or does not say "ready", throws.
  /// - Parameter commands: each is done in a new folder; the last one is the program. `$SOURCES` is where this folder's programs
  ///   are, `$LIBRARY` is the allocator.
  init(_ commands: [String]) throws {
    var template = Array("/tmp/heap-types-XXXXXX".utf8CString)
    folder = String(cString: mkdtemp(&template))
    let here = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
    let library = "\(here)/../../../dist/libswiftmalloc.so"
    var script = "cd \(folder) && SOURCES=\(here)/Programs && LIBRARY=\(library) && "
    script += (commands.dropLast() + ["exec " + commands.last!]).joined(separator: " && ")
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw TestFailure(text: "no pipe") }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addclose(&actions, ends[0])
    defer { posix_spawn_file_actions_destroy(&actions) }
    let words: [String] = ["/bin/sh", "-c", script]
    let arguments = words.map { strdup($0) } + [nil]
    defer { for text in arguments { free(text) } }
    var id: pid_t = 0
    let result = posix_spawn(&id, "/bin/sh", &actions, nil, arguments, environ)
    close(ends[1])
    process = id
    var said = ""
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while result == 0, !said.hasSuffix("ready\n") {
      let count = read(ends[0], &piece, piece.count)
      if count <= 0 { break }
      said += String(decoding: piece[..<count], as: UTF8.self)
    }
    close(ends[0])
    let lines = said.split(separator: "\n").map { $0.split(separator: "\t") }
    blocks = lines.filter { $0.count == 3 }.map {
      Block(name: String($0[0]), address: UInt64($0[1])!, size: Int($0[2])!)
    }
    counts = Dictionary(
      uniqueKeysWithValues: lines.filter { $0.count == 2 }.map { (String($0[0]), Int($0[1])!) })
    if said.hasSuffix("ready\n") {
      memory = try ProcessMemory(process: id)
    } else {
      Self.end(id, folder)
      throw TestFailure(text: "\(commands): \(said)")
    }
  }

  deinit { Self.end(process, folder) }

  private static func end(_ process: pid_t, _ folder: String) {
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
    _ = system("rm -rf \(folder)")
  }

  /// The type of a block that the program told.
  func type(_ block: Block, _ finder: TypeFinder) -> TypeID {
    let bytes = memory.bytes(at: block.address, count: min(64, block.size & ~7))
    return bytes.withUnsafeBytes {
      finder.type(
        ofBlockAt: block.address, size: block.size, firstWords: $0.bindMemory(to: UInt64.self))
    }
  }

  func name(_ block: Block, _ finder: TypeFinder) -> TypeName { finder.name(type(block, finder)) }
}

struct TestFailure: Error { let text: String }
