// What is in the heap of a program that `run --types` started, when it ends: its main thread waits before it ends, and the process is
// read from outside meanwhile.

import Glibc
import HeapGraph
import HeapLook
import LiveReader
import Targets
import ToolKit

/// The types at the end of a run.
final class RunTypes {
  private enum Outcome {
    /// Nobody told of the end.
    case none
    case table(TypeTable, boot: UInt64)
    case refusal(String)
  }

  /// Nanoseconds: a program that goes on for longer without its main thread has other types at its end.
  private static let delay: UInt64 = 1_000_000_000

  private let process: Int32
  private let trace: ExitTrace?
  private var outcome = Outcome.none

  /// - Parameter child: one that is followed.
  init(_ child: ChildProcess) {
    process = child.id
    switch child.trace {
    case .success(let trace)?: self.trace = trace
    case .failure(let error)?:
      trace = nil
      outcome = .refusal(error.description)
    case nil: trace = nil
    }
  }

  /// Takes what waitpid(2) told. True: the program goes on.
  func answers(_ status: Int32) -> Bool {
    trace?.answers(status) {
      do throws(NoLook) {
        let look = try HeapLook.reading(process) { try HeapLook(process: process) }
        outcome = .table(look.table, boot: Clock.boot())
      } catch {
        outcome = .refusal(error.description)
      }
    } ?? false
  }

  /// The table, or the sentence that says why there is none.
  func text(_ program: String, _ end: ChildProcess.End, rows: Int, _ style: Style) -> String {
    switch outcome {
    case .none:
      let how = end.signal.map { "was ended by signal \($0)" } ?? "ended"
      return "swiftmallocctl: no types: \(program) \(how) before it could be looked at\n"
    case .refusal(let sentence):
      return "swiftmallocctl: no types: \(sentence)\n"
    case .table(let table, let boot):
      let isEarly = Clock.boot() > boot + Self.delay
      let moment = isEarly ? "when its main thread ended, before others" : "at its end"
      let text = TypesText(table, of: "\(program), process \(process), \(moment)", rows: rows)
      return text.lines(style).joined(separator: "\n") + "\n"
    }
  }
}
