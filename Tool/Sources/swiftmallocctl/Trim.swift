// swiftmallocctl trim: a running process gives back what it can, as if it called malloc_trim(0).

import ArgumentParser
import Glibc
import LiveReader
import ToolKit

struct Trim: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Let a running process give memory back to the system.",
    discussion: """
      The process must publish its counters (swiftmallocctl run --live). A process with a helper thread does it at \
      once; one without (it has one thread, or BACKGROUND=0) at its next call that takes the allocator's slow path. \
      What went back is printed when the process has answered.

      EXAMPLES
        swiftmallocctl trim 4711
        swiftmallocctl trim 4711 --json | jq .returned

      Exit status: 0; 1 when there is no such process, it publishes nothing, or it has not answered in time. Then it \
      still answers when it makes a call.
      """)

  @Argument(help: "A process id.")
  var process: Int32

  @Option(help: "Seconds to wait for the answer.")
  var timeout = 10.0

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if process <= 0 { throw ValidationError("There is no process \(process).") }
    if !(0...86_400).contains(timeout) {
      throw ValidationError("A timeout is 0 to 86400 seconds, not \(timeout).")
    }
  }

  func run() throws {
    try needProcesses()
    do {
      let file = try LiveFolders().open(process)
      let before = ProcessView(try Snapshot(reading: file), facts: ProcessFacts())
      let request = try TrimRequest(writingTo: file)
      let start = Clock.boot()
      guard let returned = try request.answer(within: Int(timeout * 1000)) else {
        throw fail(
          "process \(process) has not answered within \(timeout) s"
            + (request.way == .nextCall
              ? ": it has no helper thread, and made no call that took the slow path" : ""))
      }
      let seconds = Double(Clock.boot() - start) / 1e9
      let after = ProcessView(try Snapshot(reading: file), facts: ProcessFacts())
      let answer = Answer(
        returned: returned, seconds: seconds, way: request.way, before: before, after: after)
      try say(json ? answer.json : answer.sentence)
    } catch let error as LiveFileError {
      throw fail(error.description)
    }
  }
}

private struct Answer {
  let returned: Int
  let seconds: Double
  let way: TrimRequest.Way
  let before: ProcessView
  let after: ProcessView

  private var wayName: String { way == .helperThread ? "helper thread" : "next call" }

  var sentence: String {
    "\(after.snapshot.processID) \(after.snapshot.program): \(bytesText(returned)) went back, by its \(wayName); "
      + "in memory \(bytesText(before.processResidentBytes)) before, \(bytesText(after.processResidentBytes)) after"
  }

  var json: String {
    var text = JSONText()
    text.object {
      $0.key("pid")
      $0.number(Int(after.snapshot.processID))
      $0.key("returned")
      $0.number(returned)
      $0.key("way")
      $0.string(wayName)
      $0.key("seconds")
      $0.number(seconds)
      $0.key("residentBefore")
      $0.number(before.processResidentBytes)
      $0.key("residentAfter")
      $0.number(after.processResidentBytes)
    }
    return text.text
  }
}
