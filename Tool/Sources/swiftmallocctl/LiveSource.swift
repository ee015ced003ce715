// The one sampler behind all clients. Whoever asks gets the last sample if it is young enough for them, and a new one
// otherwise: many clients cost as much as the fastest of them. A task asks once a second, so that the history has no
// gaps while nobody looks.

import HummingbirdCore
import LiveReader
import NIOCore

/// Samples for all clients, and what was seen so far.
actor LiveSource {
  /// A sample and its JSON, made once.
  struct Taken: Sendable {
    let sample: Sample
    let boot: UInt64
    private let json: ByteBuffer

    init(_ sample: Sample, boot: UInt64) {
      self.sample = sample
      self.boot = boot
      json = ByteBuffer(bytes: sample.json().bytes)
    }

    /// The JSON of all processes, or of one.
    func json(only: Int32?) -> ByteBuffer {
      guard let only else { return json }
      let part = Sample(
        time: sample.time, processes: sample.processes.filter { $0.snapshot.processID == only },
        errors: sample.errors.filter { $0.isFile(of: only) })
      return ByteBuffer(bytes: part.json().bytes)
    }
  }

  private static let historyStep: UInt64 = 900_000_000

  private var sampler: Sampler
  private var last: Taken?
  private var histories: [Int32: History] = [:]
  private var historyBoot: UInt64 = 0

  init(only: Int32?) { sampler = Sampler(only: only) }

  /// A sample.
  /// - Parameter age: how old it may be, in milliseconds.
  func taken(atMost age: Int) -> Taken {
    let now = Clock.boot()
    if let last, now < last.boot + UInt64(age) * 1_000_000 { return last }
    let sample = sampler.sample()
    let taken = Taken(sample, boot: now)
    last = taken
    if now >= historyBoot + LiveSource.historyStep {
      historyBoot = now
      note(sample)
    }
    return taken
  }

  /// What was seen of a process; nil if there is no such one.
  func history(_ processID: Int32) -> History? { histories[processID] }

  /// Takes a sample each second until the task ends.
  func keepHistory() async {
    while !Task.isCancelled {
      _ = taken(atMost: 500)
      try? await Task.sleep(for: .seconds(1))
    }
  }

  private func note(_ sample: Sample) {
    var seen: [Int32: History] = [:]
    for view in sample.processes {
      let id = view.snapshot.processID
      var history = histories.removeValue(forKey: id) ?? History()
      // Nothing moves any more in a process that is gone.
      if view.state == .running || history.moments.isEmpty {
        history.append(view, time: sample.time)
      }
      seen[id] = history
    }
    histories = seen
  }
}
