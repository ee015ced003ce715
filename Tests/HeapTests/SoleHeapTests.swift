// Heaps beside the process' one: of one thread, with a cache in the handle. Two heaps live in one thread without knowing of
// each other, and all of a heap goes when it is destroyed.

import CShims
import Heap
import Memory
import Platform
import Synchronization
import TestPages
import Testing

@Suite(.serialized) struct SoleHeapTests {
  typealias SoleHeap = Heap<SolePolicy<TestPages>>

  private static var settings: HeapSettings {
    HeapSettings(
      classes: SizeClasses(steps: 4), pages: PageHeapSettings(purgeDelay: 500, hugePages: .auto))
  }

  /// malloc and free of such a heap, put together as the process' are.
  struct Sole {
    let heap: SoleHeap
    private var fast: FastPath<SolePolicy<TestPages>> { FastPath(heap.threads) }

    func allocate(_ byteCount: Int) -> UInt {
      let size = UInt(byteCount)
      return fast.allocate(size) ?? fast.allocateRefilling(size, rounded: size)
        ?? heap.allocate(byteCount).address
    }

    /// Nil when it was freed.
    func free(_ address: UInt) -> BadFree? {
      if let record = PageMap.record(address),
        fast.free(address, record) || fast.freeWord(address, record)
      {
        return nil
      }
      return heap.tryFree(address)
    }
  }

  private func sizes(_ random: inout SeededRandom) -> Int {
    1 + random.below([64, 1000, 30_000, 200_000, 6_000_000][random.below(40) / 10])
  }

