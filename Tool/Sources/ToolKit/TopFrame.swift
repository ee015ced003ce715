// One picture of `top`: lines of text for a width. All processes, or one: its ledger as a bar, and a table of its size
// classes or threads. Rates come from two samples.

import LiveReader

/// What is shown, and how it is sorted.
package struct TopFrame {
  package let pid: Int32?
  package var columns: Int
  package let style: Style
  package var sample = Sample(time: 0, processes: [], errors: [])
  package var before = Sample(time: 0, processes: [], errors: [])
  package var isReversed = false
  package var isPaused = false
  package var showsThreads = false
  private var sortColumn: [Int] = [4, 4, 4]

  package init(pid: Int32?, columns: Int, style: Style) {
    self.pid = pid
    self.columns = columns
    self.style = style
  }

  private var tableKind: Int { pid == nil ? 0 : showsThreads ? 2 : 1 }

  package mutating func moveSort(_ step: Int) {
    let count = [SortedTable.processColumns, SortedTable.classColumns, SortedTable.threadColumns][
      tableKind
    ].count
    sortColumn[tableKind] = (sortColumn[tableKind] + step + count) % count
  }

  /// The picture, each line at most as wide as the terminal.
  package func lines() -> [String] {
    let view = pid.flatMap { pid in sample.processes.first { $0.snapshot.processID == pid } }
    var lines: [String] = []
    if pid != nil {
      guard let view else { return [clipped("The process publishes nothing any more.")] }
      lines += head(view) + ledger(view) + [""]
    } else {
      let running = sample.processes.filter { $0.state == .running }
      lines += wrapped([
        counted(running.count, "process runs", "processes run") + pauseMark,
        "requested \(bytesText(running.map(\.snapshot.requestedBytes).boundedSum))",
        "resident \(bytesText(running.compactMap(\.residentBytes).boundedSum))",
      ]).map(style.bold)
      lines.append("")
    }
    let rows = table(view).lines(
      sortedBy: sortColumn[tableKind], isReversed: isReversed, width: columns)
    lines += rows.enumerated().map {
      $0.offset == 0 && style.isOn
        ? style.inverse(clipped($0.element).padded(columns)) : clipped($0.element)
    }
    lines += sample.errors.map { style.red(clipped($0.description)) }
    return lines
  }

  private var pauseMark: String { isPaused ? "  [paused]" : "" }

  /// What the keys do, as much of it as there is room for.
  package var hints: String {
    let toggle = pid == nil ? [] : [showsThreads ? "t size classes" : "t threads"]
    let keys = ["q quit", "←→ sort by"] + toggle + ["space turn round", "p pause"]
    return style.dim(wrapped(keys, separator: "  ")[0])
  }

  /// Pieces one after the other, on as many lines as they need; none is cut but where it is longer than a line.
  private func wrapped(_ pieces: [String], separator: String = ", ") -> [String] {
    var lines: [String] = []
    var line = ""
    for (index, piece) in pieces.enumerated() {
      let isLast = index == pieces.count - 1
      let mark = isLast ? "" : separator
      let end = mark.last == " " ? mark.dropLast().count : 0
      if !line.isEmpty && line.count + piece.count + end > columns {
        lines.append(line)
        line = ""
      }
      line += piece + mark
    }
    lines.append(line)
    return lines.map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return clipped(line)
    }
  }

  private func clipped(_ line: String) -> String { line.shortened(columns) }

  private func table(_ view: ProcessView?) -> SortedTable {
    let seconds = Double(sample.time - before.time) / 1000
    let old = { (id: Int32) in
      seconds > 0 ? before.processes.first { $0.snapshot.processID == id } : nil
    }
    guard let view else {
      return SortedTable(processes: sample.processes, before: old, seconds: seconds)
    }
    let last = old(view.snapshot.processID)
    return showsThreads
      ? SortedTable(threadsOf: view, before: last, seconds: seconds)
      : SortedTable(classesOf: view, before: last, seconds: seconds)
  }

  private func head(_ view: ProcessView) -> [String] {
    let snapshot = view.snapshot
    let title = wrapped([
      "\(snapshot.program) (\(snapshot.processID))", view.state.rawValue,
      "mode \(snapshot.mode.name)",
      "up \(timeText(view.uptime))", counted(view.threadsRunning, "thread") + pauseMark,
    ])
    let amounts = wrapped([
      "requested \(bytesText(snapshot.requestedBytes))",
      "resident \(bytesText(view.residentBytes))",
      "overhead \(bytesText(view.overheadBytes))",
      "process \(bytesText(view.processResidentBytes))",
      "huge pages \(bytesText(view.hugePageBytes))",
    ])
    let calls = wrapped([
      counted(view.allocations, "allocation"), counted(view.frees, "free"),
      counted(view.liveBlocks, "live block"),
    ])
    return title.map(style.bold) + amounts + calls + [""]
  }

  private static let colours = [33, 67, 108, 72, 143, 179, 168, 96, 0]

  /// A bar as wide as the terminal, and what its parts are.
  private func ledger(_ view: ProcessView) -> [String] {
    let width = max(10, columns - 2)
    // What is untouched is taken from what was requested: it is no memory.
    var parts = view.ledger.bytes
    let untouched = -parts[parts.count - 1]
    parts[0] = max(0, parts[0] - untouched)
    parts.removeLast()
    let total = max(1, parts.boundedSum)
    var bar = ""
    var done = 0
    var sum = 0
    for (index, bytes) in parts.enumerated() {
      sum += bytes
      let end = Int(Double(sum) * Double(width) / Double(total))
      let mark = style.isOn ? "█" : String("Rrtcfpmh"[index])
      bar += style.colour(
        String(repeating: mark, count: max(0, end - done)), TopFrame.colours[index])
      done = max(done, end)
    }
    var cells: [String] = []
    for (index, key) in Ledger.Key.allCases.enumerated() where view.ledger.bytes[index] != 0 {
      cells.append(
        "\(Ledger.name(key, mode: view.snapshot.mode)) \(bytesText(view.ledger.bytes[index]))")
    }
    return [bar] + wrapped(cells, separator: "  ")
  }
}

extension String {
  fileprivate subscript(offset: Int) -> Character { self[index(startIndex, offsetBy: offset)] }
}
