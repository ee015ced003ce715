// What `run` says when the program has ended: the reports themselves if they are not too long, how many there are of
// each kind, how the program ended, and where the reports are.

import Glibc

/// The last words about a run.
struct RunSummary {
  private static let shownLines = 120

  private let program: String
  private let end: ChildProcess.End
  private let reports: Reports?

  init(_ program: String, _ end: ChildProcess.End, _ reports: Reports?) {
    self.program = program
    self.end = end
    self.reports = reports
  }

  /// All lines. A log of ours that stayed empty is removed.
  func text(_ style: Style) -> String {
    var lines = (reports?.lines() ?? []).map(harmless)
    while lines.last == "" { lines.removeLast() }
    var text = ""
    for line in lines.prefix(RunSummary.shownLines) {
      text += (RunSummary.kind(line) != nil ? style.red(line) : line) + "\n"
    }
    if lines.count > RunSummary.shownLines {
      text += style.dim("… and \(lines.count - RunSummary.shownLines) more lines in the log") + "\n"
    }
    let how =
      if let signal = end.signal {
        "was ended by signal \(signal) (\(String(cString: strsignal(signal)).lowercased()))"
      } else {
        "ended with status \(end.status)"
      }
    text += style.bold("swiftmallocctl: \(program) \(how)")
    guard let reports else { return text + "\n" }
    text += "; " + counts(lines)
    if lines.isEmpty {
      reports.discard()
    } else {
      text += "; log: \(reports.path)"
    }
    return text + "\n"
  }

  private func counts(_ lines: [String]) -> String {
    var counts: [String: Int] = [:]
    var order: [String] = []
    for kind in lines.compactMap(RunSummary.kind) {
      if counts[kind] == nil { order.append(kind) }
      counts[kind, default: 0] += 1
    }
    if order.isEmpty { return "no reports" }
    let total = counts.values.reduce(0, +)
    let parts = order.map { kind in counts[kind]! > 1 ? "\(counts[kind]!) × \(kind)" : kind }
    return "\(total) report\(total == 1 ? "" : "s"): " + parts.joined(separator: ", ")
  }

  /// The kind of the report that a line begins, "double-free"; of leaks with what was lost.
  private static func kind(_ line: String) -> String? {
    guard line.hasPrefix("=="), let mark = line.firstRange(of: "==ERROR: swiftmalloc: ") else {
      return nil
    }
    let rest = line[mark.upperBound...]
    if rest.hasPrefix("leak of ") { return String(rest) }
    return rest.split(separator: " ").first.map(String.init)
  }

  /// Without control characters: bytes of the program must not move the cursor.
  private func harmless(_ line: String) -> String {
    guard line.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7f })
    else { return line }
    return String(
      line.map {
        $0.isASCII && ($0.asciiValue! < 0x20 && $0 != "\t" || $0.asciiValue! == 0x7f) ? "?" : $0
      })
  }
}
