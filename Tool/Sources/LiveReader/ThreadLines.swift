// The threads of a process for Prometheus, which keeps a series for every thread that ever had a line: at most 200 of
// them have one, those in the first rows. All others, and those that ended, are one more, "other". A thread stays in its
// row, and adds to "other" when it ends: so the counters of "other" never fall.

/// A line for each thread that is listed, and one for all others.
struct ThreadLines {
  struct Line {
    let id: String
    let name: String
    var requestedBytes = 0
    var allocations = 0
    var frees = 0

    fileprivate mutating func add(_ thread: Snapshot.ThreadRow) {
      requestedBytes = requestedBytes +| thread.requestedBytes
      allocations = allocations +| thread.classes.map(\.allocations).boundedSum
      frees = frees +| thread.classes.map(\.frees).boundedSum
    }
  }

  static let listed = 200

  private(set) var lines: [Line] = []

  init(_ view: ProcessView) {
    var other = Line(id: "other", name: "other")
    // Two lines with one id would make the whole text invalid: a damaged file may have them.
    var ids = Set<Int32>()
    for thread in view.snapshot.threads {
      if (1...ThreadLines.listed).contains(thread.row) && ids.insert(thread.id).inserted {
        var line = Line(id: String(thread.id), name: view.name(of: thread))
        line.add(thread)
        lines.append(line)
      } else {
        other.add(thread)
      }
    }
    lines.append(other)
  }
}
