// swiftmallocctl stats: everything about one process, once.

import ArgumentParser
import Glibc
import LiveReader
import ToolKit

struct Stats: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show where the memory of a process is.",
    discussion: """
      The ledger's lines add up to the resident bytes of the heap. Of a process that is gone the counters are \
      shown as it left them.

      EXAMPLES
        swiftmallocctl stats 4711
        swiftmallocctl stats 4711 --json | jq .requested
        swiftmallocctl stats ./saved-counters

      Exit status: 0; 1 when there is no such process, it publishes nothing, or its file cannot be read.
      """)

  @Argument(
    help: "A process id, or the path of a file with published counters.", completion: .file())
  var process: String

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if process.isEmpty { throw ValidationError("\"\" is neither a process id nor a path.") }
    if let id = Int32(process), id <= 0 { throw ValidationError("There is no process \(id).") }
  }

  func run() throws {
    try needProcesses()
    let view: ProcessView
    do {
      let file =
        if let id = Int32(process) {
          try LiveFolders().open(id)
        } else {
          try OwnedFile.file(process)
        }
      view = ProcessView(try Snapshot(reading: file), facts: ProcessFacts())
    } catch let error as LiveFileError {
      throw fail(error.description)
    }
    if json {
      var text = JSONText()
      view.write(to: &text)
      try say(text.text)
    } else {
      try say(StatsText(view, Style(for: STDOUT_FILENO)).lines.joined(separator: "\n"))
    }
  }
}
