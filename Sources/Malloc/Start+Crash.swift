// Crashes of the process: who reports them.

import CShims
import DebugHeap
import Platform

extension Process {
  /// When misuse is looked for, a crash may be its consequence.
  static func watchForCrashes() {
    guard case .debug(let heap) = active, heap.looksForMisuse else { return }
    swiftmalloc_watch_crashes({ Process.reportCrash($0) }, { $0?.pointee.tell() })
  }

  private static func reportCrash(_ crash: UnsafePointer<swiftmalloc_crash>?) {
    guard case .debug(let heap) = active, let crash else { return }
    heap.reportCrash(crash.pointee)
  }
}
