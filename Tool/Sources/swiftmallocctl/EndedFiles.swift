// What processes left that are gone: files of which that is known, and files that cannot be read and that no process has
// mapped.

import LiveReader

/// Files that may be removed.
struct EndedFiles {
  private let folders = LiveFolders()
  private let running: Set<Int32>
  private let gone: Set<Int32>
  private let only: [Int32]

  /// - Parameters:
  ///   - sample: what there is.
  ///   - only: leave others alone; empty: all.
  init(_ sample: Sample, only: [Int32]) {
    let ids = { (isRunning: Bool) in
      Set(
        sample.processes.filter { ($0.state == .running) == isRunning }.map(\.snapshot.processID))
    }
    running = ids(true)
    gone = ids(false)
    self.only = only
  }

  /// Removes them. What is wrong with those that cannot be removed, and with those that were asked for and stay.
  func remove() -> [LiveFileError] {
    var ignored: [LiveFileError] = []
    let entries = folders.entries(errors: &ignored)
    var errors: [LiveFileError] = []
    for id in only where !entries.contains(where: { $0.processID == id }) {
      errors.append(folders.absence(id))
    }
    for entry in entries where only.isEmpty || only.contains(entry.processID) {
      let id = entry.processID
      if running.contains(id) || !gone.contains(id) && folders.isInUse(entry) {
        if only.contains(id) {
          errors.append(LiveFileError("process \(id)", "runs: what it publishes is not removed"))
        }
      } else if let error = folders.remove(entry) {
        errors.append(error)
      }
    }
    return errors
  }
}