  @Test func aRandomTraceNeedsNoThreadLocalWord() throws {
    let pages = TestPages()
    let sole = Sole(heap: try #require(SoleHeap(pages: pages, settings: Self.settings)))
    let outer = swiftmalloc_thread_cache()
    // As a thread that has ended, or a signal handler: neither concerns this heap.
    swiftmalloc_set_thread_cache(nil)
    let flags = ThreadFlags.current
    ThreadFlags.insert(ThreadFlags.ended | ThreadFlags.busy)
    var random = SeededRandom(seed: 11)
    var live: [TestBlock] = []
    for step in 0..<20_000 {
      if live.count < 300 || random.once(in: 2) {
        let byteCount = sizes(&random)
        let address = sole.allocate(byteCount)
        try #require(address != 0 && address & 15 == 0)
        #expect(PageMap.record(address)?.heap == UnsafeMutableRawPointer(sole.heap.storage))
        live.append(TestBlock(address, byteCount: byteCount, id: UInt64(step)))
      } else {
        let block = live.remove(at: random.below(live.count))
        #expect(block.isIntact && sole.free(block.address) == nil)
      }
    }
    #expect(sole.heap.checkInvariants() == nil)
    #expect(swiftmalloc_thread_cache() == nil)
    #expect(swiftmalloc_ready_cache() == UInt(SWIFTMALLOC_NO_CACHE))
    for block in live { #expect(sole.free(block.address) == nil) }
    #expect(sole.heap.checkInvariants() == nil)
    swiftmalloc_set_thread_flags(flags)
    swiftmalloc_set_thread_cache(outer)
    sole.heap.destroy()
    pages.releaseAll()
  }

  @Test func twoHeapsInOneThread() throws {
    let test = try #require(TestHeap())
    let thread = try #require(test.makeThread())
    test.thread = thread
    let pages = TestPages()
    let sole = Sole(heap: try #require(SoleHeap(pages: pages, settings: Self.settings)))
    var random = SeededRandom(seed: 12)
    var live: [(block: TestBlock, isSole: Bool)] = []
    for step in 0..<20_000 {
      if live.count < 300 || random.once(in: 2) {
        let byteCount = sizes(&random)
        let isSole = random.once(in: 2)
        let address = isSole ? sole.allocate(byteCount) : test.allocate(byteCount).address
        let heap =
          isSole
          ? UnsafeMutableRawPointer(sole.heap.storage)
          : UnsafeMutableRawPointer(test.heap.storage)
        #expect(PageMap.record(address)?.heap == heap)
        live.append((TestBlock(address, byteCount: byteCount, id: UInt64(step)), isSole))
      } else {
        let (block, isSole) = live.remove(at: random.below(live.count))
        #expect(block.isIntact)
        if isSole {
          #expect(sole.free(block.address) == nil)
        } else {
          test.free(block.address)
        }
      }
    }
    #expect(sole.heap.checkInvariants() == nil && test.heap.checkInvariants() == nil)
    #expect(swiftmalloc_thread_cache() == thread.cache.map { UnsafeMutableRawPointer($0) })
    sole.heap.destroy()
    for (block, isSole) in live where !isSole { test.free(block.address) }
    #expect(test.heap.checkInvariants() == nil)
    pages.releaseAll()
    test.close()
  }

  /// A source of pages may call malloc: the process' heap does not take that for a signal handler's call.
  @Test func aPageSourceMayAllocateFromAnotherHeap() throws {
    let test = try #require(TestHeap())
    test.thread = try #require(test.makeThread())
    // Only this thread calls.
    nonisolated(unsafe) let heap = test.heap
    let emergencies = Mutex((calls: 0, inHandler: 0))
    let pages = TestPages { _, _, _ in
      let address = heap.allocateQuickly(100).address
      let kind = PageMap.record(address)?.pointee.kind
      emergencies.withLock {
        $0.calls += 1
        if kind != .small { $0.inHandler += 1 }
      }
      heap.freeQuickly(address)
    }
    let sole = Sole(heap: try #require(SoleHeap(pages: pages, settings: Self.settings)))
    for byteCount in [24, 100_000, 9_000_000] {
      #expect(sole.free(sole.allocate(byteCount)) == nil)
    }
    sole.heap.destroy()
    #expect(emergencies.withLock { $0.calls } > 5)
    #expect(emergencies.withLock { $0.inHandler } == 0)
    pages.releaseAll()
    test.close()
  }

  @Test func destroyGivesAllBackAndClearsTheRecords() throws {
    let bytes = Atomic<Int>(0)
    let blocks = Mutex<[UInt]>([])
    let known = Atomic<Int>(0)
    let pages = TestPages { call, address, byteCount in
      switch call {
      case .reserve, .allocate: bytes.add(byteCount, ordering: .relaxed)
      case .release:
        bytes.subtract(byteCount, ordering: .relaxed)
        // Before they go back: another test's heap may get the same addresses at once, and may have had them before.
        for block in blocks.withLock({ $0 }) where block >= address {
          if block < address + UInt(byteCount), !Self.isClear(block) {
            known.add(1, ordering: .relaxed)
          }
        }
      default: break
      }
    }
    let sole = Sole(heap: try #require(SoleHeap(pages: pages, settings: Self.settings)))
    var random = SeededRandom(seed: 13)
    var addresses: [UInt] = []
    for _ in 0..<5_000 { addresses.append(sole.allocate(sizes(&random))) }
    // A mapping of its own: longer than every run.
    addresses.append(sole.allocate(1 << 30))
    for address in addresses.prefix(2_000) { #expect(sole.free(address) == nil) }
    #expect(bytes.load(ordering: .relaxed) > 1 << 30)
    blocks.withLock { $0 = addresses }
    sole.heap.destroy()
    #expect(bytes.load(ordering: .relaxed) == 0)
    #expect(known.load(ordering: .relaxed) == 0)
    pages.releaseAll()
  }

  // Whether the page map has nothing of an address.
  private static func isClear(_ address: UInt) -> Bool {
    guard let record = PageMap.record(address) else { return true }
    return record.pointee.kind == .none && record.pointee.owner.load(ordering: .relaxed) == 0
      && record.pointee.state == nil && record.pointee.start == 0
  }

  @Test func withoutMemoryForItsCacheThereIsNoHeap() throws {
    for count in 0..<4 {
      let bytes = Atomic<Int>(0)
      let pages = TestPages { call, _, byteCount in
        if call == .reserve { bytes.add(byteCount, ordering: .relaxed) }
        if call == .release { bytes.subtract(byteCount, ordering: .relaxed) }
      }
      pages.refuse([.reserve, .commit], after: count)
      #expect(SoleHeap(pages: pages, settings: Self.settings) == nil)
      #expect(bytes.load(ordering: .relaxed) == 0)
      pages.releaseAll()
    }
  }

  /// A buffer that a program has anyway: full at some time, and whole again after the heap.
  @Test func aHeapInABuffer() throws {
    typealias BufferHeap = Heap<SolePolicy<FixedBufferPages>>
    TestWindow.make()
    let byteCount = 16 << 20
    let start = try #require(SystemMemory.allocate(byteCount: byteCount))
    defer { SystemMemory.release(start, byteCount: byteCount) }
    let buffer = UnsafeMutableRawBufferPointer(
      start: UnsafeMutableRawPointer(bitPattern: start), count: byteCount)
    let pages = try #require(FixedBufferPages(buffer))
    func freePages() -> Int {
      var taken: [UInt] = []
      while let page = pages.allocate(byteCount: System.pageSize) { taken.append(page) }
      for page in taken { #expect(pages.release(page, byteCount: System.pageSize)) }
      return taken.count
    }
    let atFirst = freePages()
    for seed in 21...22 {
      let heap = try #require(BufferHeap(pages: pages, settings: Self.settings))
      var random = SeededRandom(seed: UInt64(seed))
      var live: [TestBlock] = []
      var refused = 0
      for step in 0..<6_000 {
        if random.below(3) > 0 {
          let byteCount = 1 + random.below([64, 1000, 30_000, 100_000][random.below(40) / 10])
          let address = heap.allocate(byteCount).address
          if address == 0 {
            refused += 1
          } else {
            #expect(address >= start && address + UInt(byteCount) <= start + 16 << 20)
            live.append(TestBlock(address, byteCount: byteCount, id: UInt64(step)))
          }
        }
        if !live.isEmpty, random.once(in: 2) || refused > 10 {
          let block = live.remove(at: random.below(live.count))
          #expect(block.isIntact && heap.tryFree(block.address) == nil)
        }
      }
      #expect(refused > 0 && heap.checkInvariants() == nil)
      heap.destroy()
      #expect(freePages() == atFirst)
    }
  }

  // MARK: Bad frees are results

  @Test func badFreesAreTold() throws {
    let test = try #require(TestHeap())
    test.thread = try #require(test.makeThread())
    let pages = TestPages()
    let sole = Sole(heap: try #require(SoleHeap(pages: pages, settings: Self.settings)))
    for byteCount in [24, 3000, 30_000, 100_000, 9_000_000] {
      let address = sole.allocate(byteCount)
      let neighbour = sole.allocate(byteCount)
      if case .insideBlock(16, _)? = sole.free(address + 16)?.reason {
      } else {
        Issue.record("\(byteCount): inside")
      }
      #expect(sole.free(address) == nil)
      if case .freedBefore? = sole.free(address)?.reason {
      } else {
        Issue.record("\(byteCount): twice")
      }
      if case .otherHeap(let heap)? = test.heap.tryFree(neighbour)?.reason {
        #expect(heap == UnsafeMutableRawPointer(sole.heap.storage))
      } else {
        Issue.record("\(byteCount): of another heap")
      }
      #expect(sole.free(neighbour) == nil)
      let other = test.allocate(byteCount).address
      if case .otherHeap? = sole.free(other)?.reason {
      } else {
        Issue.record("\(byteCount): of the process' heap")
      }
      test.free(other)
    }
    #expect(sole.heap.checkInvariants() == nil && test.heap.checkInvariants() == nil)
    sole.heap.destroy()
    pages.releaseAll()
    test.close()
  }

  /// A heap that hands on what is another's: the record tells which.
  enum RoutingPolicy: HeapPolicy {
    typealias Pages = TestPages
    typealias Threads = ReadyThread
    typealias Observer = NoObserver
    static var isShared: Bool { true }

    static func found(_ badFree: BadFree) {
      guard case .otherHeap(let state?) = badFree.reason else { badFree.end() }
      SoleHeap(storage: state.assumingMemoryBound(to: HeapStorage<SolePolicy<TestPages>>.self))
        .free(badFree.address)
    }
  }

  @Test func aFreeReachesTheHeapThatTheBlockIsOf() throws {
    let pages = TestPages()
    let own = try #require(Heap<RoutingPolicy>(pages: pages, settings: Self.settings))
    let sole = Sole(heap: try #require(SoleHeap(pages: pages, settings: Self.settings)))
    for byteCount in [24, 3000, 30_000, 100_000, 9_000_000] {
      let address = sole.allocate(byteCount)
      own.free(address)
      if case .freedBefore? = sole.free(address)?.reason {
      } else {
        Issue.record("\(byteCount) bytes were not freed")
      }
    }
    #expect(sole.heap.checkInvariants() == nil && own.checkInvariants() == nil)
    sole.heap.destroy()
    pages.releaseAll()
  }

  @Test func theProcessEndsAtABlockOfAnotherHeap() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      guard let test = TestHeap(), let thread = test.makeThread(),
        let heap = SoleHeap(pages: TestPages(), settings: Self.settings)
      else { return }
      test.thread = thread
      BadFreeReport.freeBadly(test, Sole(heap: heap).allocate(40))
    }
    #expect(BadFreeReport.isIn(result, "invalid-free", "a block of another heap)"))
  }
}
