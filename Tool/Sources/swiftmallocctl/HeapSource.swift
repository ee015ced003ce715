// Where a heap comes from: a running process, by its number, or the file of a snapshot. Number 4711 is a process, ./4711 a file.

import ArgumentParser
import Glibc
import HeapGraph
import HeapLook

/// A process or a file.
enum HeapSource {
  case process(Int32)
  case file(String)

  init(_ text: String) {
    if let process = Int32(text) { self = .process(process) } else { self = .file(text) }
  }

  /// "process 4711", or the path.
  var name: String {
    switch self {
    case .process(let process): "process \(process)"
    case .file(let path): WholeFile.name(path, isInput: true)
    }
  }

  func validate() throws {
    switch self {
    case .process(let process) where process <= 0:
      throw ValidationError("There is no process \(process).")
    case .file(""): throw ValidationError("\"\" is not the path of a snapshot.")
    default: break
    }
  }

  /// Blocks, types, pointers and roots. `isStill`: the process stands still until all is read, however large its heap is.
  func image(isStill: Bool = false) throws -> HeapImage {
    switch self {
    case .process(let process):
      return try Self.reading(process) { try HeapLook.image(of: process, isStill: isStill) }
    case .file(let path): return try SnapshotFile.read(path)
    }
  }

  /// The types only, which takes a tenth of the time; and for how many seconds the process stood still for it.
  func table() throws -> (table: TypeTable, stopSeconds: Double?) {
    switch self {
    case .process(let process):
      let look = try Self.look(process)
      return (look.table, look.stopSeconds)
    case .file(let path):
      let image = try SnapshotFile.read(path)
      let table = TypeTable(
        sizes: image.blocks.sizes, typeNumbers: image.typeNumbers, types: image.types)
      return (table, nil)
    }
  }

  private static func look(_ process: Int32) throws -> HeapLook {
    let look = try reading(process) { try HeapLook(process: process) }
    if look.stopSeconds == nil {
      complain(
        "process \(process) could not be held (a debugger may hold it): it was read while it ran, and blocks"
          + " that came or went meanwhile may be missing or too many")
    }
    return look
  }

  private static func reading<Value>(_ process: Int32, _ body: () throws -> Value) throws -> Value {
    do { return try HeapLook.reading(process, body) } catch { throw fail(error.description) }
  }
}

/// What all commands about heaps take.
struct HeapOptions: ParsableArguments {
  @Argument(
    help: "A process id, or the file of a snapshot (./4711 is a file); - is standard input.",
    completion: .file())
  var source: String

  @Option(
    parsing: .unconditional,
    help: "How many rows are listed: 25, ways of `why` 5, if nothing is said.")
  var rows: Int?

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(
    help:
      "Let the process stand still until all is read: exact, and one to two seconds for a million objects."
  )
  var still = false

  var rowLimit: Int { rows ?? 25 }

  var heap: HeapSource { HeapSource(source) }

  func validate() throws {
    try heap.validate()
    if let rows, rows < 1 { throw ValidationError("At least one row is listed, not \(rows).") }
  }
}
