// Looks at all processes of this user again and again. Counting present pages and huge pages takes time in
// proportion to a process' memory, and holds a lock of that process meanwhile: at most one part in twenty of the time
// is spent so for each process. Until the next look is due the last result stands, changed by what the whole process has
// gained or lost since, which costs nothing to ask.

/// What all processes look like at one moment.
package struct Sample: Sendable {
  /// Epoch milliseconds.
  package let time: Int
  package let processes: [ProcessView]
  package let errors: [LiveFileError]

  package init(time: Int, processes: [ProcessView], errors: [LiveFileError]) {
    self.time = time
    self.processes = processes
    self.errors = errors
  }

  /// The whole sample as one object.
  package func json() -> JSONText {
    var json = JSONText()
    json.object { json in
      json.member("time", time)
      json.key("processes")
      json.array { json in for process in processes { process.write(to: &json) } }
      json.key("errors")
      json.array { json in
        for error in errors {
          json.object { json in
            json.member("file", error.file)
            json.member("reason", error.description)
          }
        }
      }
    }
    return json
  }
}

/// Takes samples, and remembers what the next one needs.
package struct Sampler {
  /// A measurement may take 1/20 of the time.
  private static let costFactor: UInt64 = 20

  private struct Kept {
    var started: UInt64
    var measured: ProcessView.Measured
    var nextBoot: UInt64
    var peaks: [Int?]
  }

  private let folders: LiveFolders
  private let facts: ProcessFacts
  private let only: Int32?
  private var kept: [Int32: Kept] = [:]

  /// - Parameters:
  ///   - only: look at this process alone.
  ///   - folders: where processes publish.
  ///   - facts: what the system knows.
  package init(
    only: Int32? = nil, folders: LiveFolders = LiveFolders(), facts: ProcessFacts = ProcessFacts()
  ) {
    self.only = only
    self.folders = folders
    self.facts = facts
  }

  /// Looks now. Never fails: what cannot be read is among the errors.
  package mutating func sample() -> Sample {
    var errors: [LiveFileError] = []
    var views: [ProcessView] = []
    var ids = folders.entries(errors: &errors).map(\.processID)
    if let only { ids = ids.contains(only) ? [only] : [] }
    for id in ids {
      do {
        // One that ended since the folder was listed has removed its file.
        guard let file = try folders.openIfPresent(id) else { continue }
        let snapshot = try Snapshot(reading: file)
        guard snapshot.processID == id else {
          throw LiveFileError(file.path, "is the file of process \(snapshot.processID)")
        }
        views.append(view(snapshot))
      } catch let error as LiveFileError {
        errors.append(error)
      } catch {
        errors.append(LiveFileError(String(id), "cannot be read: \(error)"))
      }
    }
    let present = Set(ids)
    kept = kept.filter { present.contains($0.key) }
    return Sample(time: Clock.epochMilliseconds(), processes: views, errors: errors)
  }

  private mutating func view(_ snapshot: Snapshot) -> ProcessView {
    let id = snapshot.processID
    var last = kept[id]
    if last?.started != snapshot.startedBoot { last = nil }
    let before = Clock.boot()
    let old = last.flatMap { before < $0.nextBoot ? $0.measured : nil }
    let measured = old ?? ProcessView.Measured(snapshot, facts: facts)
    let took = Clock.boot() - before
    var view = ProcessView(snapshot, facts: facts, measured: measured)
    let next = old == nil ? before + took * Sampler.costFactor : last!.nextBoot
    // The greatest amounts that were seen stand in for peaks that the process does not publish. What is untouched has none.
    for (index, key) in Ledger.Key.allCases.enumerated() where key != .untouched {
      let seen = max(last?.peaks[index] ?? .min, view.ledger.bytes[index])
      view.ledger.peaks[index] = max(view.ledger.peaks[index] ?? .min, seen)
    }
    kept[id] = Kept(
      started: snapshot.startedBoot, measured: measured, nextBoot: next, peaks: view.ledger.peaks)
    return view
  }
}
