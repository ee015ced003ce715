// A fault in a slot's inaccessible memory: which block was meant, and was it freed, or was it left behind or in front?

import CShims
import DebugHeap
import Memory
import Platform
import Traces

extension GuardedBlocks {
  /// Explains a fault at `address`, if it is in the pool; after that the program can go on, where errors do not end it.
  ///
  /// - Parameter context: what the signal handler was given: the registers.
  package static func explainFault(_ address: UInt, context: UnsafeRawPointer) -> FaultAnswer {
    if !owns(address) { return .unknown }
    // A handler may have interrupted whoever holds one of the locks: then the records are read without.
    let isInside = ThreadFlags.current & ThreadFlags.isTracing != 0
    let patience = Lock.patience
    ThreadFlags.insert(ThreadFlags.isTracing)
    let canTrace = Unwinder.areSampleLocksFree(within: patience)
    let trace = canTrace ? Unwinder.sample(context: context, limit: frameLimit) : 0
    let thread = canTrace ? ThreadTable.numberOfThisThread : 0
    let isWrite = swiftmalloc_context_is_write(context) != 0
    StackDepot.beginReading()
    defer { StackDepot.endReading() }
    let isHeld = lock.lock(milliseconds: patience)
    let block = block(nearestTo: address)
    noteFault(address, isWrite, trace, thread, block)
    let isMended = !stopsAtError && GuardPages.letIn(address, slot(index(of: address)))
    if isHeld { lock.unlock() }
    StackDepot.release(trace)
    if !isInside { ThreadFlags.remove(ThreadFlags.isTracing) }
    guard let block else { return .unknown }
    let kind: Finding.Kind =
      block.isFreed ? .useAfterFree : address < block.start ? .underflow : .overflow
    var finding = Finding(kind, address, block)
    finding.discovery = isWrite ? .write : .read
    finding.trace = trace
    finding.thread = thread
    GuardReports.report(finding, endsProcess: false, keepsTraces: canTrace)
    return isMended ? .mended : .explained
  }

  // For whoever reads the core file.
  private static func noteFault(
    _ address: UInt, _ isWrite: Bool, _ trace: UInt32, _ thread: Int, _ block: BlockDescription?
  ) {
    guard let records else { return }
    let start = block?.start ?? address
    records.pointee.fault.slot = UInt32(index(of: start))
    records.pointee.fault.is_write = isWrite ? 1 : 0
    note(trace, thread, in: &records.pointee.fault.stack)
    records.pointee.fault.address = UInt64(address)
  }
}
