// Where a thread finds its caches of the program's own shared heaps (Heaps): a few places, of which
// the heap's number chooses one. A heap whose place another one has is served under locks, until it
// was asked often enough to take the place over.
//
//   place   | handle | cache | calls |        made at the thread's first call of such a heap, 16 of them
//
// The thread alone writes its places, under the lock of the table of heaps where others may look
// (`handle`, `cache`): who destroys a heap clears the places of all threads that have a cache of
// it.

import CShims
import Memory
import Platform
import Synchronization

/// A thread's cache of one shared heap.
package struct CachePlace: ~Copyable {
  /// The heap's; 0: of none.
  package let handle = Atomic<UInt>(0)
  package fileprivate(set) var cache: UnsafeMutablePointer<ThreadCache>?
  /// Calls of the heap without a cache, and such of others that have no place.
  package var calls: UInt32 = 0
  /// Whether the thread may have a cache of the heap.
  package var isEntitled = false
  /// Whether the thread, which is in a slow path of the heap, has set its word aside.
  fileprivate var holdsWord = false

  init() {}
}

package enum CachePlaces {
  package typealias Place = UnsafeMutablePointer<CachePlace>

  private static var count: Int { 16 }
  /// Bytes of a thread's places.
  package static var byteCount: Int { count * MemoryLayout<CachePlace>.stride }
  // The thread has ended, and gets none.
  private static var ended: UInt { 1 }

  @inline(__always)
  private static func places(_ word: UnsafeMutableRawPointer?) -> Place? {
    UInt(bitPattern: word) <= ended ? nil : word?.assumingMemoryBound(to: CachePlace.self)
  }

  /// The calling thread's places; nil before there are some, and after its end.
  @inline(__always)
  private static var own: Place? { places(swiftmalloc_places()) }

  /// Whether the calling thread has places, or gets none any more.
  package static var areMade: Bool { swiftmalloc_places() != nil }

  /// The calling thread's places begin at `address`.
  package static func make(at address: UInt) {
    let places = Place(bitPattern: address).unsafelyUnwrapped
    for index in 0..<count { (places + index).initialize(to: CachePlace()) }
    swiftmalloc_set_places(places)
  }

  /// The place where the calling thread's cache of the heap with this handle and number would be;
  /// nil when it has no places.
  @inline(__always)
  package static func place(of number: Int) -> Place? { own.map { $0 + number % count } }

  /// The same, when it is that heap's.
  @inline(__always)
  package static func place(_ handle: UInt, _ number: Int) -> Place? {
    guard let place = place(of: number),
      place.pointee.handle.load(ordering: .relaxed) == handle
    else { return nil }
    return place
  }

  /// The thread with this mark, which is alive, has no cache of the heap any more, as the heap ends.
  package static func forget(_ handle: UInt, _ number: Int, thread mark: UInt) {
    swiftmalloc_forget_span_heap(mark, handle)
    guard let place = places(swiftmalloc_places_of(mark)).map({ $0 + number % count }),
      place.pointee.handle.load(ordering: .relaxed) == handle
    else { return }
    place.clear()
  }

  /// Each place of the calling thread that is a heap's.
  package static func forEach(_ body: (Place) -> Void) {
    guard let own else { return }
    for index in 0..<count where (own + index).pointee.handle.load(ordering: .relaxed) != 0 {
      body(own + index)
    }
  }

  /// The calling thread ends: where its places were; 0 when it had none.
  package static func end() -> UInt {
    let address = UInt(bitPattern: own)
    swiftmalloc_set_places(UnsafeMutableRawPointer(bitPattern: ended))
    return address
  }
}

extension UnsafeMutablePointer where Pointee == CachePlace {
  /// The place is that heap's from now on. Its thread, under the lock of the table of heaps.
  package func give(to handle: UInt) {
    clear()
    pointee.handle.store(handle, ordering: .relaxed)
  }

  /// The place is no heap's.
  package func clear() {
    pointee.handle.store(0, ordering: .relaxed)
    pointee.cache = nil
    pointee.calls = 0
    pointee.isEntitled = false
  }

  /// The thread has this cache there, or none.
  func set(_ cache: UnsafeMutablePointer<ThreadCache>?) { pointee.cache = cache }

  /// Takes the thread's cache away.
  package func takeCache() -> UnsafeMutablePointer<ThreadCache>? {
    let cache = pointee.cache
    pointee.cache = nil
    pointee.isEntitled = false
    return cache
  }

  // MARK: The thread's word (CShims/include/thread_state.h)

  /// Whether the calling thread is a signal handler that came between the instructions of a fast path of the heap.
  package var isInterrupted: Bool {
    swiftmalloc_span_heap() == pointee.handle.load(ordering: .relaxed) &+ 1
  }

  /// The thread's fast paths serve no heap of spans, as a slow path of this one begins.
  func holdWord() {
    let word = swiftmalloc_span_heap()
    // That of a path which this thread's handler interrupted stays.
    if word & 1 != 0, word != UInt(SWIFTMALLOC_NO_HEAP) { return }
    swiftmalloc_set_span_heap(UInt(SWIFTMALLOC_HEAP_IN_CALL))
    pointee.holdsWord = true
  }

  /// They serve this one, when the thread has a cache of it.
  func releaseWord() {
    if !pointee.holdsWord { return }
    pointee.holdsWord = false
    guard let cache = pointee.cache else {
      return swiftmalloc_set_span_heap(UInt(SWIFTMALLOC_NO_HEAP))
    }
    swiftmalloc_set_span_cache(UInt(bitPattern: cache))
    swiftmalloc_set_span_heap(pointee.handle.load(ordering: .relaxed))
  }

  /// The thread's fast paths serve this heap from now on, of which it has a cache. Not in a slow path.
  package func choose() {
    holdWord()
    releaseWord()
  }
}
