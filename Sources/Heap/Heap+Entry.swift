// The doors to the slow paths. Whoever comes in marks the thread as busy; a second one that finds
// the mark is a signal handler of the same thread, for which lists may be half changed and any lock
// may be held: it gets a block of its own making, and its frees only set remote bits.

import Memory
import Platform
import Synchronization

extension Heap {
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
    guard enterSlowPath() else {
      return allocateInHandler(classes.blockSize(sizeClass), alignment: SizeClasses.largestBlock)
    }
    defer { leaveSlowPath(ofFree: false) }
    if let cache = cacheOfThisThread() {
      return NewBlock(address: take(cache, sizeClass) ?? refill(cache, sizeClass), isZero: false)
    }
    let address = withSharedCache { take($0, sizeClass) ?? refill($0, sizeClass) }
    return NewBlock(address: address ?? 0, isZero: false)
  }

  private func allocateApartEntered(_ byteCount: Int, alignment: Int) -> NewBlock {
    guard enterSlowPath() else { return allocateInHandler(byteCount, alignment: alignment) }
    defer { leaveSlowPath(ofFree: false) }
    tick(threads.cache)
    if Policy.isShared { storage.pointee.drain.noteTaken(byteCount / PageMap.sliceSize) }
    return allocateApart(byteCount, alignment: alignment)
  }

  /// Frees the block at `address`, which is not null. A bad free is the policy's, which ends the process or does nothing.
  package func free(_ address: UInt) {
    if let badFree = tryFree(address) { Policy.found(badFree) }
  }

  /// As `free`, but a bad free is told and nothing is done. Of two frees by different threads the second may be found
  /// later: then it ends the process.
  package func tryFree(_ address: UInt) -> BadFree? {
    let isHandler = !enterSlowPath()
    defer { if !isHandler { leaveSlowPath(ofFree: true) } }
    guard let record = PageMap.record(address) else { return badFreeUnknown(address) }
    switch record.kind {
    case .small:
      return freeSmall(record, address, isHandler: isHandler)
    case .continuation:
      return BadFree(inside: PageMap.knownRecord(record.start), address)
    case .medium, .large, .emergency:
      if record.heap != heapAddress {
        return BadFree(address, .otherHeap(record.heap))
      }
      if record.kind == .emergency { return freeFromHandler(record, address) }
      if isHandler, !canTakeLocks { return nil }
      let sliceCount = record.byteCount / PageMap.sliceSize
      let isFreed =
        record.kind == .large
        ? large.free(address, now: System.milliseconds)
        : freeMedium(record, address)
      if !isFreed { return BadFree(inside: record, address) }
      if !isHandler {
        tick(threads.cache)
        noteFreedApart(sliceCount, threads.cache)
      }
      return nil
    case .freeDirty, .freeClean, .purging, .tombstone, .stashed, .metadata:
      return BadFree(freed: record, address)
    case .none:
      return badFreeUnknown(address)
    }
  }

  private func freeSmall(_ record: Record, _ address: UInt, isHandler: Bool) -> BadFree? {
    guard let index = record.index(address) else { return BadFree(inside: record, address) }
    if record.heap != heapAddress { return BadFree(address, .otherHeap(record.heap)) }
    // A thread that only frees gets a cache, too: its frees wait in it for others.
    guard !isHandler, let cache = cacheOfThisThread() else {
      freeRemote(record, BlocksOfWord(index), nil, isBusy: isHandler)
      return nil
    }
    switch record.pointee.owner.load(ordering: .acquiring) {
    case cache.owner: return freeOwned(record, index, address, cache)
    case SpanOwner.full:
      // As an own span it would not be asked whether blocks of it wait.
      flushPending(cache, of: record)
      freeRemote(record, BlocksOfWord(index), cache, isBusy: false)
      noteFreed(record.state, cache)
      return nil
    default: return batchRemoteFree(record, index, address, cache)
    }
  }

  /// Ends a slow path of a program's call. Whoever waits to hear that the program is at work is told.
  private func leaveSlowPath(ofFree: Bool) {
    threads.leaveSlowPath()
    if Policy.isShared, Helper.listens { Helper.hear(mayMake: !ofFree) }
    Policy.Observer.leftSlowPath()
  }

  /// Gives back what can be had at once; the bytes. malloc_trim(3).
  package func trim() -> Int {
    guard enterSlowPath() else { return 0 }
    defer { threads.leaveSlowPath() }
    let purged = releaseAll(threads.cache)
    Policy.Observer.purged(.trim, purged)
    return purged
  }
}
