// What is in the heap of a program that `run --types` started, when it ends: its main thread waits before it ends, and the process is
// read from outside meanwhile.

import ArgumentParser
import Glibc
import HeapGraph
import HeapLook
import LiveReader
import Targets
import ToolKit

/// What `run` takes about types.
struct RunTypesOptions: ParsableArguments {
  @Flag(help: "Show what is in the heap when the program ends: objects by type.")
  var types = false

  @Option(
    parsing: .unconditional,
    help: "How many types are listed: 25, with --csv all, if nothing is said.")
  var rows: Int?

  @Flag(help: "Types as JSON, one line: as `swiftmallocctl types --json`.")
  var json = false

  @Flag(help: "Types as comma-separated values.")
  var csv = false

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Where types go: a file, or - for standard output. Without it they are the last on standard error.",
      valueName: "file"), completion: .file())
  var output: String?

  func validate() throws {
    if let rows, rows < 1 { throw ValidationError("At least one row is listed, not \(rows).") }
    if json, csv { throw ValidationError("--csv and --json exclude each other.") }
    if output == "" { throw ValidationError("\"\" is not the path of a file.") }
    let form = json ? "--json" : csv ? "--csv" : output != nil ? "--output" : nil
    if let form, !types { throw ValidationError("\(form) is for --types.") }
  }
}

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

  /// Tells the table, or the sentence that says why there is none. False: it could not be written where it was wanted.
  func tell(_ program: String, _ end: ChildProcess.End, _ options: RunTypesOptions) -> Bool {
    switch outcome {
    case .none:
      let how = end.signal.map { "was ended by signal \($0)" } ?? "ended"
      complain("no types: \(program) \(how) before it could be looked at")
    case .refusal(let sentence): complain("no types: \(sentence)")
    case .table(let table, let boot):
      let isEarly = Clock.boot() > boot + Self.delay
      let moment = isEarly ? "when its main thread ended, before others" : "at its end"
      let text = TypesText(
        table, of: "\(program), process \(process), \(moment)",
        rows: options.rows ?? (options.csv ? .max : 25))
      let style = options.output == nil ? Style(for: STDERR_FILENO) : Style(for: -1)
      let form =
        options.json
        ? text.json : options.csv ? text.csv : text.lines(style).joined(separator: "\n")
      return Self.write(form + "\n", to: options.output)
    }
    return true
  }

  private static func write(_ text: String, to path: String?) -> Bool {
    guard let path else {
      swiftmallocctl.write(text, to: STDERR_FILENO)
      return true
    }
    // It says why by itself.
    do { try WholeFile.write(Array(text.utf8), to: path) } catch { return false }
    return true
  }
}
