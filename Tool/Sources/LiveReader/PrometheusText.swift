// Prometheus' text format 0.0.4: every family once, with its HELP and TYPE, then its series, one for each process with
// the labels pid and program, and whatever tells parts of it apart. Counters end in _total; sizes are bytes.

/// Writes all processes of a sample for Prometheus.
package struct PrometheusText {
  package private(set) var text = ""

  package init(_ sample: Sample) {
    let views = sample.processes
    family("swiftmalloc_info", .gauge, "The library in a process: always 1.", views) { view, line in
      line(
        [
          ("version", view.snapshot.libraryVersion), ("mode", view.snapshot.mode.name),
          ("state", view.state.rawValue),
        ], 1)
    }
    family("swiftmalloc_start_time_seconds", .gauge, "When counting began, since 1970.", views) {
      $1([], Double($0.epochMilliseconds(of: $0.snapshot.startedBoot)) / 1000)
    }
    bytes(views)
    peaks(views)
    calls(views)
    threads(views)
    heaps(views)
    family("swiftmalloc_threads", .gauge, "Threads that run.", views) {
      $1([], Double($0.threadsRunning))
    }
    family("swiftmalloc_threads_started_total", .counter, "Threads so far.", views) {
      $1([], Double($0.snapshot.threadsStarted))
    }
    let errors = sample.errors.count
    text += "# HELP swiftmalloc_unreadable_files Published files that could not be read.\n"
    text += "# TYPE swiftmalloc_unreadable_files gauge\nswiftmalloc_unreadable_files \(errors)\n"
  }

  private mutating func bytes(_ views: [ProcessView]) {
    family("swiftmalloc_requested_bytes", .gauge, "Bytes asked for and not freed.", views) {
      $1([], Double($0.snapshot.requestedBytes))
    }
    family("swiftmalloc_resident_bytes", .gauge, "Bytes of the heap in memory.", views) {
      if let bytes = $0.residentBytes { $1([], Double(bytes)) }
    }
    family("swiftmalloc_process_resident_bytes", .gauge, "Bytes of the process in memory.", views) {
      if let bytes = $0.processResidentBytes { $1([], Double(bytes)) }
    }
    family("swiftmalloc_huge_page_bytes", .gauge, "Bytes of the process in huge pages.", views) {
      if let bytes = $0.hugePageBytes { $1([], Double(bytes)) }
    }
    family("swiftmalloc_ledger_bytes", .gauge, "Where the resident bytes are.", views) {
      view, line in
      for (index, key) in Ledger.Key.allCases.enumerated() {
        line([("part", key.rawValue)], Double(view.ledger.bytes[index]))
      }
    }
    family("swiftmalloc_class_live_bytes", .gauge, "Bytes given out by size class.", views) {
      view, line in
      for row in view.classRows { line([("class", row.label)], Double(row.givenBytes)) }
    }
    family("swiftmalloc_class_waste_bytes", .gauge, "Bytes given beyond those asked for.", views) {
      view, line in
      for row in view.classRows { line([("class", row.label)], Double(row.wasteBytes)) }
    }
    family("swiftmalloc_large_blocks", .gauge, "Large blocks that live.", views) {
      $1([], Double($0.snapshot.largeCount))
    }
  }

  private mutating func peaks(_ views: [ProcessView]) {
    family("swiftmalloc_ledger_peak_bytes", .gauge, "The most that was seen of each part.", views) {
      view, line in
      for (index, key) in Ledger.Key.allCases.enumerated() {
        if let peak = view.ledger.peaks[index] { line([("part", key.rawValue)], Double(peak)) }
      }
    }
    family("swiftmalloc_class_peak_bytes", .gauge, "The threads' peaks by size class.", views) {
      view, line in
      for row in view.classRows { line([("class", row.label)], Double(row.sum.peakBytes)) }
    }
  }

  private mutating func calls(_ views: [ProcessView]) {
    family("swiftmalloc_allocations_total", .counter, "Blocks given out.", views) { view, line in
      for row in view.classRows { line([("class", row.label)], Double(row.sum.allocations)) }
    }
    family("swiftmalloc_frees_total", .counter, "Blocks freed.", views) { view, line in
      for row in view.classRows { line([("class", row.label)], Double(row.sum.frees)) }
    }
    family("swiftmalloc_system_calls_total", .counter, "System calls of the library.", views) {
      view, line in
      for call in view.systemCalls { line([("call", call.name)], Double(call.count)) }
    }
    family(
      "swiftmalloc_returned_bytes_total", .counter,
      "Given back to the system, by the reason; holes are part of the others.", views
    ) {
      view, line in
      for part in view.returned { line([("reason", part.reason)], Double(part.byteCount)) }
    }
  }

  private mutating func threads(_ views: [ProcessView]) {
    let rows = views.map(ThreadLines.init)
    func each(
      _ name: String, _ kind: Kind, _ help: String, _ value: (ThreadLines.Line) -> Int
    ) {
      var remaining = rows[...]
      family(name, kind, help, views) { _, line in
        for row in remaining.removeFirst().lines {
          line([("tid", row.id), ("thread", row.name)], Double(value(row)))
        }
      }
    }
    each("swiftmalloc_thread_requested_bytes", .gauge, "Bytes asked for and not freed by thread.") {
      $0.requestedBytes
    }
    each("swiftmalloc_thread_allocations_total", .counter, "Blocks given out by thread.") {
      $0.allocations
    }
    each("swiftmalloc_thread_frees_total", .counter, "Blocks freed by thread.") { $0.frees }
  }

  // The handle tells heaps of one name apart.
  private mutating func heaps(_ views: [ProcessView]) {
    func each(_ name: String, _ help: String, _ value: (Snapshot.HeapRow) -> Int?) {
      family(name, .gauge, help, views) { view, line in
        var handles = Set<UInt64>()
        for heap in view.heapRows where handles.insert(heap.handle).inserted {
          guard let value = value(heap) else { continue }
          line(
            [
              ("heap", heap.name), ("kind", heap.kind),
              ("handle", "0x" + String(heap.handle, radix: 16)),
            ], Double(value))
        }
      }
    }
    each("swiftmalloc_heap_bytes", "Bytes that the blocks of a program's heap take.") {
      $0.usedBytes
    }
    each("swiftmalloc_heap_peak_bytes", "The most that they took.") { $0.peakBytes }
    each("swiftmalloc_heap_kept_bytes", "Free bytes that it keeps for reuse.") { $0.keptBytes }
    each("swiftmalloc_heap_limit_bytes", "What they may take, where there is a limit.") {
      $0.limit
    }
  }

  private enum Kind: String { case gauge, counter }

  private mutating func family(
    _ name: String, _ kind: Kind, _ help: String, _ views: [ProcessView],
    _ series: (ProcessView, ([(String, String)], Double) -> Void) -> Void
  ) {
    var lines = ""
    for view in views {
      let own = [("pid", String(view.snapshot.processID)), ("program", view.snapshot.program)]
      series(view) { labels, value in
        let all = (own + labels).map { "\($0)=\"\(PrometheusText.escaped($1))\"" }
        lines += "\(name){\(all.joined(separator: ","))} \(PrometheusText.number(value))\n"
      }
    }
    if lines.isEmpty { return }
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n" + lines
  }

  /// A label's value: a backslash, a quote and a line's end are written as two characters.
  static func escaped(_ value: String) -> String {
    var escaped = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e16 ? String(Int(value)) : String(value)
  }
}
