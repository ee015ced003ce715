// Where a thread finds its caches of heaps beside the process', and that one owner serves all of its spans.

import CShims
import Heap
import Memory
import Synchronization
import TestPages
import Testing

@Suite(.serialized) struct CachePlacesTests {
  private let handle: UInt = 0x1000
  private let number = 5

  // The calling thread has places, and is ready in the heap of `test`.
  private func withPlaces(_ body: (TestHeap, CachePlaces.Place) -> Void) {
    withOneThread { test, _ in
      let memory = UnsafeMutableRawPointer.allocate(
        byteCount: CachePlaces.byteCount, alignment: 16)
      CachePlaces.make(at: UInt(bitPattern: memory))
      if let place = CachePlaces.place(of: number) { body(test, place) }
      #expect(CachePlaces.end() == UInt(bitPattern: memory))
      #expect(CachePlaces.areMade && CachePlaces.place(of: number) == nil)
      swiftmalloc_set_places(nil)
      memory.deallocate()
    }
  }

  @Test func heapsOfTheSameNumberModuloSixteenShareAPlace() {
    withPlaces { _, place in
      #expect(CachePlaces.place(handle, number) == nil)
      place.give(to: handle)
      #expect(CachePlaces.place(handle, number) == place)
      #expect(CachePlaces.place(of: number + 16) == place)
      #expect(CachePlaces.place(handle + 0x80, number + 16) == nil)
      place.give(to: handle + 0x80)
      #expect(CachePlaces.place(handle, number) == nil)
      var count = 0
      CachePlaces.forEach {
        #expect($0 == place, "place \(count)"); count += 1
      }
      #expect(count == 1)
    }
  }

  @Test func freeOfTheProcessServesTheSpansOfAnotherHeap() {
    let pages = TestPages()
    withPlaces { _, place in
      let settings = HeapSettings(
        classes: SizeClasses(steps: 4), pages: PageHeapSettings(purgeDelay: -1, hugePages: .auto))
      guard let made = Heap<TestPolicy>(pages: pages, settings: settings) else { return }
      made.storage.pointee.note = handle
      place.give(to: handle)
      let heap = Heap<TestPolicy>(storage: made.storage, threads: ReadyThread(place))
      // Not entitled: from the cache that such threads share.
      let first = heap.allocate(100).address
      #expect(place.pointee.cache == nil && owner(first) != swiftmalloc_ready_cache())
      heap.free(first)
      place.pointee.isEntitled = true
      let block = heap.allocate(100).address
      #expect(place.pointee.cache != nil && owner(block) == swiftmalloc_ready_cache())
      #expect(swiftmalloc_span_heap() == handle)
      #expect(swiftmalloc_span_cache() == UInt(bitPattern: place.pointee.cache))
      #expect(Fast.free(block) && isFree(block) == true)
      CachePlaces.forget(handle, number, thread: swiftmalloc_thread_mark())
      #expect(place.pointee.cache == nil && swiftmalloc_span_heap() == UInt(SWIFTMALLOC_NO_HEAP))
    }
    pages.releaseAll()
  }

  @Test func noSlowPathBeginsInAFastPathOfItsHeap() {
    withPlaces { _, place in
      place.give(to: handle)
      let threads = ReadyThread(place)
      #expect(!threads.isInterrupting)
      swiftmalloc_set_span_heap(handle + 1)
      #expect(threads.isInterrupting && !threads.enterSlowPath())
      #expect(!ReadyThread().isInterrupting)
      swiftmalloc_set_span_heap(UInt(SWIFTMALLOC_NO_HEAP))
      #expect(threads.enterSlowPath())
      #expect(swiftmalloc_span_heap() == UInt(SWIFTMALLOC_HEAP_IN_CALL))
      threads.leaveSlowPath()
      #expect(swiftmalloc_span_heap() == UInt(SWIFTMALLOC_NO_HEAP))
    }
  }
}
