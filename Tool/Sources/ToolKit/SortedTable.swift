// The tables of `top`: cells with a text and a number to sort by, and the column that orders the rows, marked by an
// arrow: the greatest first, or the least.

import LiveReader

/// Rows that can be sorted by each column.
package struct SortedTable {
  private struct Cell {
    let text: String
    let key: Key
  }

  private enum Key: Comparable {
    case number(Double)
    case text(String)
  }

  package static let processColumns = [
    "PID", "PROGRAM<", "STATE<", "UP", "REQUESTED", "RESIDENT", "PROCESS", "ALLOC/S", "FREE/S",
    "THREADS",
  ]
  package static let classColumns = [
    "SIZE", "LIVE", "ALLOC/S", "FREE/S", "GIVEN", "ASKED FOR", "WASTE", "PEAK", "ALLOCATIONS",
    "FREES",
  ]
  package static let threadColumns = [
    "ID", "NAME<", "ALLOC/S", "FREE/S", "LIVE", "PEAK", "ALLOCATIONS", "FREES",
  ]

  // Which columns a narrow terminal shows first.
  private static let processOrder = [0, 1, 4, 5, 2, 7, 3, 9, 8, 6]
  private static let classOrder = [0, 4, 1, 6, 2, 3, 5, 7, 8, 9]
  private static let threadOrder = [1, 4, 2, 3, 0, 5, 6, 7]

  private let columns: [String]
  private let order: [Int]
  private var rows: [[Cell]] = []

  /// All processes.
  /// - Parameters:
  ///   - before: what a process was before.
  ///   - seconds: how long ago that was.
  package init(processes: [ProcessView], before: (Int32) -> ProcessView?, seconds: Double) {
    columns = SortedTable.processColumns
    order = SortedTable.processOrder
    rows = processes.map { view in
      let last = before(view.snapshot.processID)
      return [
        SortedTable.plain(Int(view.snapshot.processID)),
        SortedTable.text(view.snapshot.program.shortened(24)),
        SortedTable.text(view.state.rawValue), SortedTable.time(view.uptime),
        SortedTable.bytes(view.snapshot.requestedBytes), SortedTable.bytes(view.residentBytes),
        SortedTable.bytes(view.processResidentBytes),
        SortedTable.rate(view.allocations, last?.allocations, seconds),
        SortedTable.rate(view.frees, last?.frees, seconds),
        SortedTable.count(view.threadsRunning),
      ]
    }
  }

  /// The size classes of a process.
  package init(classesOf view: ProcessView, before: ProcessView?, seconds: Double) {
    columns = SortedTable.classColumns
    order = SortedTable.classOrder
    let old = before?.snapshot.sums
    rows = view.classRows.map { row in
      let last = old.flatMap { row.index < $0.count ? $0[row.index] : nil }
      return [
        Cell(text: row.label, key: .number(Double(row.index))),
        SortedTable.count(row.sum.liveBlocks),
        SortedTable.rate(row.sum.allocations, last?.allocations, seconds),
        SortedTable.rate(row.sum.frees, last?.frees, seconds), SortedTable.bytes(row.givenBytes),
        SortedTable.bytes(row.requestedBytes), SortedTable.bytes(row.wasteBytes),
        SortedTable.bytes(row.sum.peakBytes), SortedTable.count(row.sum.allocations),
        SortedTable.count(row.sum.frees),
      ]
    }
  }

  /// The threads of a process.
  package init(threadsOf view: ProcessView, before: ProcessView?, seconds: Double) {
    columns = SortedTable.threadColumns
    order = SortedTable.threadOrder
    func calls(_ thread: Snapshot.ThreadRow) -> (Int, Int) {
      (thread.classes.map(\.allocations).boundedSum, thread.classes.map(\.frees).boundedSum)
    }
    // A row may have passed to another thread meanwhile.
    var old: [Int: Snapshot.ThreadRow] = [:]
    for thread in before?.snapshot.threads ?? [] { old[thread.row] = thread }
    rows = view.snapshot.threads.map { thread in
      let (allocations, frees) = calls(thread)
      let last = old[thread.row].flatMap { $0.id == thread.id ? calls($0) : nil }
      return [
        thread.row == 0 ? SortedTable.text("-") : SortedTable.plain(Int(thread.id)),
        SortedTable.text(view.name(of: thread)), SortedTable.rate(allocations, last?.0, seconds),
        SortedTable.rate(frees, last?.1, seconds), SortedTable.bytes(thread.requestedBytes),
        SortedTable.bytes(thread.peakBytes), SortedTable.count(allocations),
        SortedTable.count(frees),
      ]
    }
  }

  /// The names, then the rows: the column to sort by, and of the others those that there is room for.
  package func lines(sortedBy column: Int, isReversed: Bool, width: Int) -> [String] {
    var names = columns
    let isText = names[column].hasSuffix("<")
    // Text goes up, amounts go down.
    let goesUp = isText != isReversed
    names[column] =
      (isText ? String(names[column].dropLast()) : names[column]) + (goesUp ? "▲" : "▼")
      + (isText ? "<" : "")
    var table = TextTable(names)
    let sorted = rows.sorted {
      goesUp ? $0[column].key < $1[column].key : $0[column].key > $1[column].key
    }
    for row in sorted { table.add(row.map(\.text)) }
    return table.lines(
      Style(isOn: false), within: width, order: [column] + order.filter { $0 != column })
  }

  private static func text(_ text: String) -> Cell { Cell(text: text, key: .text(text)) }
  private static func plain(_ number: Int) -> Cell {
    Cell(text: String(number), key: .number(Double(number)))
  }
  private static func count(_ count: Int) -> Cell {
    Cell(text: countText(count), key: .number(Double(count)))
  }
  private static func bytes(_ bytes: Int?) -> Cell {
    Cell(text: bytesText(bytes), key: .number(Double(bytes ?? -1)))
  }
  private static func time(_ seconds: Double?) -> Cell {
    Cell(text: timeText(seconds), key: .number(seconds ?? -1))
  }
  private static func rate(_ now: Int, _ before: Int?, _ seconds: Double) -> Cell {
    guard let before, seconds > 0 else { return Cell(text: "-", key: .number(-1)) }
    let rate = Double(now - before) / seconds
    return Cell(text: countText(Int(rate.rounded())), key: .number(rate))
  }
}
