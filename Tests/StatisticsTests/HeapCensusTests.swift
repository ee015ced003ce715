// The census against a model of what was allocated.

import CShims
import Heap
import Memory
import Platform
import Statistics
import TestPages
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct HeapCensusTests {
  /// A block of so many bytes gets a mapping of its own.
  private static let largeSize = Heap<TestPolicy>.largestMedium + PageMap.sliceSize

  /// Runs `body` with a heap that purges when it is told to, and a cache for the calling thread.
  private func withHeap(
    at place: UInt? = nil,
    _ body: (Heap<TestPolicy>, UnsafeMutablePointer<ThreadCache>) throws -> Void
  ) rethrows {
    let pages = TestPages(at: place)
    let settings = HeapSettings(
      classes: SizeClasses(steps: 4), pages: PageHeapSettings(purgeDelay: -1, hugePages: .auto))
    let outerCache = swiftmalloc_thread_cache()
    defer {
      swiftmalloc_set_thread_cache(outerCache)
      pages.releaseAll()
    }
    guard let heap = Heap<TestPolicy>(pages: pages, settings: settings),
      let cache = heap.makeCache()
    else {
      Issue.record("no heap")
      return
    }
    swiftmalloc_set_thread_cache(cache)
    try body(heap, cache)
  }

  /// Blocks by what the census should say of them.
  private struct Model {
    var counts: [Int: Int] = [:]
    var mediumBytes: [Int] = []
    var largeBytes: [Int] = []

    /// One block of `byteCount` bytes, in a run or mapping of `length`, more or less.
    mutating func change(_ byteCount: Int, _ length: Int, by change: Int, _ classes: SizeClasses) {
      if byteCount <= SizeClasses.largestBlock {
        counts[classes.index(byteCount), default: 0] += change
      } else if byteCount <= Heap<TestPolicy>.largestMedium {
        if change > 0 { mediumBytes.append(length) } else { remove(length, from: &mediumBytes) }
      } else {
        if change > 0 { largeBytes.append(length) } else { remove(length, from: &largeBytes) }
      }
    }

    private func remove(_ length: Int, from lengths: inout [Int]) {
      if let index = lengths.firstIndex(of: length) { lengths.remove(at: index) }
    }
  }

  private func problem(_ heap: Heap<TestPolicy>, _ model: Model) -> String? {
    let census = heap.census()
    var count = 0
    var bytes = 0
    for index in 0..<heap.classes.count {
      let live = model.counts[index] ?? 0
      if census.classes[index].liveCount != live {
        return "class \(index): \(census.classes[index].liveCount) live blocks, model \(live)"
      }
      count += live
      bytes += live * heap.classes.blockSize(index)
    }
    if census.smallCount != count || census.smallBytes != bytes { return "sums of small blocks" }
    if census.mediumCount != model.mediumBytes.count
      || census.mediumBytes != model.mediumBytes.reduce(0, +)
    {
      return "medium: \(census.mediumCount) blocks, model \(model.mediumBytes.count)"
    }
    if census.largeCount != model.largeBytes.count
      || census.largeBytes != model.largeBytes.reduce(0, +)
    {
      return "large: \(census.largeCount) blocks, model \(model.largeBytes.count)"
    }
    if census.liveBytes != census.smallBytes + census.mediumBytes + census.largeBytes {
      return "liveBytes"
    }
    // Everything committed is in one of these.
    let spans = heap.storage.pointee.pageHeap.usedBytes + census.dirtyBytes + census.cleanBytes
    if spans != census.committedBytes { return "committedBytes" }
    let used = census.smallBytes + census.smallFreeBytes + census.mediumBytes + census.stashedBytes
    // Spans have an end that no block fits into.
    if used > heap.storage.pointee.pageHeap.usedBytes { return "more in spans than there is" }
    return census.peakBytes < used + census.largeBytes ? "peakBytes" : nil
  }

  private func trace(seed: UInt64, at place: UInt? = nil) -> String? {
    var result: String?
    withHeap(at: place) { heap, _ in
      var random = SeededRandom(seed: seed)
      var model = Model()
      var live: [(address: UInt, byteCount: Int, length: Int)] = []
      for step in 0..<400 {
        if random.below(100) < 55 || live.isEmpty {
          let limit = [200, 200, 200, 33_000, 1_048_576, 2 * Self.largeSize][random.below(6)]
          let byteCount = random.below(limit)
          let address = heap.allocate(byteCount).address
          if address == 0 { result = "no memory" }
          let usable = heap.usableSize(address)
          // What is longer than a small block takes whole slices.
          let length = usable > 32768 ? (usable + 65535) & ~65535 : usable
          live.append((address, byteCount, length))
          model.change(byteCount, length, by: 1, heap.classes)
        } else {
          let block = live.remove(at: random.below(live.count))
          heap.free(block.address)
          model.change(block.byteCount, block.length, by: -1, heap.classes)
        }
        if random.once(in: 100) { _ = heap.trim() }
        if let wrong = problem(heap, model) { result = "seed \(seed), step \(step): \(wrong)" }
        if result != nil { return }
      }
    }
    return result
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func randomTrace(seed: UInt64) {
    #expect(trace(seed: seed) == nil)
  }

  /// Runs of neighbouring arenas stay apart, so that each arena can be walked from its start.
  @Test func arenasBehindOneAnother() {
    for seed in 1...6 as ClosedRange<UInt64> {
      #expect(trace(seed: seed, at: 0x2300_0000_0000 + UInt(seed) << 36) == nil)
    }
  }

  /// The thread that frees them gets a cache for it.
  @Test func remoteFreesCountAsFree() {
    withHeap { heap, cache in
      let blocks = (0..<10).map { _ in heap.allocate(100).address }
      swiftmalloc_set_thread_cache(nil)
      for block in blocks.prefix(4) { heap.free(block) }
      #expect(heap.census().smallCount == 10)
      _ = heap.trim()
      swiftmalloc_set_thread_cache(cache)
      let census = heap.census()
      #expect(census.smallCount == 6)
      #expect(census.classes[heap.classes.index(100)].spanCount == 1)
      #expect(census.threadCacheCount == 2)
    }
  }

  /// Blocks that another thread freed are live until its cache is flushed.
  @Test func blocksThatWaitCountAsLive() {
    withHeap { heap, _ in
      let blocks = (0..<10).map { _ in heap.allocate(100).address }
      swiftmalloc_set_thread_cache(heap.makeCache())
      for block in blocks.prefix(4) { heap.free(block) }
      #expect(heap.census().smallCount == 10)
      _ = heap.trim()
      #expect(heap.census().smallCount == 6 && heap.census().threadCacheCount == 2)
    }
  }

  @Test func keptMemoryIsToldApart() {
    withHeap { heap, _ in
      let large = heap.allocate(Self.largeSize).address
      let medium = heap.allocate(300_000).address
      heap.free(large)
      heap.free(medium)
      var census = heap.census()
      #expect(census.cachedLargeBytes == Self.largeSize)
      #expect(census.dirtyBytes == 5 * PageMap.sliceSize)
      #expect(census.freeBytes == Self.largeSize + 5 * PageMap.sliceSize)
      #expect(census.peakBytes >= Self.largeSize + 5 * PageMap.sliceSize)
      _ = heap.trim()
      census = heap.census()
      #expect(census.freeBytes == 0 && census.cleanBytes == census.committedBytes)
    }
  }

  @Test func xmlHasTheSums() throws {
    try withHeap { heap, _ in
      for _ in 0..<3 { _ = heap.allocate(100) }
      _ = heap.allocate(Self.largeSize)
      var text: UnsafeMutablePointer<CChar>?
      var length = 0
      let stream = try #require(open_memstream(&text, &length))
      let ledger = HeapLedger(heap.census(measuresResidency: true))
      heap.census().writeXML(ledger, to: UnsafeMutableRawPointer(stream))
      fclose(stream)
      let document = text.map { String(cString: $0) } ?? ""
      free(text)
      #expect(document.hasPrefix("<malloc version=\"1\">\n") && document.hasSuffix("</malloc>\n"))
      let size = heap.classes.blockSize(heap.classes.index(100))
      #expect(document.contains("<size from=\"\(size)\" to=\"\(size)\" "))
      #expect(document.contains(" live=\"3\"/>"))
      #expect(document.contains("<total type=\"mmap\" count=\"1\" size=\"\(Self.largeSize)\"/>"))
      let opened = document.split(separator: "<").count
      let closed = document.split(separator: ">", omittingEmptySubsequences: true).count - 1
      #expect(opened == closed)
    }
  }
}
