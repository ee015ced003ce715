// What was seen of a process since the server began: at most 2000 moments. When they are full, every second one is
// dropped and from then on only every second sample is kept, so that the whole run stays in view at ever coarser steps.

/// Moments of one process.
package struct History: Sendable {
  package static let limit = 2000

  package struct Moment: Sendable, Equatable {
    /// Epoch milliseconds.
    package var time: Int
    package var processResidentBytes: Int?
    /// By the order of the ledger's keys.
    package var ledger: [Int]
    package var allocations: Int
    package var frees: Int
  }

  package private(set) var moments: [Moment] = []
  private var step = 1
  private var skipped = 0

  package init() {}

  /// Notes a moment, if it is its turn.
  package mutating func append(_ view: ProcessView, time: Int) {
    append(
      Moment(
        time: time, processResidentBytes: view.processResidentBytes, ledger: view.ledger.bytes,
        allocations: view.allocations, frees: view.frees))
  }

  mutating func append(_ moment: Moment) {
    skipped += 1
    if skipped < step { return }
    skipped = 0
    moments.append(moment)
    guard moments.count >= History.limit else { return }
    moments = moments.enumerated().compactMap { $0.offset.isMultiple(of: 2) ? $0.element : nil }
    // The last moment was dropped: half of the new step has passed.
    skipped = step
    step *= 2
  }

  /// The object that /history.json answers with.
  package func json(processID: Int32) -> JSONText {
    var json = JSONText()
    json.object { json in
      json.member("pid", Int(processID))
      json.key("samples")
      json.array { json in
        for moment in moments {
          json.object { json in
            json.member("time", moment.time)
            json.member("rss", moment.processResidentBytes)
            json.key("ledger")
            json.array { json in for bytes in moment.ledger { json.number(bytes) } }
            json.member("allocations", moment.allocations)
            json.member("frees", moment.frees)
          }
        }
      }
    }
    return json
  }
}
