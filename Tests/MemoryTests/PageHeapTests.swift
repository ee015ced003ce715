// PageHeap: random traces against PageHeapModel, with memory that is refused now and then, and
// the cases that random traces seldom meet.

import Memory
import Platform
import TestPages
import Testing

@Suite struct PageHeapTests {
  /// Runs a trace; the first thing that was wrong, or nil.
  private func trace(
    _ model: PageHeapModel, seed: UInt64, steps: Int, refuses: Bool, longest: Int = 40
  ) -> String? {
    var random = SeededRandom(seed: seed)
    var failures = 0
    for step in 0..<steps {
      var wrong: String?
      var isGiven = true
      if refuses, random.once(in: 8) {
        let some = TestPages.Call.allCases.filter { _ in random.once(in: 3) }
        let kinds = random.once(in: 2) ? [.reserve, .commit] : some
        model.pages.refuse(kinds, after: random.below(2))
      } else if random.once(in: 10) {
        model.pages.refuseNothing()
      }
      let index = random.below(max(1, model.live.count))
      switch random.below(100) {
      case 0..<50 where model.live.count < 60, 0..<10:
        let sliceCount = 1 + random.below(random.once(in: 3) ? longest : 4)
        let alignment = random.once(in: 5) ? 1 << random.below(6) : 1
        let tail = random.once(in: 2) ? random.below(PageMap.sliceSize / 2) : 0
        wrong = model.allocate(sliceCount, alignment: alignment, tail: tail, isGiven: &isGiven)
        if !isGiven {
          failures += 1
          if !refuses { wrong = "refused by a source that gives" }
        }
      case 50..<94 where !model.live.isEmpty:
        wrong = model.free(at: index)
      case 94..<97 where !model.live.isEmpty:
        let slices = (1 + random.below(model.live[index].sliceCount)) * PageMap.sliceSize
        wrong = model.fit(at: index, to: slices - random.below(PageMap.sliceSize / 2))
      case 97 where !model.live.isEmpty:
        wrong = model.extend(at: index, by: 1 + random.below(8))
      case 98:
        wrong = model.trim(random.below(60) * PageMap.sliceSize)
      case 99:
        wrong = model.purge()
      default:
        break
      }
      if let wrong = wrong ?? (isGiven ? nil : model.check()) {
        return "seed \(seed), step \(step): \(wrong)"
      }
    }
    if refuses && failures == 0 { return "seed \(seed): nothing was ever refused" }
    return model.finish().map { "seed \(seed), at the end: \($0)" }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func randomTrace(seed: UInt64) {
    let model = PageHeapModel()
    #expect(trace(model, seed: seed, steps: 1000, refuses: false) == nil)
    model.releaseAll()
  }

  @Test(arguments: [11, 12, 13, 14, 15, 16] as [UInt64])
  func randomTraceWithRefusals(seed: UInt64) {
    let model = PageHeapModel()
    #expect(trace(model, seed: seed, steps: 1000, refuses: true, longest: 200) == nil)
    model.releaseAll()
  }

  /// Arenas behind one another, and across a border of 4 GiB between two leaves of the page map.
  @Test(arguments: [21, 22, 23] as [UInt64])
  func randomTraceInNeighbouringArenas(seed: UInt64) {
    let border = 0x2100_0000_0000 + UInt(seed) << 34
    let model = PageHeapModel(at: border - 2 << 20)
    #expect(trace(model, seed: seed, steps: 600, refuses: false, longest: 200) == nil)
    let arena = model.heap.pointee.arenas
    #expect(arena != nil && (arena?.pointee.start ?? 0) > border - 3 << 20)
    model.releaseAll()
  }

  @Test func neighbouringFreeRunsBecomeOne() {
    let model = PageHeapModel()
    var isGiven = false
    for _ in 0..<5 { #expect(model.allocate(3, isGiven: &isGiven) == nil) }
    for index in [1, 2, 0, 0, 0] { #expect(model.free(at: index) == nil) }
    let dirty = model.heap.pointee.dirty.firstHead(from: 0)
    #expect(dirty?.pointee.byteCount == 15 * PageMap.sliceSize)
    model.releaseAll()
  }

  /// What was freed first goes back first, and of a long run its end.
  @Test func trimGivesAsMuchAsIsAsked() {
    let model = PageHeapModel()
    var isGiven = false
    for _ in 0..<3 { #expect(model.allocate(20, isGiven: &isGiven) == nil) }
    let first = model.live[0].start
    #expect(model.free(at: 0) == nil)
    #expect(model.trim(5 * PageMap.sliceSize) == nil)
    let left = model.heap.pointee.dirty.firstHead(from: 0)
    #expect(left?.pointee.start == first && left?.pointee.byteCount == 15 * PageMap.sliceSize)
    #expect(model.trim(.max / 2) == nil)
    #expect(model.heap.pointee.dirty.byteCount == 0)
    model.releaseAll()
  }

  /// A long run takes what is dirty, and clean pages on either side of it.
  @Test func longRunsTakeDirtyPagesAndTheCleanOnesBesideThem() {
    let model = PageHeapModel()
    var isGiven = false
    for _ in 0..<3 { #expect(model.allocate(20, isGiven: &isGiven) == nil) }
    let start = model.live[0].start
    #expect(model.free(at: 1) == nil)
    #expect(model.purge() == nil)
    #expect(model.free(at: 0) == nil)
    #expect(model.allocate(32, isGiven: &isGiven) == nil)
    #expect(model.live.last?.start == start)
    #expect(model.heap.pointee.dirty.byteCount == 0)
    model.releaseAll()
  }

  @Test func dirtyRunsAreUsedBeforeCleanOnes() {
    let model = PageHeapModel()
    var isGiven = false
    #expect(model.allocate(2, isGiven: &isGiven) == nil)
    let start = model.live[0].start
    #expect(model.free(at: 0) == nil)
    #expect(model.allocate(2, isGiven: &isGiven) == nil)
    #expect(model.live[0].start == start)
    model.releaseAll()
  }

  @Test func purgedRunsAreZeroAndRefusedPurgesAreNot() {
    let model = PageHeapModel()
    var isGiven = false
    #expect(model.allocate(4, isGiven: &isGiven) == nil)
    #expect(model.free(at: 0) == nil)
    model.pages.refuse([.purge], after: 0)
    #expect(model.purge() == nil)
    #expect(model.heap.pointee.dirty.byteCount == 4 * PageMap.sliceSize)
    model.pages.refuseNothing()
    #expect(model.purge() == nil)
    #expect(model.heap.pointee.dirty.byteCount == 0)
    #expect(model.finish() == nil)
    model.releaseAll()
  }

  /// More runs than are purged at once: those that were refused keep no others from their turn.
  @Test(arguments: [40, 100])
  func aPurgeTriesEachRunOnce(refusedCount: Int) {
    let model = PageHeapModel()
    var isGiven = false
    for _ in 0..<200 { #expect(model.allocate(1, isGiven: &isGiven) == nil) }
    for index in 0..<100 { #expect(model.free(at: index) == nil) }
    model.pages.refuse([.purge], after: 0, atMost: refusedCount)
    let callCount = model.pages.callCount
    #expect(model.purge() == nil)
    #expect(model.pages.callCount - callCount == 100)
    #expect(model.heap.pointee.dirty.byteCount == refusedCount * PageMap.sliceSize)
    model.pages.refuseNothing()
    #expect(model.finish() == nil)
    model.releaseAll()
  }

  /// A run of 40 MiB is purged in pieces of 16, from its end. A piece that is refused is tried by slices, and the rest in
  /// front of refused ones waits for the next pass.
  @Test(arguments: [(0, 0), (1, 0), (30, 24 << 20 + 29 << 16), (.max, 40 << 20)])
  func aPurgeEndsWhereALongRunIsRefused(refusedCount: Int, kept: Int) {
    let model = PageHeapModel()
    var isGiven = false
    #expect(model.allocate(40 << 20 / PageMap.sliceSize, isGiven: &isGiven) == nil)
    #expect(model.free(at: 0) == nil)
    model.pages.refuse([.purge], after: 0, atMost: refusedCount)
    #expect(model.purge() == nil)
    #expect(model.heap.pointee.dirty.byteCount == kept)
    model.pages.refuseNothing()
    #expect(model.purge() == nil)
    #expect(model.heap.pointee.dirty.byteCount == 0)
    #expect(model.finish() == nil)
    model.releaseAll()
  }

  @Test func runsYoungerThanTheDelayStay() {
    let model = PageHeapModel(purgeDelay: 1000)
    var isGiven = false
    #expect(model.allocate(4, isGiven: &isGiven) == nil)
    #expect(model.allocate(1, isGiven: &isGiven) == nil)
    #expect(model.free(at: 0) == nil)
    let now = System.milliseconds
    let isDueAtOnce = model.heap.pointee.purgeDeadlineHasPassed(now)
    let purgedAtOnce = model.heap.pointee.purge(age: 1000, now: now, timesOut: true)
    #expect(!isDueAtOnce && purgedAtOnce == 0)
    let isDueLater = model.heap.pointee.purgeDeadlineHasPassed(now &+ 1001)
    let purgedLater = model.heap.pointee.purge(age: 1000, now: now &+ 1001, timesOut: true)
    #expect(isDueLater && purgedLater == 4 * PageMap.sliceSize)
    let isDueAfterwards = model.heap.pointee.purgeDeadlineHasPassed(now &+ 1001)
    #expect(!isDueAfterwards)
    #expect(model.check() == nil)
    model.releaseAll()
  }

  @Test func refusedArenasAreTriedSmaller() {
    let model = PageHeapModel()
    var isGiven = true
    model.pages.refuse([.reserve], after: 0)
    #expect(model.allocate(1, isGiven: &isGiven) == nil)
    #expect(!isGiven)
    model.pages.refuseNothing()
    #expect(model.allocate(1, isGiven: &isGiven) == nil)
    #expect(isGiven)
    model.releaseAll()
  }

  @Test func addressesAboveTheMapAreRefused() {
    let pages = TestPages()
    #expect(PageMap.record(1 << 48) == nil)
    #expect(PageMap.record(.max) == nil)
    #expect(!PageMap.cover(1 << 48, byteCount: PageMap.sliceSize, pages: pages))
    #expect(!PageMap.cover(1 << 48 - 1 << 16, byteCount: 2 * PageMap.sliceSize, pages: pages))
    #expect(PageMap.cover(1 << 46, byteCount: PageMap.sliceSize, pages: pages))
    #expect(PageMap.record(1 << 46) != nil)
  }
}
