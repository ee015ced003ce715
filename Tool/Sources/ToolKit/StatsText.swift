// One process as tables for people: who it is, the ledger, size classes, threads, large blocks, system calls.

import LiveReader

/// The text of `stats`.
package struct StatsText {
  private static let listedThreads = 40
  private static let listedLargeBlocks = 20
  private static let listedHeaps = 40

  package private(set) var lines: [String] = []
  private let view: ProcessView
  private let style: Style

  package init(_ view: ProcessView, _ style: Style) {
    self.view = view
    self.style = style
    lines += head
    add("Memory of the heap", ledger)
    add("Size classes", classes)
    add("Threads", threads)
    if view.snapshot.largeCount > 0 { add("Large blocks", largeBlocks) }
    if !view.heapRows.isEmpty { add("Heaps of the program's own", heaps) }
    let calls = view.systemCalls.map { "\($0.name) \(countText($0.count))" }
    add("System calls of the library", [calls.joined(separator: ", ")])
    let returned = view.returned.filter { $0.byteCount > 0 }
    if !returned.isEmpty {
      let parts = returned.map { "\($0.reason) \(bytesText($0.byteCount))" }
      add("Given back to the system so far, by the reason", [parts.joined(separator: ", ")])
    }
  }

  private mutating func add(_ title: String, _ table: [String]) {
    lines += ["", style.bold(title)] + table.map { "  " + $0 }
  }

  private var head: [String] {
    let snapshot = view.snapshot
    let state =
      switch view.state {
      case .running: style.green("running")
      case .ended: style.dim("ended")
      case .killed: style.red("killed")
      case .replaced: style.dim("replaced by another program")
      }
    var lines = [
      "\(style.bold(snapshot.program)) (\(snapshot.processID)), \(state), mode \(snapshot.mode.name), "
        + "swiftmalloc \(snapshot.libraryVersion)",
      "up \(timeText(view.uptime)), user \(timeText(view.userTime)), system \(timeText(view.systemTime)); "
        + "process resident \(bytesText(view.processResidentBytes)), "
        + "in huge pages \(bytesText(view.hugePageBytes))",
      "requested \(bytesText(snapshot.requestedBytes)), resident \(bytesText(view.residentBytes)), "
        + "overhead \(bytesText(view.overheadBytes)); \(counted(view.allocations, "allocation")), "
        + "\(counted(view.frees, "free")), \(counted(view.liveBlocks, "live block"))",
    ]
    if snapshot.resetBoot > 0 {
      lines.append(
        "counts and peaks are of the last \(timeText(view.age(since: snapshot.resetBoot))): "
          + "the program began them again")
    }
    return lines
  }

  private var heaps: [String] {
    var table = TextTable(["NAME<", "KIND<", "IN USE", "PEAK", "KEPT", "LIMIT", "AGE"])
    let rows = view.heapRows
    for heap in rows.prefix(StatsText.listedHeaps) {
      table.add([
        heap.name, heap.kind, bytesText(heap.usedBytes), bytesText(heap.peakBytes),
        bytesText(heap.keptBytes), heap.limit.map { bytesText($0) } ?? "none",
        timeText(view.age(since: heap.madeBoot)),
      ])
    }
    let listed = min(rows.count, StatsText.listedHeaps)
    let rest = rows.count + view.snapshot.heapsUnlisted - listed
    return table.lines(style) + (rest > 0 ? ["and \(countText(rest)) more"] : [])
  }

  private var ledger: [String] {
    var table = TextTable(["WHAT<", "BYTES", "NOW", "SHARE", "PEAK"])
    let total = view.ledger.total
    for (index, key) in Ledger.Key.allCases.enumerated() {
      let bytes = view.ledger.bytes[index]
      if bytes == 0 && view.ledger.peaks[index] ?? 0 == 0 { continue }
      table.add([
        Ledger.name(key, mode: view.snapshot.mode), countText(bytes), bytesText(bytes),
        shareText(bytes, of: total), bytesText(view.ledger.peaks[index]),
      ])
    }
    let name = view.residentBytes == nil ? "Accounted for" : "Resident"
    table.add([name, countText(total), bytesText(total), "", ""])
    return table.lines(style)
  }

  private var classes: [String] {
    var table = TextTable([
      "SIZE", "SPANS", "ALLOCATIONS", "FREES", "LIVE", "GIVEN", "ASKED FOR", "WASTE", "PEAK",
    ])
    for row in view.classRows {
      table.add([
        row.label, countText(row.spanCount), countText(row.sum.allocations),
        countText(row.sum.frees),
        countText(row.sum.liveBlocks), bytesText(row.givenBytes), bytesText(row.requestedBytes),
        bytesText(row.wasteBytes), bytesText(row.sum.peakBytes),
      ])
    }
    return table.lines(style)
  }

  private var threads: [String] {
    var table = TextTable(["ID", "NAME<", "ALLOCATIONS", "FREES", "LIVE", "PEAK"])
    let rows = view.snapshot.threads.sorted { $0.requestedBytes > $1.requestedBytes }
    for thread in rows.prefix(StatsText.listedThreads) {
      table.add([
        thread.row == 0 ? "-" : String(thread.id), view.name(of: thread),
        countText(thread.classes.map(\.allocations).boundedSum),
        countText(thread.classes.map(\.frees).boundedSum), bytesText(thread.requestedBytes),
        bytesText(thread.peakBytes.atLeastZero),
      ])
    }
    var lines = table.lines(style)
    if rows.count > StatsText.listedThreads {
      lines.append("and \(countText(rows.count - StatsText.listedThreads)) more")
    }
    let snapshot = view.snapshot
    lines.append(
      "\(countText(view.threadsRunning)) running, \(countText(snapshot.threadsStarted)) started"
    )
    if snapshot.threadsUnpublished > 0 {
      lines.append("\(countText(snapshot.threadsUnpublished)) of them without a row of their own")
    }
    return lines
  }

  private var largeBlocks: [String] {
    var table = TextTable(["ADDRESS<", "GIVEN", "ASKED FOR", "AGE", "THREAD"])
    let rows = view.largeRows
    for block in rows.prefix(StatsText.listedLargeBlocks) {
      table.add([
        "0x" + String(block.address, radix: 16), bytesText(block.givenBytes),
        bytesText(block.requestedBytes), timeText(view.age(since: block.allocatedBoot)),
        String(block.threadID),
      ])
    }
    let listed = min(rows.count, StatsText.listedLargeBlocks)
    let rest = view.snapshot.largeCount - listed
    return table.lines(style) + (rest > 0 ? ["and \(countText(rest)) more"] : [])
  }
}
