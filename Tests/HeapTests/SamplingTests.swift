// Which blocks are sampled: as often as the theory says, for each size, whatever else the program does, and only those.

import Foundation
import Heap
import Memory
import Platform
import Synchronization
import TestPages
import Testing

/// Notes what it is told.
enum RecordingSampler: HeapSampler {
  static var isThere: Bool { true }
  nonisolated(unsafe) static var live: [UInt: Int] = [:]
  /// Samples of each size, and the blocks that they stand for.
  nonisolated(unsafe) static var counts: [Int: (samples: Int, blocks: Double)] = [:]
  /// Samples of each size that were to be guarded.
  nonisolated(unsafe) static var guards: [Int: Int] = [:]
  nonisolated(unsafe) static var errors = 0

  static func allocated(_ address: UInt, byteCount: Int, weight: Double, heap: UInt) {
    if live.updateValue(byteCount, forKey: address) != nil { errors += 1 }
    let old = counts[byteCount] ?? (0, 0)
    counts[byteCount] = (old.samples + 1, old.blocks + weight)
  }

  static func look() {}

  static func allocateGuarded(
    _ byteCount: Int, alignment: Int, heap: UnsafeMutableRawPointer?
  ) -> UInt {
    guards[byteCount, default: 0] += 1
    return 0
  }

  static func resized(_ address: UInt, byteCount: Int, weight: Double) {
    if live.updateValue(byteCount, forKey: address) == nil { errors += 1 }
  }

  static func freed(_ address: UInt) {
    if live.removeValue(forKey: address) == nil, guards.isEmpty { errors += 1 }
  }

  static func reset() {
    live = [:]
    counts = [:]
    guards = [:]
    errors = 0
  }
}

enum SampledPolicy: HeapPolicy {
  typealias Pages = TestPages
  typealias Threads = SoleThread
  typealias Observer = NoObserver
  typealias Sampler = RecordingSampler
  static var isShared: Bool { false }
}

/// The sampler is the process': one test at a time.
@Suite(.serialized) struct SamplingTests {
  /// malloc and free of a heap that is sampled, put together as the process' are.
  struct Sampled {
    let heap: Heap<SampledPolicy>
    private var fast: FastPath<SampledPolicy> { FastPath(heap.threads) }

    init(pages: TestPages = TestPages(), steps: Int = 4) throws {
      var settings = HeapSettings(
        classes: SizeClasses(steps: steps),
        pages: PageHeapSettings(purgeDelay: 500, hugePages: .auto))
      settings.takesSamples = true
      heap = try #require(Heap<SampledPolicy>(pages: pages, settings: settings))
      RecordingSampler.reset()
    }

    func allocate(_ byteCount: Int) -> UInt {
      let size = UInt(byteCount)
      return fast.allocate(size) ?? fast.allocateRefilling(size, rounded: size)
        ?? heap.allocate(byteCount).address
    }

    func free(_ address: UInt) {
      if let record = PageMap.record(address),
        fast.free(address, record) || fast.freeWord(address, record)
      {
        return
      }
      if heap.tryFree(address) != nil { RecordingSampler.errors += 1 }
    }
  }

  @Test func functionsAreThoseOfTheMathematicalLibrary() {
    var random = SeededRandom(seed: 1)
    for _ in 0..<100_000 {
      let bits = random.next()
      let expected = -log(Double(bits >> 11 + 1) * 0x1p-53)
      #expect(abs(Sampling.exponential(bits) - expected) < 1e-9)
    }
    #expect(Sampling.exponential(.max) == 0)
    for exponent in -40..<8 {
      let x = exp2(Double(exponent)) * 1.37
      #expect(abs(Sampling.chance(x) / -expm1(-x) - 1) < 1e-9)
    }
    #expect(Sampling.chance(1e9) == 1)
  }

  private static let sizes = [16, 48, 200, 1024, 1100, 5000, 30_000, 40_000, 300_000]

  /// A program that keeps some blocks of each size: counts by size.
  private func run(
    _ sampled: Sampled, steps: Int, seed: UInt64, restart: (Int) -> Void = { _ in }
  ) -> [Int: Int] {
    var random = SeededRandom(seed: seed)
    var counts: [Int: Int] = [:]
    var live: [UInt] = []
    for step in 0..<steps {
      restart(step)
      // Short ones more often.
      let size = Self.sizes[min(random.below(9), random.below(9))]
      let address = sampled.allocate(size)
      if address == 0 || !sampled.heap.isLive(address) { RecordingSampler.errors += 1 }
      counts[size, default: 0] += 1
      live.append(address)
      if live.count > 400 { sampled.free(live.remove(at: random.below(400))) }
      // All at once, so that spans come and go.
      if random.once(in: 5000) {
        live.forEach(sampled.free)
        live = []
      }
    }
    live.forEach(sampled.free)
    return counts
  }

  /// Σ (samples − expected)² / variance over sizes, each with many samples. About one for each size.
  private func chiSquared(
    _ counts: [Int: Int], _ heap: Heap<SampledPolicy>, interval: Int
  ) -> Double {
    counts.reduce(0) { sum, entry in
      let (size, count) = entry
      let block =
        size <= SizeClasses.largestBlock
        ? heap.classes.blockSize(heap.classes.index(size)) : size
      let chance = -expm1(-Double(block) / Double(interval))
      let expected = Double(count) * chance
      let samples = Double(RecordingSampler.counts[size]?.samples ?? 0)
      return sum + (samples - expected) * (samples - expected) / (expected * (1 - chance))
    }
  }

