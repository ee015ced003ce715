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
      return allocate(byteCount, sizeClass: classes.index(byteCount), alignment: 16)
    }
    return allocateApartEntered(byteCount, alignment: 16)
  }

  /// As `allocate`, at a multiple of `alignment`, a power of two of which a block that long exists.
  package func allocate(_ byteCount: Int, alignment: Int) -> NewBlock {
    if max(byteCount, alignment) <= SizeClasses.largestBlock {
      return allocate(
        byteCount, sizeClass: classes.index(byteCount, alignment: alignment), alignment: alignment)
    }
    return allocateApartEntered(max(byteCount, 1), alignment: alignment)
  }

  /// The address of the block, all of whose bytes that may be used are zero from now on; 0 of none.
  package func zeroed(_ block: NewBlock) -> UInt {
    if block.address == 0 || block.isZero { return block.address }
    let usable = usableSize(block.address)
    if usable > SizeClasses.largestBlock {
      ZeroFill.clear(block.address, byteCount: min(usable, block.dirtyByteCount))
    } else {
      UnsafeMutableRawPointer(bitPattern: block.address).unsafelyUnwrapped.initializeMemory(
        as: UInt8.self, repeating: 0, count: usable)
    }
    return block.address
  }

  private func allocate(_ byteCount: Int, sizeClass: Int, alignment: Int) -> NewBlock {
    guard enterSlowPath() else {
      return allocateInHandler(classes.blockSize(sizeClass), alignment: SizeClasses.largestBlock)
    }
    let address: UInt
    if let cache = cacheOfThisThread() {
      address = take(cache, sizeClass) ?? refill(cache, sizeClass)
    } else {
      address = withSharedCache { take($0, sizeClass) ?? refill($0, sizeClass) } ?? 0
    }
    leaveSlowPath(ofFree: false)
    // Asked here, as most are not.
    if Policy.Sampler.isThere, Sampling.isOn, address != 0, isSampled(address) {
      return NewBlock(address: tellSampler(address, byteCount, alignment: alignment), isZero: false)
    }
    return NewBlock(address: address, isZero: false)
  }

  private func allocateApartEntered(_ byteCount: Int, alignment: Int) -> NewBlock {
    guard enterSlowPath() else { return allocateInHandler(byteCount, alignment: alignment) }
    let cache = cacheOfThisThread()
    tick(cache)
    if let cache { noteTaken(byteCount / PageMap.sliceSize, cache) }
    let block = allocateApart(byteCount, alignment: alignment)
    leaveSlowPath(ofFree: false)
    if Policy.Sampler.isThere, Sampling.isOn { sampleApart(block.address, byteCount) }
    return block
  }

  /// Frees the block at `address`, which is not null. A bad free is the policy's, which ends the
  /// process or does nothing.
  package func free(_ address: UInt) {
    if let badFree = tryFree(address) { found(badFree) }
  }

  /// Guarded blocks are the sampler's; all else is the policy's.
  private func found(_ badFree: BadFree) {
    if Policy.Sampler.isThere, case .guarded = badFree.reason {
      Policy.Sampler.freeGuarded(badFree.address)
    } else {
      Policy.found(badFree)
    }
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
      if Policy.Sampler.isThere, record.asBlock.isSampled { endSample(record, address) }
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
    case .guarded:
      let heap = record.asBlock.heap
      return BadFree(address, heap == heapAddress ? .guarded : .otherHeap(heap))
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
    case SpanOwner.sampled where Policy.Sampler.isThere:
      return freeSampled(record, index, address)
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
