// The fast paths of local heaps, from the handle and from the block. The thread's word is all that they ask (OwnHeap).

import CShims
import Heap
import Memory

/// The fast paths into the local heap of spans that the thread used last.
private enum OwnSpanPolicy: FastPathPolicy {
  typealias Threads = OwnSpanThread
  typealias Observer = NoObserver
}

/// How they find the cache: in the slot. What they mark is the thread's word.
private struct OwnSpanThread: CacheAccess {
  let handle: UInt

  @inline(__always)
  var cacheWord: UInt { HeapTable.Slot(bitPattern: handle).unsafelyUnwrapped.pointee.cache }
  @inline(__always)
  var readyCache: UInt? { cacheWord }
  @inline(__always)
  func enter() { swiftmalloc_set_span_heap(handle &+ 1) }
  @inline(__always)
  func leave(_ word: UInt) { swiftmalloc_set_span_heap(handle) }
}

extension LibraryHeap {
  /// A block of the calling thread's local heap; nil when another path has to find one, or say what is wrong.
  @inline(__always)
  package static func allocateQuickly(
    _ handle: UnsafeMutableRawPointer?, _ byteCount: UInt
  ) -> UInt? {
    let word = UInt(bitPattern: handle)
    if word == swiftmalloc_span_heap() { return path(word).allocate(byteCount) }
    if word != swiftmalloc_bump_heap() { return nil }
    let slot = HeapTable.Slot(bitPattern: word).unsafelyUnwrapped
    let state = UnsafeMutablePointer<BumpState>(bitPattern: slot.pointee.bump).unsafelyUnwrapped
    swiftmalloc_set_bump_heap(word &+ 1)
    guard let address = state.allocate(byteCount) else {
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
    let word = UInt(bitPattern: handle)
    if word != swiftmalloc_span_heap() { return nil }
    return path(word).allocateRefilling(byteCount, rounded: byteCount)
  }

  /// Frees a small block of the local heap that the thread used last, or of a shared heap; false when it is none, or another path has to.
  @inline(__always)
  package static func freeQuickly(
    _ address: UInt, processHeap: UnsafeMutableRawPointer?
  ) -> Bool {
    guard let record = PageMap.windowRecord(address), record.kind == .small,
      let heap = record.spanHeap, heap != processHeap
    else { return false }
    let word = SoleHeap.note(heap)
    if word == swiftmalloc_span_heap() { return path(word).free(address, record) }
    guard let slot = HeapTable.Slot(bitPattern: word) else { return false }
    return freeLocked(address, record, slot)
  }

  /// Frees a small block of the calling thread's local heap; false when another path has to, or say what is wrong.
  @inline(__always)
  package static func freeQuickly(_ address: UInt, of handle: UnsafeMutableRawPointer?) -> Bool {
    let word = UInt(bitPattern: handle)
    return word == swiftmalloc_span_heap()
      && PageMap.withWindowRecord(address) { path(word).free(address, $0) }
  }

  /// As `freeQuickly`, when all blocks of the block's word are free then.
  package static func freeWord(_ address: UInt, of handle: UnsafeMutableRawPointer?) -> Bool {
    let word = UInt(bitPattern: handle)
    return word == swiftmalloc_span_heap()
      && PageMap.withWindowRecord(address) { path(word).freeWord(address, $0) }
  }

  @inline(__always)
  private static func path(_ word: UInt) -> FastPath<OwnSpanPolicy> {
    FastPath(OwnSpanThread(handle: word))
  }
}