  // With guarded blocks more often, and less often, than what the sampler is told of.
  @Test(arguments: [1, 4], [0, 4000, 90_000])
  func eachSizeIsSampledAsOftenAsItShouldBe(steps: Int, guardInterval: Int) throws {
    let interval = 20_000
    let sampled = try Sampled(steps: steps)
    Sampling.start(interval: interval, seed: 3)
    Sampling.startGuards(interval: guardInterval, seed: 3)
    defer {
      Sampling.start(interval: 0, seed: 0)
      Sampling.startGuards(interval: 0, seed: 0)
    }
    let counts = run(sampled, steps: 300_000, seed: 5)
    // Of nine sizes one is above 40,000 times the interval at all: 99.9 % of values are below 27.9.
    let usual = chiSquared(counts, sampled.heap, interval: interval)
    #expect(usual < 27.9)
    // A sampler that is wrong by a tenth is told.
    #expect(chiSquared(counts, sampled.heap, interval: interval * 11 / 10) > 60)
    for size in [48, 1024, 5000] {
      let block = sampled.heap.classes.blockSize(sampled.heap.classes.index(size))
      let chance = guardInterval == 0 ? 0 : -expm1(-Double(block) / Double(guardInterval))
      let expected = Double(try #require(counts[size])) * chance
      let guards = Double(RecordingSampler.guards[size] ?? 0)
      #expect(abs(guards - expected) <= 4 * (expected * (1 - chance)).squareRoot())
    }
    #expect(RecordingSampler.live.isEmpty)
    #expect(RecordingSampler.errors == 0)
    #expect(sampled.heap.checkInvariants() == nil)
    for (size, count) in counts {
      let (samples, estimate) = RecordingSampler.counts[size] ?? (0, 0)
      let tolerance = 5 / Double(samples).squareRoot()
      #expect(
        abs(estimate / Double(count) - 1) < tolerance, "size \(size): \(estimate) for \(count)")
    }
  }

  @Test func everyBlockIsSampledAtAnIntervalOfOne() throws {
    let sampled = try Sampled()
    Sampling.start(interval: 1, seed: 1)
    defer { Sampling.start(interval: 0, seed: 0) }
    let counts = run(sampled, steps: 30_000, seed: 9)
    for (size, count) in counts { #expect(RecordingSampler.counts[size]?.samples == count) }
    #expect(RecordingSampler.live.isEmpty)
    #expect(RecordingSampler.errors == 0)
    #expect(sampled.heap.checkInvariants() == nil)
  }

  @Test func theIntervalMayChangeWhileBlocksLive() throws {
    let sampled = try Sampled()
    Sampling.start(interval: 0, seed: 0)
    defer { Sampling.start(interval: 0, seed: 0) }
    var samplesWhenOff = 0
    _ = run(sampled, steps: 120_000, seed: 13) { step in
      let total = RecordingSampler.counts.values.reduce(0) { $0 + $1.samples }
      switch step {
      case 0..<20_000: #expect(total == 0)
      case 20_000: Sampling.start(interval: 5000, seed: 2)
      case 60_000:
        #expect(total > 1000)
        Sampling.start(interval: 0, seed: 0)
      // Current spans come to hear of it at their next slow call.
      case 70_000: samplesWhenOff = total
      case 80_000:
        #expect(total == samplesWhenOff)
        Sampling.start(interval: 1000, seed: 3)
      case 100_000: #expect(total > samplesWhenOff + 1000)
      default: break
      }
    }
    #expect(RecordingSampler.live.isEmpty)
    #expect(RecordingSampler.errors == 0)
    #expect(sampled.heap.checkInvariants() == nil)
  }

  @Test func withoutMemoryForASampleTheProgramGetsItsBlock() throws {
    let pages = TestPages()
    let sampled = try Sampled(pages: pages)
    // A span of ordinary blocks, and then no memory for one of sampled blocks.
    let first = sampled.allocate(64)
    #expect(first != 0)
    var fill: [UInt] = []
    pages.refuse([.commit, .reserve], after: 0)
    while case let address = sampled.allocate(40_000), address != 0 { fill.append(address) }
    Sampling.start(interval: 1, seed: 1)
    defer { Sampling.start(interval: 0, seed: 0) }
    let second = sampled.allocate(64)
    #expect(second != 0)
    pages.refuseNothing()
    sampled.free(first)
    sampled.free(second)
    fill.forEach(sampled.free)
    #expect(RecordingSampler.errors == 0)
    #expect(sampled.heap.checkInvariants() == nil)
  }

  @Test func reallocKeepsAndEndsSamples() throws {
    let sampled = try Sampled()
    Sampling.start(interval: 1, seed: 1)
    defer { Sampling.start(interval: 0, seed: 0) }
    var address = sampled.heap.allocate(1000).address
    // In place, moved to another class, to a run, longer and shorter, and far longer.
    for byteCount in [900, 1010, 5000, 40_000, 60_000, 50_000, 1 << 20, 9 << 20, 20 << 20, 100] {
      address = sampled.heap.reallocate(address, to: byteCount)
      #expect(RecordingSampler.live == [address: byteCount])
    }
    sampled.free(address)
    #expect(RecordingSampler.live.isEmpty)
    #expect(RecordingSampler.errors == 0)
    #expect(sampled.heap.checkInvariants() == nil)
  }
}
