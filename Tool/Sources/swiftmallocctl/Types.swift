// swiftmallocctl types: how many blocks of each type a process has.

import ArgumentParser
import Glibc
import HeapGraph
import ToolKit

struct Types: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is in the heap: objects by type.",
    discussion: """
      The process needs nothing but the library (LD_PRELOAD): its memory is read from outside, and no line runs in it. \
      Objects of Swift, of C++ classes with virtual functions, and of Python (PYTHONMALLOC=malloc) have types; what is \
      not certain is untyped. Another process is read by whom the system lets trace it: its user, or root.

      EXAMPLES
        swiftmallocctl types 4711
        swiftmallocctl types 4711 --diff 60
        swiftmallocctl types 4711 --since earlier.heap --rows 50
        swiftmallocctl types 4711 --csv > types.csv

      Exit status: 0; 1 when the process cannot be read, or has no heap that can be.
      """)

  @OptionGroup var options: HeapOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Show what there is more after so many seconds.", valueName: "seconds"))
  var diff: Double?

  @Option(
    help: ArgumentHelp("Show what there is more than in this snapshot.", valueName: "file"),
    completion: .file())
  var since: String?

  @Flag(help: "Print comma-separated values.")
  var csv = false

  func validate() throws {
    if let diff, !(diff > 0 && diff <= 86_400) {
      throw ValidationError("--diff is more than 0 and at most 86400 seconds, not \(diff).")
    }
    if diff != nil, case .file(let path) = options.heap {
      throw ValidationError("--diff is for a process, and \"\(path)\" is no process id.")
    }
    if diff != nil, since != nil { throw ValidationError("--diff and --since exclude each other.") }
    if csv, options.json { throw ValidationError("--csv and --json exclude each other.") }
  }

  func run() throws {
    var earlier = try since.map { try HeapSource.file($0).table().table }
    if let diff {
      earlier = try options.heap.table().table
      usleep(UInt32(min(diff * 1_000_000, 4e9)))
    }
    let (table, stopSeconds) = try options.heap.table()
    let text = TypesText(
      table, of: options.heap.name, rows: csv ? options.rows ?? .max : options.rowLimit,
      since: earlier, stopSeconds: stopSeconds
    )
    try say(
      options.json
        ? text.json
        : csv ? text.csv : text.lines(Style(for: STDOUT_FILENO)).joined(separator: "\n"))
  }
}
