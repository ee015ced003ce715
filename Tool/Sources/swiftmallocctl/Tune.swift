// swiftmallocctl tune: which options would save a program memory, by what it asks for. A program is run again with each
// of them; of a running process what is known is computed.

import ArgumentParser
import Glibc
import LiveReader
import ToolKit
import Tuning

struct Tune: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the size classes that waste least memory for a program.",
    discussion: """
      A small block has the length of a size class, and what is longer than asked for is wasted. tune looks at how \
      many blocks of each length are there when they take most memory, finds the list of classes that wastes \
      least for them, and prints the line for the environment.

      Behind -- stands a program: it is run twice as it is and twice with the list, and of each the smaller \
      numbers are taken, as no two runs are quite the same; and once with each of PURGE_DELAY=0, PURGE_DELAY=-1 and \
      HUGE_PAGES=always, which --quick leaves out. Each run gets the same standard input. What it prints is left \
      out, but for the errors of the first run. Do not give it a program that may run once only.

      With a process id: a running process with published counters (swiftmallocctl run --live). From now on it \
      notes lengths; nothing else of it changes. What the list would save is computed.

      EXAMPLES
        swiftmallocctl tune -- ./app --its-own-option
        swiftmallocctl tune --classes 60 -- python3 script.py
        swiftmallocctl tune --quick --json -- ./app
        swiftmallocctl tune 4711

      Exit status: 0; 1 when the program left no numbers, or there is no such process; 127 when the program was \
      not found, 126 when it cannot be executed; 64 for wrong arguments.
      """)

  @Option(
    parsing: .unconditional,
    help: "The most classes: 12 to 89. The library has 40 without a list.")
  var classes = ClassList.usualCount

  @Flag(help: "Run the program as it is and with the list only.")
  var quick = false

  @Flag(help: "Print JSON.")
  var json = false

  @Option(help: "The library.", completion: .file(extensions: ["so"]))
  var library: String?

  @Argument(
    parsing: .captureForPassthrough,
    help: "A process id; or -- and the program and its arguments.",
    completion: .file())
  var target: [String] = []

  func validate() throws {
    guard (ClassList.powers.count...ClassList.greatestCount).contains(classes) else {
      throw ValidationError(
        "Classes are \(ClassList.powers.count) to \(ClassList.greatestCount), not \(classes).")
    }
    if let first = target.first, first.hasPrefix("-"), first != "--" {
      if first == "--help" || first == "-h" { throw CleanExit.helpRequest(self) }
      throw ValidationError("Unknown option \"\(first)\".")
    }
    if target.first == "--" {
      guard target.count > 1 else { throw ValidationError("Say which program, behind --.") }
    } else {
      guard target.count == 1, let id = Int32(target[0]) else {
        throw ValidationError("Say a process id, or -- and a program.")
      }
      if id <= 0 { throw ValidationError("There is no process \(id).") }
    }
  }

  func run() throws {
    let result =
      target.first == "--"
      ? try tuneProgram(Array(target.dropFirst())) : try tuneProcess(Int32(target[0])!)
    if json {
      try say(result.json)
    } else {
      try say(result.lines(Style(for: STDOUT_FILENO)).joined(separator: "\n"))
    }
  }

  private func tuneProgram(_ command: [String]) throws -> TuneResult {
    let library: String
    do { library = try Library.path(self.library) } catch { throw fail(error.sentence) }
    if let sentence = PreloadObstacle(command[0], library: library)?.sentence {
      throw fail(sentence)
    }
    var runs = try TuneRuns(command, library: library)
    defer { runs.finish() }
    var first = try runs.run([:], showsErrors: true)
    guard let record = first.record else {
      throw fail(
        first.end.signal != nil
          ? "\(command[0]) was ended by signal \(first.end.signal!), and left no numbers"
          : "\(command[0]) ended with status \(first.end.status), and left no numbers: it has no small blocks, or is not in production mode"
      )
    }
    // Whoever has ended it by hand would have to do so again.
    let reason = first.end.signal ?? first.end.request
    if reason == nil { first.take(try runs.run([:], showsErrors: false)) }
    let list = ClassList.best(record.sizes, count: classes)
    var result = TuneResult(record, list: list)
    result.add("as it is", [:], first)
    if let reason {
      result.note =
        "ended at signal \(reason), so it is not run again: what the list saves is computed"
      return result
    }
    let values = list.map { String($0) }.joined(separator: ",")
    var listed = try runs.run(["SIZE_CLASSES": values], showsErrors: false)
    listed.take(try runs.run(["SIZE_CLASSES": values], showsErrors: false))
    result.add("SIZE_CLASSES=…", ["SIZE_CLASSES": values], listed)
    if quick { return result }
    for (key, value) in [("PURGE_DELAY", "0"), ("PURGE_DELAY", "-1"), ("HUGE_PAGES", "always")] {
      result.add("\(key)=\(value)", [key: value], try runs.run([key: value], showsErrors: false))
    }
    return result
  }

  private func tuneProcess(_ id: Int32) throws -> TuneResult {
    try needProcesses()
    do {
      let file = try LiveFolders().open(id)
      var snapshot = try Snapshot(reading: file)
      if snapshot.isDebugHeap {
        throw fail("process \(id) is in \(snapshot.mode.name) mode, which has no size classes")
      }
      try SizeRequest.write(to: file)
      // It notes them at its next allocation that needs more memory than a thread has at hand.
      var patience = 150
      while snapshot.sizes.isEmpty, patience > 0 {
        usleep(20_000)
        patience -= 1
        snapshot = try Snapshot(reading: file)
      }
      if snapshot.sizes.isEmpty {
        throw fail(
          "process \(id) allocated nothing in 3 s, so nothing is known yet: ask again when it does")
      }
      return TuneResult(snapshot, classes: classes)
    } catch let error as LiveFileError {
      throw fail(error.description)
    }
  }
}
