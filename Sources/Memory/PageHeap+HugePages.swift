// The system makes huge pages of those that have holes (khugepaged), and an idle process would grow back to what it was within
// minutes: with HUGE_PAGES=always, and by itself where `transparent_hugepage/enabled` is `always`. Nobody may ask here which
// it is. So all that is committed gets the advice against huge pages when memory was given back that the program has no use for.
//
//   HUGE_PAGES   when the program is at work again
//   always       the advice for huge pages is given again
//   auto         no advice is there that takes one back: long clean runs are mapped anew. What has holes keeps the advice
//   never        it was there before, and stays

import Platform

extension PageHeap {
  /// A huge page.
  private static var leastRenewed: Int { 2 << 20 }

  /// The system may make huge pages of what is committed, or is to let it be.
  package mutating func allowHugePages(_ isAllowed: Bool) {
    lock.lock()
    defer { unlock() }
    switch settings.hugePages {
    case .never: break
    case .always: adviseHugePages(isAllowed)
    case .auto: if isAllowed { renewCleanRuns() } else { adviseHugePages(false) }
    }
  }

  private borrowing func adviseHugePages(_ wanted: Bool) {
    var next = arenas
    while let arena = next {
      let start = arena.pointee.start
      let byteCount = Int(committedEnd(of: arena) - start)
      if byteCount > 0 { pages.useHugePages(wanted, start, byteCount: byteCount) }
      next = arena.pointee.next
    }
  }

  private borrowing func renewCleanRuns() {
    var bin = RunBins.bin(Self.leastRenewed / PageMap.sliceSize)
    while let first = clean.firstHead(from: bin) {
      bin = RunBins.bin(first.pointee.byteCount / PageMap.sliceSize) + 1
      var next: UnsafeMutablePointer<SpanRecord>? = first
      while let run = next {
        next = run.pointee.next
        if run.pointee.byteCount >= Self.leastRenewed {
          _ = pages.renew(run.pointee.start, byteCount: run.pointee.byteCount)
        }
      }
    }
  }
}
