// The limit of bytes in use: what is counted against it, and what is said when it is reached.

import CShims
import Platform
import Synchronization
import Traces

extension DebugHeap {
  /// Counts bytes against the limit; false when they would go beyond it. What the libraries ask for that find a report's
  /// lines is counted and never refused: some of them do not bear it.
  func charge(_ byteCount: Int) -> Bool {
    guard let limit = storage.pointee.settings.limit else { return true }
    let (_, now) = storage.pointee.bytesInUse.add(byteCount, ordering: .relaxed)
    if now <= limit || ThreadFlags.current & ThreadFlags.isTracing != 0 { return true }
    discharge(byteCount)
    return false
  }

  @inline(__always)
  func discharge(_ byteCount: Int) {
    if storage.pointee.settings.limit != nil {
      storage.pointee.bytesInUse.subtract(byteCount, ordering: .relaxed)
    }
  }

  /// Says once, with the stack, that an allocation failed for the limit. The caller has entered the heap and holds none
  /// of its locks.
  @inline(never)
  func warnOfLimit(_ byteCount: Int, _ origin: Origin) {
    guard storage.pointee.settings.warnsOfLimit, let limit = storage.pointee.settings.limit,
      !storage.pointee.gate.pointee.saidLimit,
      ThreadFlags.current & ThreadFlags.isTracing == 0
    else { return }
    leave()
    defer { _ = enter() }
    let gate = storage.pointee.gate
    gate.pointee.reportLock.lock()
    defer { gate.pointee.reportLock.unlock() }
    if gate.pointee.saidLimit { return }
    gate.pointee.saidLimit = true
    var warning = LimitWarning(limit: limit, byteCount: byteCount, origin: origin)
    withUnsafeMutablePointer(to: &warning) {
      swiftmalloc_on_large_stack({ LimitWarning.print($0) }, $0)
    }
  }
}

private struct LimitWarning {
  let limit: Int
  let byteCount: Int
  let origin: Origin

  static func print(_ context: UnsafeMutableRawPointer?) {
    guard let warning = context?.assumingMemoryBound(to: LimitWarning.self).pointee else { return }
    TraceReport.begin()
    var message = Message()
    message.head("WARNING")
    message.text("the ")
    message.decimal(warning.limit)
    message.text(" bytes that LIMIT allows are in use: an allocation of ")
    message.decimal(warning.byteCount)
    message.text(warning.byteCount == 1 ? " byte" : " bytes")
    message.text(" failed, and others will, thread ")
    ThreadTable.append(warning.origin.thread, to: &message)
    message.endLine()
    TraceReport.print(warning.origin.trace)
    TraceReport.end()
  }
}
