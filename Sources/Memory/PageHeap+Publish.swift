// What a process that counts publishes of its pages (CShims/include/live.h): the amounts, the arenas, and what each slice
// is used for. Under the page heap's lock.

import CShims
import Live

extension PageHeap where Pages: PageSource {
  /// Whether arenas and slices have rows of their own: large blocks are published one by one (LiveLarge).
  private var isListed: Bool { part == .spans }

  @inline(never)
  borrowing func publish() {
    if !isListed {
      LiveAmounts.set(SWIFTMALLOC_LIVE_LARGE_CACHED, dirty.byteCount + purgingBytes)
      return
    }
    LiveAmounts.set(SWIFTMALLOC_LIVE_COMMITTED, committedBytes)
    LiveAmounts.set(SWIFTMALLOC_LIVE_USED, usedBytes)
    LiveAmounts.set(SWIFTMALLOC_LIVE_DIRTY, dirty.byteCount)
    LiveAmounts.set(SWIFTMALLOC_LIVE_CLEAN, clean.byteCount)
    LiveAmounts.set(SWIFTMALLOC_LIVE_PURGING, purgingBytes)
  }

  /// A part of a run is used for this now.
  @inline(__always)
  borrowing func publish(_ slice: swiftmalloc_live_slice, _ start: UInt, byteCount: Int) {
    if isListed { LiveSlices.set(slice, start, byteCount: byteCount) }
  }

  /// There are more free slices, from `start` on.
  borrowing func publishArenas(with start: UInt, byteCount: Int) {
    if !isListed { return }
    publishArenas()
    LiveSlices.cover(start, byteCount: byteCount)
  }

  // Newest last, as far as there are rows.
  borrowing func publishArenas() {
    if !isListed { return }
    var count = 0
    var next = arenas
    while let arena = next {
      count += 1
      next = arena.pointee.next
    }
    LiveAmounts.setArenaCount(count)
    next = arenas
    while let arena = next {
      count -= 1
      let start = arena.pointee.start
      LiveAmounts.setArena(
        count, start: start, committedBytes: Int(committedEnd(of: arena) - start))
      next = arena.pointee.next
    }
  }

  /// Tells the counters of a forked child, which have forgotten it, what each slice is used for.
  package borrowing func publishSlices() {
    LiveSlices.coverAgain()
    var next = arenas
    while let arena = next {
      next = arena.pointee.next
      let end = committedEnd(of: arena)
      LiveSlices.cover(arena.pointee.start, byteCount: Int(end - arena.pointee.start))
      var address = arena.pointee.start
      while address < end {
        let record = PageMap.knownRecord(address)
        let byteCount = max(record.pointee.byteCount, PageMap.sliceSize)
        LiveSlices.set(record.pointee.kind.published, address, byteCount: byteCount)
        address += UInt(byteCount)
      }
    }
  }
}

extension SpanKind {
  /// As the rows of slices call it.
  fileprivate var published: swiftmalloc_live_slice {
    switch self {
    case .small: SWIFTMALLOC_LIVE_SLICE_SMALL
    case .medium, .continuation: SWIFTMALLOC_LIVE_SLICE_MEDIUM
    case .stashed: SWIFTMALLOC_LIVE_SLICE_STASHED
    case .metadata: SWIFTMALLOC_LIVE_SLICE_METADATA
    default: SWIFTMALLOC_LIVE_SLICE_FREE
    }
  }
}
