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
    guard var lines = reports.lines()?.map(harmless) else {
      return how + "; reports went to \(reports.path); none are summed up\n"
    }
    while lines.last == "" { lines.removeLast() }
    var text = ""
    for line in lines.prefix(RunSummary.shownLines) {
      text += (RunSummary.kind(line) != nil ? style.red(line) : line) + "\n"
    }
    let hidden = max(0, lines.count - RunSummary.shownLines)
    if hidden > 0 { text += style.dim("… and \(counted(hidden, "more line")) in the log") + "\n" }
    let kinds = lines.compactMap(RunSummary.kind)
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
    if order.isEmpty { return wanted.reports ? ["no reports"] : [] }
    let parts = order.map { kind in counts[kind]! > 1 ? "\(counts[kind]!) × \(kind)" : kind }
    return ["\(counted(kinds.count, "report")): " + parts.joined(separator: ", ")]
  }

  /// What a program does when it ends, and cannot do when a signal ends it.
  private func missing(_ lines: [String]) -> [String] {
    var sentences: [String] = []
    if wanted.leaks && end.signal != nil { sentences.append("so it looked for no leaks") }
    let hasStatistics = lines.contains {
      $0.firstRange(of: "==STATS: swiftmalloc") != nil || $0.hasPrefix("{\"")
    }
    if wanted.statistics && !hasStatistics {
      sentences.append((end.signal != nil ? "so " : "") + "it printed no statistics")
    }
    return sentences
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
