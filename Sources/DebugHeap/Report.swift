// Reports, in the shape of AddressSanitizer's: the error in one line, the stacks that explain it, and a
// summary. One report at a time; none of the heap's locks is held, as libraries that allocate find the
// lines.

import CShims
import Memory
import Platform
import Synchronization
import Traces

extension DebugHeap {
  /// Whether an error would be reported that is found now. Not in what a report itself calls: the
  /// libraries that find its lines allocate and free beside the program's blocks. What damage they
  /// meet stays as it is, for a later look.
  var canReport: Bool { ThreadFlags.current & ThreadFlags.isTracing == 0 }

  /// Reports an error, unless the same was reported before; then the process ends, if the settings say so.
  /// The caller has entered the heap and holds none of its locks.
  func report(_ finding: Finding) {
    if !canReport { return }
    leave()
    defer { _ = enter() }
    var finding = finding
    if !isChecked { nameCaller(&finding) }
    let gate = storage.pointee.gate
    var place: Place?
    if case .invalidFree = finding.kind, finding.block == nil {
      place =
        storage.pointee.regions.contains(finding.address) ? .unusedHeap : .find(finding.address)
    }
    gate.pointee.reportLock.lock()
    defer { gate.pointee.reportLock.unlock() }
    if case .foreign(let isKnown)? = place, storage.pointee.settings.leavesForeignBlocks {
      if !gate.pointee.reports.saidForeign {
        AddressPlace.warn(finding.address, isKnown: isKnown)
      }
      gate.pointee.reports.saidForeign = true
      return
    }
    let page = ReportPage(
      finding: finding, place: place, owner: storage.pointee.owner.load(ordering: .acquiring))
    if finding.kind == .kindMismatch, page.isOfOtherOperator() {
      gate.pointee.checksKinds = false
      return
    }
    if !gate.pointee.reports.count(finding) { return }
    page.print()
    if storage.pointee.settings.stopsAtError { stop() }
  }

  /// Ends the process after an error, unless it ends already. At its end what the program wrote to
  /// streams is still to be written.
  private func stop() {
    let gate = storage.pointee.gate
    if !gate.pointee.errorsEndProcess { return }
    if gate.pointee.isAtExit { swiftmalloc_flush_streams() }
    gate.pointee.endingThread.store(Int(swiftmalloc_thread_id()), ordering: .relaxed)
    swiftmalloc_abort()
  }

  /// From now on what the program wrote to streams is written before an error ends the process.
  package func beginExit() { storage.pointee.gate.pointee.isAtExit = true }

  /// From now on no error ends the process, as it ends by a signal.
  package func beginEndBySignal() { storage.pointee.gate.pointee.errorsEndProcess = false }

  /// Errors so far, those that were reported before included.
  package var errorCount: Int { storage.pointee.gate.pointee.reports.errors }

  /// Without checks a free takes no trace, unless it is wrong.
  private func nameCaller(_ finding: inout Finding) {
    finding.block?.release = 0
    if finding.trace != 0 { return }
    let origin = caller(.cMalloc)
    finding.trace = origin.trace
    finding.thread = origin.thread
  }

  /// At the process' end: how many errors there were, if it went on after the first.
  package func printSummary() {
    let gate = storage.pointee.gate
    ReportCount.printSummary(
      errors: gate.pointee.reports.errors, distinct: gate.pointee.reports.distinct)
  }
}
