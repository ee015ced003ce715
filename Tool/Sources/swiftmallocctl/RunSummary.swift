// What `run` says when the program has ended: the reports themselves if they are not too long, how the program ended, how
// many reports there are of each kind or why there can be none, and where they are.

import Glibc
import ToolKit

/// The last words about a run.
struct RunSummary {
  /// What was asked for.
  struct Wanted {
    let reports: Bool
    let leaks: Bool
    let statistics: Bool
    /// The programs that alone were watched; nil: all.
    let only: String?
  }

  private static let shownLines = 120

  private let program: String
  private let end: ChildProcess.End
  private let reports: Reports?
  private let wanted: Wanted

  init(_ program: String, _ end: ChildProcess.End, _ reports: Reports?, wanted: Wanted) {
    self.program = program
    self.end = end
    self.reports = reports
    self.wanted = wanted
  }

  /// All lines. A log of ours is removed if no report is in it, and what else is in it was shown.
  func text(_ style: Style) -> String {
    var how = style.bold("swiftmallocctl: \(program) \(ending)")
    guard let reports else { return how + "\n" }
    guard var lines = reports.lines()?.map(ReportLine.printable) else {
      return how + "; reports went to \(reports.path); none are summed up\n"
    }
    while lines.last == "" { lines.removeLast() }
    var text = ""
    for line in lines.prefix(RunSummary.shownLines) {
      text += (ReportLine.kind(line) != nil ? style.red(line) : line) + "\n"
    }
    let hidden = max(0, lines.count - RunSummary.shownLines)
    if hidden > 0 { text += style.dim("… and \(counted(hidden, "more line")) in the log") + "\n" }
    let kinds = lines.compactMap(ReportLine.kind)
    for sentence in counts(kinds) + missing(lines) { how += "; " + sentence }
    if lines.isEmpty || kinds.isEmpty && hidden == 0 && reports.isOurs {
      reports.discard()
    } else {
      how += "; log: \(reports.path)"
    }
    return text + how + "\n"
  }

  private var ending: String {
    guard let signal = end.signal else { return "ended with status \(end.status)" }
    return "was ended by signal \(signal) (\(String(cString: strsignal(signal)).lowercased()))"
  }

  private func counts(_ kinds: [String]) -> [String] {
    var counts: [String: Int] = [:]
    var order: [String] = []
    for kind in kinds {
      if counts[kind] == nil { order.append(kind) }
      counts[kind, default: 0] += 1
    }
    if order.isEmpty {
      if !wanted.reports { return [] }
      return ["no reports" + (wanted.only.map { " of the programs that ONLY names, \($0)" } ?? "")]
    }
    let parts = order.map { kind in counts[kind]! > 1 ? "\(counts[kind]!) × \(kind)" : kind }
    return ["\(counted(kinds.count, "report")): " + parts.joined(separator: ", ")]
  }

  /// What a program does when it ends, and cannot do when a signal ends it.
  private func missing(_ lines: [String]) -> [String] {
    var sentences: [String] = []
    if wanted.leaks && end.signal != nil { sentences.append("so it looked for no leaks") }
    let hasStatistics = lines.contains(where: ReportLine.isStatistics)
    if wanted.statistics && !hasStatistics {
      sentences.append((end.signal != nil ? "so " : "") + "it printed no statistics")
    }
    return sentences
  }
}
