// Sampled blocks that go all at once: the sampler hears of each, and an emptied heap is as one without samples.

import Heap
import Memory
import TestPages
import Testing

extension SamplingTests {
  // Blocks of all kinds, each of them sampled.
  private func fill(_ sampled: Sampled, _ count: Int = 3000) -> [UInt] {
    var random = SeededRandom(seed: 3)
    var blocks: [UInt] = []
    for _ in 0..<count {
      let sizes = [16, 16, 64, 400, 1100, 9000, 30_000, 50_000, 9 << 20]
      blocks.append(sampled.allocate(sizes[min(random.below(9), random.below(9))]))
      if random.once(in: 3) { sampled.free(blocks.remove(at: random.below(blocks.count))) }
    }
    return blocks
  }

  private func expectNoSamples(_ sampled: Sampled) {
    #expect(RecordingSampler.live.isEmpty)
    #expect(RecordingSampler.errors == 0)
    #expect(sampled.heap.checkInvariants() == nil)
  }

  @Test func freeAllEndsSamples() throws {
    let sampled = try Sampled()
    Sampling.start(interval: 1, seed: 1)
    defer { Sampling.start(interval: 0, seed: 0) }
    for _ in 0..<3 {
      #expect(fill(sampled).count == RecordingSampler.live.count)
      sampled.heap.freeAll()
      expectNoSamples(sampled)
    }
    fill(sampled).forEach(sampled.free)
    expectNoSamples(sampled)
  }

  @Test func destroyEndsSamples() throws {
    let sampled = try Sampled()
    Sampling.start(interval: 1, seed: 1)
    defer { Sampling.start(interval: 0, seed: 0) }
    #expect(fill(sampled).count == RecordingSampler.live.count)
    sampled.heap.destroy()
    #expect(RecordingSampler.live.isEmpty)
    #expect(RecordingSampler.errors == 0)
  }

  // Spans of sampled blocks that are kept for the next one would keep the heap, too.
  @Test func aClosedHeapIsEmptyAfterItsLastBlock() throws {
    let sampled = try Sampled()
    Sampling.start(interval: 1, seed: 1)
    defer { Sampling.start(interval: 0, seed: 0) }
    var blocks = fill(sampled, 300)
    while let block = blocks.popLast() {
      #expect(!sampled.heap.closeAndAskEmpty())
      sampled.free(block)
    }
    #expect(sampled.heap.closeAndAskEmpty())
    expectNoSamples(sampled)
  }

  @Test func aBumpHeapIsSampledByItsChunks() throws {
    let sampled = try Sampled()
    var settings = HeapSettings(
      classes: SizeClasses(steps: 4),
      pages: PageHeapSettings(purgeDelay: 500, hugePages: .auto))
    settings.takesSamples = true
    let heap = try #require(BumpHeap<SampledPolicy>(pages: TestPages(), settings: settings))
    Sampling.start(interval: 1, seed: 1)
    defer { Sampling.start(interval: 0, seed: 0) }
    for _ in 0..<2 {
      for size in [100, 3000, 500_000] { for _ in 0..<1000 where heap.allocate(size) != 0 {} }
      let bytes = RecordingSampler.live.values.reduce(0, +)
      #expect(bytes >= 503_100_000 && bytes < 520_000_000, "\(bytes) bytes in chunks")
      heap.freeAll()
      expectNoSamples(sampled)
    }
    _ = heap.allocate(10)
    heap.heap.destroy()
    #expect(RecordingSampler.live.isEmpty)
  }
}
