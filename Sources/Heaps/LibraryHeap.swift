// A heap that a program made: of spans or a bump heap, for one thread, under one lock, or with thread caches
// (LibraryHeap+Cached). Who may use it is asked here; what it then does is Heap's and BumpHeap's.
//
// A signal handler that interrupts a call of the same heap by its own thread, or, where several
// threads use it, any slow path of its thread, is told `nil`: lists may be half changed, and the
// lock held.

import CShims
import Heap
import Live
import Memory
import Platform
import Profiles

package typealias SoleHeap = Heap<SampledSolePolicy>
package typealias SoleBumpHeap = BumpHeap<SampledSolePolicy>

/// As `SolePolicy` in the memory of the system, and blocks are sampled.
package enum SampledSolePolicy: HeapPolicy {
  package typealias Pages = SystemPages
  package typealias Threads = SoleThread
  package typealias Observer = NoObserver
  package typealias Sampler = ProfileSampler
  package static var isShared: Bool { false }
}

package struct LibraryHeap {
  package let slot: HeapTable.Slot

  @inline(__always)
  package init(_ slot: HeapTable.Slot) { self.slot = slot }

  /// The heap that holds the address; nil when none of these does.
  package init?(of address: UInt, processHeap: UnsafeMutableRawPointer?) {
    guard let record = PageMap.record(address) else { return nil }
    let isInner = record.kind == .continuation
    let head = isInner ? PageMap.knownRecord(record.start) : record
    switch head.kind {
    case .small, .medium, .large: break
    default: return nil
    }
    guard let storage = head.heap, storage != processHeap else { return nil }
    guard let slot = HeapTable.slot(noted: heapNote(storage)) else { return nil }
    self.init(slot)
  }

  package var kind: HeapKind { slot.pointee.kind }

  @inline(__always)
  package var plain: SoleHeap {
    SoleHeap(storage: UnsafeMutablePointer(bitPattern: slot.pointee.storage).unsafelyUnwrapped)
  }

  @inline(__always)
  package var bump: SoleBumpHeap { SoleBumpHeap(heap: plain, state: slot.pointee.bump) }

  /// Does something with the heap for the calling thread; nil when that is a signal handler that may not. `function` is
  /// who asks, of `address`.
  @inline(__always)
  package func use<Result>(
    _ address: UInt, _ function: StaticString, _ body: () -> Result
  ) -> Result? {
    if slot.pointee.owner == swiftmalloc_thread_mark() {
      return slot.isInterrupted ? nil : slot.whileBusy(body)
    }
    if kind == .cached { return useCached(body) }
    return useAnyhow(address, function, body)
  }

  /// As `use`, for what is done with the whole heap.
  package func useAll<Result>(
    _ address: UInt, _ function: StaticString, _ body: () -> Result
  ) -> Result? {
    kind == .cached ? useWhole(body) : use(address, function, body)
  }

  @inline(never)
  private func useAnyhow<Result>(
    _ address: UInt, _ function: StaticString, _ body: () -> Result
  ) -> Result? {
    if slot.pointee.isLocal { takeOver(address, function) }
    let threads = ReadyThread()
    guard threads.enterSlowPath() else { return nil }
    slot.pointee.lock.lock()
    defer {
      slot.pointee.lock.unlock()
      threads.leaveSlowPath()
      if Helper.listens { Helper.hear(mayMake: false) }
    }
    return body()
  }

  // The next thread that uses the heap of a thread that has ended has it from then on.
  private func takeOver(_ address: UInt, _ function: StaticString) {
    slot.pointee.lock.lock()
    if slot.pointee.owner == 0 { slot.pointee.owner = swiftmalloc_thread_mark() }
    let isOwn = slot.pointee.owner == swiftmalloc_thread_mark()
    slot.pointee.lock.unlock()
    if !isOwn { HeapMisuse.endForThread(slot, address, function) }
  }

  // MARK: Blocks. All within `use`, and of no tracked heap

  /// The address of a block of at least `byteCount` bytes at a multiple of `alignment`, a power of
  /// two; 0 when there is no memory for it, or when the limit does not allow it.
  @inline(__always)
  package func allocate(_ byteCount: Int, alignment: Int = 16) -> UInt {
    switch kind {
    case .bump: bump.allocate(byteCount, alignment: alignment)
    case .cached: cached.allocate(byteCount, alignment: alignment).address
    default: plain.allocateQuickly(byteCount, alignment: alignment)
    }
  }

  /// As `allocate`, of zeros.
  package func allocateZeroed(_ byteCount: Int) -> UInt {
    if kind == .plain { return plain.allocateZeroed(byteCount) }
    if kind == .cached { return cached.zeroed(cached.allocate(byteCount)) }
    let address = bump.allocate(byteCount)
    if address != 0 {
      UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped.initializeMemory(
        as: UInt8.self, repeating: 0, count: bump.usableSize(address))
    }
    return address
  }

  /// Frees a block; what is none is told, and nothing is done.
  @inline(__always)
  package func free(_ address: UInt) -> BadFree? {
    switch kind {
    case .bump: bump.free(address)
    case .cached: freeCached(address)
    default: plain.freeQuickly(address)
    }
  }

  /// Bytes that the live block at `address` holds; 0 when none begins there.
  package func usableSize(_ address: UInt) -> Int {
    if kind == .bump { return bump.usableSize(address) }
    if kind == .cached { return cached.isLive(address) ? cached.usableSize(address) : 0 }
    return plain.isLive(address) ? plain.usableSize(address) : 0
  }

  /// The block with at least `byteCount` > 0 bytes, moved if it must; 0 when there is no memory. The block is live.
  package func reallocate(_ address: UInt, to byteCount: Int) -> UInt {
    if kind == .plain { return plain.reallocate(address, to: byteCount) }
    if kind == .cached { return cached.reallocate(address, to: byteCount) }
    let old = bump.usableSize(address)
    if byteCount <= old { return address }
    let new = bump.allocate(byteCount)
    if new == 0 { return 0 }
    UnsafeMutableRawPointer(bitPattern: new).unsafelyUnwrapped.copyMemory(
      from: UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped, byteCount: old)
    _ = bump.free(address)
    return new
  }

  /// Frees every block, of a heap that is not tracked; `function` is who asks. Nothing in a signal
  /// handler that may not.
  package func freeAll(_ function: StaticString) {
    switch kind {
    case .bump: _ = use(slot.handle, function) { bump.freeAll() }
    case .cached: freeAllCached()
    default: _ = use(slot.handle, function) { plain.freeAll() }
    }
  }

  // The table's lock keeps away whoever looks at all heaps, and threads that end or give their
  // place to another heap: they use this one, though the program does not.
  private func freeAllCached() {
    if isInterrupting || !HeapTable.enter() { return }
    useInside {
      $0.flushOwnPending()
      $0.freeAll()
    }
    HeapTable.leave(false)
  }

  /// Calls `body` with the address and the usable bytes of every live block.
  package func forEachBlock(_ body: (UInt, Int) -> Void) {
    switch kind {
    case .bump: bump.forEachBlock(body)
    case .cached: cached.whileStill { cached.forEachBlock(body) }
    default: plain.forEachBlock(body)
    }
  }

  /// Whether the heap was deleted and has no live block any more: the caller, who is the only one
  /// to be told, destroys it.
  package func takeEnd() -> Bool {
    if slot.pointee.age != .deleted || !isEmpty { return false }
    slot.pointee.age = .over
    return true
  }

  /// Whether no block is live, of a heap that serves no allocation any more.
  private var isEmpty: Bool {
    if kind == .bump, bump.remainingCount > 0 { return false }
    if kind == .bump { bump.freeAll() }
    return plain.closeAndAskEmpty()
  }
}
