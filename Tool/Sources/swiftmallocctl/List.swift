// swiftmallocctl list: which processes of this user publish counters.

import ArgumentParser
import Glibc
import LiveReader
import ToolKit

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the processes of this user that publish counters.",
    discussion: """
      A process publishes with SWIFTMALLOC_LIVE=1 (swiftmallocctl run --live), and takes it back when it ends. \
      What one published that was killed or crashed stays, until it is removed here or the system restarts.

      EXAMPLES
        swiftmallocctl list
        swiftmallocctl list --all
        swiftmallocctl list --json
        swiftmallocctl list --remove-ended
        swiftmallocctl list --remove-ended 4711 4712

      Exit status: 0; 1 when a file could not be read or removed.
      """)

  @Flag(help: "Print JSON, one array of processes as in `stats --json`.")
  var json = false

  @Flag(help: "List every process that is gone, not only the latest twenty.")
  var all = false

  @Flag(
    help: "Remove what processes published that are gone, damaged files too, and list what is left."
  )
  var removeEnded = false

  @Argument(help: "With --remove-ended: only these processes.")
  var pids: [Int32] = []

  func validate() throws {
    if !pids.isEmpty && !removeEnded {
      throw ValidationError("Processes are named for --remove-ended only; stats shows one.")
    }
    if let pid = pids.first(where: { $0 <= 0 }) {
      throw ValidationError("There is no process \(pid).")
    }
  }

  func run() throws {
    try needProcesses()
    var sampler = Sampler()
    var sample = sampler.sample()
    var errors = sample.errors
    if removeEnded {
      let failures = EndedFiles(sample, only: pids).remove()
      sample = sampler.sample()
      // What could not be removed and cannot be read either is told once.
      errors =
        failures + sample.errors.filter { error in !failures.contains { $0.file == error.file } }
    }
    if json {
      var text = JSONText()
      text.array { text in for process in sample.processes { process.write(to: &text) } }
      try say(text.text)
    } else if sample.processes.isEmpty {
      try say("No process of this user publishes counters (swiftmallocctl run --live -- PROGRAM).")
    } else {
      try say(lines(sample.processes).joined(separator: "\n"))
    }
    let foreign = LiveFolders().foreignCount
    if foreign > 0 {
      complain(
        "\(counted(foreign, "file is", "files are")) of processes in other PID namespaces: list them from inside, or remove them by hand"
      )
    }
    for error in errors { complain(error.description) }
    if !errors.isEmpty { throw ExitCode(1) }
  }

  /// Those that run first, then those that are gone, the latest first.
  private func lines(_ processes: [ProcessView]) -> [String] {
    let running = processes.filter { $0.state == .running }
    let gone = processes.filter { $0.state != .running }
      .sorted { $0.snapshot.startedBoot > $1.snapshot.startedBoot }
    let shown = all ? gone[...] : gone.prefix(20)
    var lines = table(running + shown)
    if shown.count < gone.count {
      lines.append(
        "and \(counted(gone.count - shown.count, "more that is gone", "more that are gone")) "
          + "(--all lists, --remove-ended removes)"
      )
    }
    return lines
  }

  private func table(_ processes: [ProcessView]) -> [String] {
    var table = TextTable([
      "PID", "PROGRAM<", "STATE<", "MODE<", "UP", "REQUESTED", "RESIDENT", "THREADS",
    ])
    for process in processes {
      table.add([
        String(process.snapshot.processID), process.snapshot.program.shortened(30),
        process.state.rawValue, process.snapshot.mode.name, timeText(process.uptime),
        bytesText(process.snapshot.requestedBytes), bytesText(process.residentBytes),
        countText(process.threadsRunning),
      ])
    }
    return table.lines(Style(for: STDOUT_FILENO))
  }
}
