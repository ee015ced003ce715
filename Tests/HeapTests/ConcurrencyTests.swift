// Threads on one heap: blocks go back and forth through a shared queue, threads come and go, and
// some only free. At the end nothing may be left.

import CShims
import Heap
import Memory
import Platform
import Synchronization
import TestPages
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.serialized) struct ConcurrencyTests {
  /// What the threads of a test share.
  private final class Shared: @unchecked Sendable {
    let heap: Heap<TestPolicy>
    let queue = TestBlockQueue()
    let broken = Atomic<Int>(0)
    let nextID = Atomic<UInt64>(1)

    init(_ heap: Heap<TestPolicy>) { self.heap = heap }

    func free(_ block: TestBlock) {
      if !block.isIntact { broken.add(1, ordering: .relaxed) }
      heap.freeQuickly(block.address)
    }

    func allocate(_ byteCount: Int) -> TestBlock? {
      let address = heap.allocateQuickly(byteCount).address
      if address == 0 {
        broken.add(1, ordering: .relaxed)
        return nil
      }
      let id = nextID.add(1, ordering: .relaxed).newValue
      return TestBlock(address, byteCount: byteCount, id: id)
    }
  }

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private func start(_ run: @escaping @Sendable () -> Void) -> pthread_t {
    var thread = pthread_t()
    let body = Unmanaged.passRetained(Body(run)).toOpaque()
    let error = pthread_create(
      &thread, nil,
      { body in
        Unmanaged<Body>.fromOpaque(body!).takeRetainedValue().run()
        return nil
      }, body)
    #expect(error == 0)
    return thread
  }

  private func run(
    purgeDelay: Int = 500, _ threads: [@Sendable (Shared, inout SeededRandom) -> Void]
  ) {
    guard let test = TestHeap(purgeDelay: purgeDelay) else {
      Issue.record("no heap")
      return
    }
    defer { test.close() }
    let shared = Shared(test.heap)
    let started = threads.enumerated().map { index, body in
      start {
        var random = SeededRandom(seed: UInt64(index + 1))
        body(shared, &random)
      }
    }
    for thread in started { pthread_join(thread, nil) }
    #expect(shared.broken.load(ordering: .relaxed) == 0)
    #expect(test.heap.checkInvariants() == nil)
    var random = SeededRandom(seed: 0)
    while let block = shared.queue.take(&random) { shared.free(block) }
    #expect(shared.broken.load(ordering: .relaxed) == 0)
    _ = test.heap.trim()
    #expect(test.problemOfAnEmptyHeap == nil)
  }

  /// The calling thread gets a cache of the heap for the time of `body`, and ends.
  private static func asThread(_ shared: Shared, _ body: () -> Void) {
    ThreadFlags.remove(ThreadFlags.ended)
    swiftmalloc_set_thread_cache(shared.heap.makeCache())
    body()
    shared.heap.endThread()
  }

  /// Allocates, puts into the queue, takes from it what may be another's, and frees.
  private static func exchange(
    _ shared: Shared, _ random: inout SeededRandom, rounds: Int, limit: Int
  ) {
    for _ in 0..<rounds {
      for _ in 0..<20 {
        let longest = random.once(in: 200) ? 300_000 : limit
        if let block = shared.allocate(random.below(longest)) { shared.queue.put(block) }
      }
      for _ in 0..<20 {
        if let block = shared.queue.take(&random) { shared.free(block) }
      }
      if random.once(in: 50) { _ = shared.heap.trim() }
    }
  }

  @Test(arguments: [500, 0])
  func pingPong(purgeDelay: Int) {
    let body: @Sendable (Shared, inout SeededRandom) -> Void = { shared, random in
      Self.asThread(shared) { Self.exchange(shared, &random, rounds: 150, limit: 200) }
    }
    run(purgeDelay: purgeDelay, [body, body, body, body])
  }

  /// Blocks of 8 to 32 KiB, of which a few make a flush.
  @Test func pingPongOfLongBlocks() {
    let body: @Sendable (Shared, inout SeededRandom) -> Void = { shared, random in
      Self.asThread(shared) { Self.exchange(shared, &random, rounds: 80, limit: 32769) }
    }
    run([body, body, body, body])
  }

  @Test func threadsComeAndGo() {
    let body: @Sendable (Shared, inout SeededRandom) -> Void = { shared, random in
      for _ in 0..<40 {
        Self.asThread(shared) { Self.exchange(shared, &random, rounds: 4, limit: 3000) }
      }
    }
    run([body, body, body, body])
  }

  /// One size, so that all threads meet in the same spans. Threads that have ended get no cache; others that
  /// only free get one.
  @Test(arguments: [false, true])
  func threadsThatOnlyFreeBesideOthers(haveEnded: Bool) {
    let owner: @Sendable (Shared, inout SeededRandom) -> Void = { shared, random in
      Self.asThread(shared) {
        for _ in 0..<3000 {
          if let block = shared.allocate(1000) { shared.queue.put(block) }
          if random.once(in: 3), let block = shared.queue.take(&random) { shared.free(block) }
        }
      }
    }
    let freeing: @Sendable (Shared, inout SeededRandom) -> Void = { shared, random in
      if haveEnded { ThreadFlags.insert(ThreadFlags.ended) }
      for _ in 0..<4000 {
        if let block = shared.queue.take(&random) { shared.free(block) } else { sched_yield() }
      }
      // It may have had nothing to free.
      let hasCache = swiftmalloc_thread_cache() != nil
      if haveEnded, hasCache { shared.broken.add(1, ordering: .relaxed) }
      if hasCache { shared.heap.endThread() }
    }
    run([owner, owner, freeing, freeing])
  }

  @Test func lockExcludes() {
    final class Counter: @unchecked Sendable {
      let lock = Lock()
      var value = 0
    }
    let counter = Counter()
    let threads = (0..<4).map { _ in
      start {
        for _ in 0..<20_000 {
          counter.lock.lock()
          counter.value += 1
          counter.lock.unlock()
        }
      }
    }
    for thread in threads { pthread_join(thread, nil) }
    #expect(counter.value == 80_000)
    let isFree = counter.lock.tryLock()
    let isHeld = !counter.lock.tryLock()
    counter.lock.reset()
    let isFreeAgain = counter.lock.tryLock()
    #expect(isFree && isHeld && isFreeAgain)
  }
}
