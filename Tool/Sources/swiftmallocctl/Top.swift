// swiftmallocctl top: processes, or one process, live in the terminal.

import ArgumentParser
import Glibc
import LiveReader
import ToolKit

struct Top: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch processes live in the terminal.",
    discussion: """
      Without a process id: all processes of this user that publish. With one: its ledger, and its size classes \
      or threads. When standard output is no terminal, or with --once, one picture is printed.

      KEYS
        ← →    the column to sort by          space  turn the order round
        t      size classes or threads        p      pause
        q      quit

      EXAMPLES
        swiftmallocctl top
        swiftmallocctl top 4711 --interval 250
        swiftmallocctl top 4711 --once

      Exit status: 0; 1 when there is no such process, or it publishes nothing.
      """)

  @Argument(help: "Show this process.")
  var pid: Int32?

  @Option(parsing: .unconditional, help: "Milliseconds between two pictures.")
  var interval = 1000

  @Flag(help: "Print one picture.")
  var once = false

  func validate() throws {
    guard (100...60000).contains(interval) else {
      throw ValidationError("The interval is 100 to 60000 ms, not \(interval).")
    }
    if let pid, pid <= 0 { throw ValidationError("There is no process \(pid).") }
  }

  func run() throws {
    try needProcesses()
    var sampler = Sampler(only: pid)
    let first = if let pid { try sampler.first(of: pid) } else { sampler.sample() }
    if once || isatty(STDOUT_FILENO) != 1 || isatty(STDIN_FILENO) != 1 {
      // Rates need a second look.
      usleep(UInt32(min(interval, 1000)) * 1000)
      var frame = TopFrame(pid: pid, columns: 200, style: Style(for: STDOUT_FILENO))
      frame.sample = sampler.sample()
      frame.before = first
      for line in frame.lines() { try say(line) }
      return
    }
    try watch(&sampler, first)
  }

  private func watch(_ sampler: inout Sampler, _ first: Sample) throws {
    let screen = Screen()
    defer { screen.leave() }
    var frame = TopFrame(pid: pid, columns: 80, style: Style(for: STDOUT_FILENO))
    frame.sample = first
    var next = Clock.boot()
    while true {
      if let signal = Screen.caught { throw ExitCode(128 + signal) }
      let (columns, rows) = screen.size()
      frame.columns = columns
      screen.show(frame.lines(), below: frame.hints, rows: rows)
      let now = Clock.boot()
      let wait = next > now ? Int((next - now) / 1_000_000) + 1 : 0
      for key in screen.keys(within: wait) {
        switch key {
        case .quit: return
        case .left: frame.moveSort(-1)
        case .right: frame.moveSort(1)
        case .space: frame.isReversed.toggle()
        case .letter("t"): frame.showsThreads.toggle()
        case .letter("p"): frame.isPaused.toggle()
        case .suspend: screen.suspend()
        case .letter: break
        }
      }
      if Clock.boot() >= next {
        next = Clock.boot() + UInt64(interval) * 1_000_000
        if !frame.isPaused {
          frame.before = frame.sample
          frame.sample = sampler.sample()
        }
      }
    }
  }
}
