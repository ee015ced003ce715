// swiftmallocctl snapshot and diff: a heap in a file, and what there is more in a later one.

import ArgumentParser
import Glibc
import HeapGraph
import ToolKit

struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Write a process' heap to a file: blocks, types and pointers, and no contents.",
    discussion: """
      types, graph, why, cycles and diff take the file in place of a process, on any machine. It holds addresses, sizes, \
      names of types, of variables and of functions, and nothing of what is in the blocks.

      EXAMPLES
        swiftmallocctl snapshot 4711 --output night.heap
        swiftmallocctl snapshot 4711 --output - | ssh desk 'cat > night.heap'

      Exit status: 0; 1 when the process cannot be read, or the file cannot be written.
      """)

  @Argument(help: "A process id.")
  var process: Int32

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The file; - for standard output.", valueName: "file"), completion: .file())
  var output: String

  @Flag(help: "Let the process stand still until all is read.")
  var still = false

  func validate() throws {
    try HeapSource.process(process).validate()
    if output.isEmpty { throw ValidationError("\"\" is not the path of a snapshot.") }
  }

  func run() throws {
    let image = try HeapSource.process(process).image(isStill: still)
    try SnapshotFile.write(image, to: output)
    if output == "-" { return }
    try say(
      "\(output): \(counted(image.blocks.count, "block")), \(counted(image.edges.targets.count, "pointer")), "
        + "\(counted(image.roots.count, "root")) of process \(process)")
  }
}

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what there is more in a later snapshot than in an earlier one, by type.",
    discussion: """
      EXAMPLES
        swiftmallocctl diff evening.heap morning.heap
        swiftmallocctl diff evening.heap 4711

      Exit status: 0; 1 when a snapshot or the process cannot be read.
      """)

  @Argument(help: "The earlier snapshot.", completion: .file())
  var earlier: String

  @OptionGroup var options: HeapOptions

  @Flag(help: "Print comma-separated values.")
  var csv = false

  func validate() throws {
    try HeapSource(earlier).validate()
    if csv, options.json { throw ValidationError("--csv and --json exclude each other.") }
    if earlier == "-", options.source == "-" {
      throw ValidationError("Standard input is one snapshot, not two.")
    }
  }

  func run() throws {
    let before = try HeapSource(earlier).table().table
    let text = TypesText(
      try options.heap.table().table, of: options.heap.name,
      rows: csv ? options.rows ?? .max : options.rowLimit, since: before)
    try say(
      options.json
        ? text.json
        : csv ? text.csv : text.lines(Style(for: STDOUT_FILENO)).joined(separator: "\n"))
  }
}
