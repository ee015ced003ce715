// The fast paths of a shared heap with thread caches that are not those of every heap (LibraryHeap+Quick): blocks of a word
// that has to be claimed, and frees where the first fast path of the process' free did nothing.

import CShims
import Heap
import Memory
import Platform
import Synchronization

/// Claiming a word changes what a free by a signal handler reads: so both words are marked, that of the heap and that of
/// the process' heap.
private struct ClaimingThread: CacheAccess {
  let handle: UInt
  private let before = swiftmalloc_ready_cache()

  init(_ handle: UInt) { self.handle = handle }

  var cacheWord: UInt {
    // A handler came between the instructions of a free.
    let none = UInt(SWIFTMALLOC_NO_CACHE)
    return before & 1 != 0 && before > none ? none : swiftmalloc_span_cache()
  }
  func enter() {
    swiftmalloc_set_span_heap(handle &+ 1)
    swiftmalloc_enter_fast_path()
  }
  func leave(_ word: UInt) {
    swiftmalloc_leave_fast_path(before)
    swiftmalloc_set_span_heap(handle)
  }
}

private enum ClaimingPolicy: FastPathPolicy {
  typealias Threads = ClaimingThread
  typealias Observer = NoObserver
}

/// The thread's cache of another heap, in which blocks of others' spans wait.
private struct PlaceThread: CacheAccess {
  let cacheWord: UInt
  private let before = swiftmalloc_ready_cache()

  init(_ cache: UnsafeMutablePointer<ThreadCache>) { cacheWord = UInt(bitPattern: cache) }

  func enter() { swiftmalloc_enter_fast_path() }
  func leave(_ word: UInt) { swiftmalloc_leave_fast_path(before) }
}

private enum PlacePolicy: FastPathPolicy {
  typealias Threads = PlaceThread
  typealias Observer = NoObserver
}

/// A thread whose malloc takes from a chosen heap: its word names no cache.
private struct ChoosingThread: CacheAccess {
  var cacheWord: UInt { UInt(bitPattern: swiftmalloc_thread_cache()) }
  func enter() { swiftmalloc_enter_fast_path() }
  func leave(_ word: UInt) { swiftmalloc_leave_fast_path(UInt(SWIFTMALLOC_CHOSEN_HEAP)) }
}

private enum ChoosingPolicy: FastPathPolicy {
  typealias Threads = ChoosingThread
  typealias Observer = NoObserver
}

extension LibraryHeap {
  /// As `allocateQuickly`, when the heap is not the one that the thread used last, and from a word that has to be claimed.
  static func allocateCached(_ slot: HeapTable.Slot, _ byteCount: UInt) -> UInt? {
    let handle = slot.handle
    if handle != swiftmalloc_span_heap() {
      if !LibraryHeap(slot).choose() { return nil }
      if let address = allocateQuickly(UnsafeMutableRawPointer(slot), byteCount) { return address }
    }
    return FastPath<ClaimingPolicy>(ClaimingThread(handle)).allocateRefilling(
      byteCount, rounded: byteCount)
  }

  // The thread's fast paths serve the heap from now on; false where it has no cache of it, or is a signal handler.
  private func choose() -> Bool {
    guard slot.pointee.age == .live, let place, place.pointee.cache != nil,
      !ReadyThread(place).isInterrupting
    else { return false }
    place.choose()
    return swiftmalloc_span_heap() == slot.handle
  }

  /// Frees a small block of a heap with caches whose record is known; false when a slow path has to.
  static func freeCachedQuickly(
    _ address: UInt, _ record: UnsafeMutablePointer<SpanRecord>, _ slot: HeapTable.Slot
  ) -> Bool {
    if ThreadFlags.current & ThreadFlags.busy != 0 { return false }
    let ready = swiftmalloc_ready_cache()
    if ready == UInt(SWIFTMALLOC_CHOSEN_HEAP) {
      let path = FastPath<ChoosingPolicy>(ChoosingThread())
      if path.free(address, record) || path.freeWord(address, record) { return true }
    } else if ready & 1 != 0 {
      return false
    }
    // Of an own span: the slow path is to look after it.
    if record.pointee.owner.load(ordering: .relaxed) == UInt(bitPattern: swiftmalloc_thread_cache())
    {
      return false
    }
    guard let cache = LibraryHeap(slot).place?.pointee.cache else { return false }
    return FastPath<PlacePolicy>(PlaceThread(cache)).batchRemoteFree(address, record)
  }
}
