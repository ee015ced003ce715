// The doors to the slow paths. Whoever comes in marks the thread as busy; a second one that finds
// the mark is a signal handler of the same thread, for which lists may be half changed and any lock
// may be held: it gets a block of its own making, and its frees only set remote bits.

import CShims
import Memory
import Platform
import Synchronization

extension Heap where Pages: PageSource {
  private func enter() -> Bool {
    if ThreadFlags.current & ThreadFlags.busy != 0 || Cache.isInFastPath { return false }
    ThreadFlags.insert(ThreadFlags.busy)
    // Bits change in several steps: handlers are not to find the cache ready meanwhile.
    swiftmalloc_enter_fast_path()
    Cache.ofThisThread?.pointee.isBusy = true
    return true
  }

  private func leave() {
    Cache.ofThisThread?.pointee.isBusy = false
    ThreadFlags.remove(ThreadFlags.busy)
    swiftmalloc_set_thread_cache(swiftmalloc_thread_cache())
  }

  /// A block of at least `byteCount` ≤ PTRDIFF_MAX bytes, aligned to 16.
  package func allocate(_ byteCount: Int) -> NewBlock {
    if byteCount <= SizeClasses.largestBlock {
      return allocate(sizeClass: classes.index(byteCount))
    }
    return allocateApartEntered(byteCount, alignment: 16)
  }

  /// As `allocate`, at a multiple of `alignment`, a power of two of which a block that long exists.
  package func allocate(_ byteCount: Int, alignment: Int) -> NewBlock {
    if max(byteCount, alignment) <= SizeClasses.largestBlock {
      return allocate(sizeClass: classes.index(byteCount, alignment: alignment))
    }
    return allocateApartEntered(max(byteCount, 1), alignment: alignment)
  }

  private func allocate(sizeClass: Int) -> NewBlock {
    guard enter() else {
      return allocateInHandler(classes.blockSize(sizeClass), alignment: SizeClasses.largestBlock)
    }
    defer { leave() }
    if let cache = cacheOfThisThread() {
      return NewBlock(address: take(cache, sizeClass) ?? refill(cache, sizeClass), isZero: false)
    }
    let address = withSharedCache { take($0, sizeClass) ?? refill($0, sizeClass) }
    return NewBlock(address: address ?? 0, isZero: false)
  }

  private func allocateApartEntered(_ byteCount: Int, alignment: Int) -> NewBlock {
    guard enter() else { return allocateInHandler(byteCount, alignment: alignment) }
    defer { leave() }
    tick(Cache.ofThisThread)
    return allocateApart(byteCount, alignment: alignment)
  }

  /// Frees the block at `address`, which is not null; a bad free ends the process with a report.
  package func free(_ address: UInt) {
    let isHandler = !enter()
    defer { if !isHandler { leave() } }
    guard let record = PageMap.record(address) else { return freeUnknown(address) }
    switch record.pointee.kind {
    case .small:
      freeSmall(record, address, isHandler: isHandler)
    case .continuation:
      BadFree.insideBlock(address, PageMap.knownRecord(record.pointee.start))
    case .medium:
      if isHandler, !canTakeLocks { return }
      if !freeMedium(record, address) { BadFree.insideBlock(address, record) }
      if !isHandler { tick(Cache.ofThisThread) }
    case .large:
      if isHandler, !canTakeLocks { return }
      if !storage.pointee.large.free(address, now: System.milliseconds) {
        BadFree.insideBlock(address, record)
      }
      if !isHandler { tick(Cache.ofThisThread) }
    case .emergency:
      if record.pointee.start != address { BadFree.insideBlock(address, record) }
      freeFromHandler(record, address)
    case .freeDirty, .freeClean, .purging, .tombstone, .stashed, .metadata:
      BadFree.freedSpan(address, record)
    case .none:
      freeUnknown(address)
    }
  }

  private func freeSmall(_ record: Record, _ address: UInt, isHandler: Bool) {
    guard let index = record.index(address) else { BadFree.insideBlock(address, record) }
    // A thread that only frees gets a cache, too: its frees wait in it for others.
    guard !isHandler, let cache = cacheOfThisThread() else {
      return freeForeign(record, BlocksOfWord(index), nil, isBusy: isHandler)
    }
    switch record.pointee.owner.load(ordering: .acquiring) {
    case cache.owner: freeOwned(record, index, address, cache)
    case SpanOwner.full:
      // As an own span it would not be asked whether blocks of it wait.
      flushForeign(cache, of: record)
      freeForeign(record, BlocksOfWord(index), cache, isBusy: false)
    default: putForeign(record, address, cache)
    }
  }

  /// Gives back what can be had at once; the bytes. malloc_trim(3).
  package func trim() -> Int {
    guard enter() else { return 0 }
    defer { leave() }
    return releaseAll(Cache.ofThisThread)
  }
}
