// The fast paths of local heaps, and of shared ones with thread caches, from the handle and from the block. The thread's words
// are all that they ask (OwnHeap).

import CShims
import Heap
import Memory
import Synchronization

/// The fast paths into the heap of spans that the thread used last.
private enum OwnSpanPolicy: FastPathPolicy {
  typealias Threads = OwnSpanThread
  typealias Observer = NoObserver
}

/// The fast paths into a shared heap's spans that are the thread's, as into those of the process' heap.
private enum ReadyPolicy: FastPathPolicy {
  typealias Threads = ReadyThread
  typealias Observer = NoObserver
}

/// How they find the cache: beside the thread's word, which is what they mark.
private struct OwnSpanThread: CacheAccess {
  let handle: UInt

  @inline(__always)
  var cacheWord: UInt { swiftmalloc_span_cache() }
  @inline(__always)
  var readyCache: UInt? { cacheWord }
  @inline(__always)
  func enter() { swiftmalloc_set_span_heap(handle &+ 1) }
  @inline(__always)
  func leave(_ word: UInt) { swiftmalloc_set_span_heap(handle) }
}

extension LibraryHeap {
  /// A block of a heap of which the calling thread has a cache; nil when another path has to find one, or say what is wrong.
  @inline(__always)
  package static func allocateQuickly(
    _ handle: UnsafeMutableRawPointer?, _ byteCount: UInt
  ) -> UInt? {
    let word = UInt(bitPattern: handle)
    if word == swiftmalloc_span_heap() { return path(word).allocate(byteCount) }
    if word != swiftmalloc_bump_heap() { return nil }
    let room = HeapTable.Slot(bitPattern: word).unsafelyUnwrapped.room
    swiftmalloc_set_bump_heap(word &+ 1)
    guard let address = room.allocate(byteCount) else {
      swiftmalloc_set_bump_heap(word)
      return nil
    }
    swiftmalloc_set_bump_heap(word)
    return address
  }

  /// As `allocateQuickly`, from a word that has to be claimed first.
  package static func allocateRefilling(
    _ handle: UnsafeMutableRawPointer?, _ byteCount: UInt
  ) -> UInt? {
    guard let slot = HeapTable.slot(handle) else { return nil }
    if slot.pointee.kind == .cached { return allocateCached(slot, byteCount) }
    if slot.handle != swiftmalloc_span_heap() { return nil }
    return path(slot.handle).allocateRefilling(byteCount, rounded: byteCount)
  }

  /// Frees a small block of a heap beside the process'; false when it is none, or another path has to.
  @inline(__always)
  package static func freeQuickly(
    _ address: UInt, processHeap: UnsafeMutableRawPointer?
  ) -> Bool {
    guard let record = PageMap.windowRecord(address), record.kind == .small,
      let heap = record.spanHeap, heap != processHeap
    else { return false }
    let word = heapNote(heap)
    if word == swiftmalloc_span_heap(), path(word).free(address, record) { return true }
    guard let slot = HeapTable.slot(noted: word) else { return false }
    if slot.pointee.kind == .cached { return freeCachedQuickly(address, record, slot) }
    return freeLocked(address, record, slot)
  }

  /// Frees a small block of a heap of which the calling thread has a cache; false when another path has to, or say what is
  /// wrong.
  @inline(__always)
  package static func freeQuickly(_ address: UInt, of handle: UnsafeMutableRawPointer?) -> Bool {
    let word = UInt(bitPattern: handle)
    return PageMap.withWindowRecord(address) {
      let owner = owner($0)
      if owner == swiftmalloc_span_cache() {
        return word == swiftmalloc_span_heap() && path(word).free(address, $0)
      }
      // No owner is odd but those that no thread is.
      return owner == swiftmalloc_ready_cache() && owner & 1 == 0
        && isOf(word, $0) && FastPath<ReadyPolicy>(ReadyThread()).free(address, $0)
    }
  }

  /// As `freeQuickly`, when all blocks of the block's word are free then.
  package static func freeWord(_ address: UInt, of handle: UnsafeMutableRawPointer?) -> Bool {
    let word = UInt(bitPattern: handle)
    return PageMap.withWindowRecord(address) {
      let owner = owner($0)
      if owner == swiftmalloc_span_cache() {
        return word == swiftmalloc_span_heap() && path(word).freeWord(address, $0)
      }
      return owner == swiftmalloc_ready_cache() && owner & 1 == 0
        && isOf(word, $0) && FastPath<ReadyPolicy>(ReadyThread()).freeWord(address, $0)
    }
  }

  @inline(__always)
  private static func owner(_ record: UnsafeMutablePointer<SpanRecord>) -> UInt {
    record.pointee.owner.load(ordering: .relaxed)
  }

  // Of a span that a thread owns.
  @inline(__always)
  private static func isOf(_ handle: UInt, _ record: UnsafeMutablePointer<SpanRecord>) -> Bool {
    heapNote(record.spanHeap.unsafelyUnwrapped) == handle
  }

  @inline(__always)
  private static func path(_ word: UInt) -> FastPath<OwnSpanPolicy> {
    FastPath(OwnSpanThread(handle: word))
  }
}
