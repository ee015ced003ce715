// A random trace over a whole heap: one thread plays several, allocates, frees what others
// allocated, resizes, trims, ends and begins threads, while memory is refused now and then.

import CShims
import Heap
import Memory
import Platform
import Statistics
import TestPages

struct HeapTrace {
  let test: TestHeap
  var random: SeededRandom
  var threads: [TestHeap.Thread] = [.ended]
  var live: [TestBlock] = []
  var refuses = false
  /// Longest size of most blocks, and whether medium and large ones are wanted.
  var smallLimit = 1024
  var wantsLarge = true
  private var nextID: UInt64 = 1

  init(_ test: TestHeap, seed: UInt64) {
    self.test = test
    random = SeededRandom(seed: seed)
  }

  private mutating func randomSize() -> Int {
    switch random.below(wantsLarge ? 100 : 96) {
    case 0..<70: random.below(smallLimit)
    case 70..<96: random.below(SizeClasses.largestBlock + 1)
    case 96..<99: random.below(1 << 20)
    default: random.below(2 * Heap<TestPolicy>.largestMedium)
    }
  }

  /// Does one thing as one of the threads; what was wrong, or nil.
  mutating func step() -> String? {
    if refuses {
      if random.once(in: 40) {
        let kinds = TestPages.Call.allCases.filter { _ in random.once(in: 2) }
        test.pages.refuse(kinds, after: random.below(3))
      } else if random.once(in: 15) {
        test.pages.refuseNothing()
      }
    }
    test.thread = threads[random.below(threads.count)]
    switch random.below(1000) {
    case 0..<520: return allocate(randomSize())
    case 520..<560: return allocateAligned()
    case 560..<940: return free()
    case 940..<975: return reallocate()
    case 975..<979: _ = test.heap.trim()
    case 979..<990 where threads.count < 6:
      if let thread = test.makeThread() { threads.append(thread) }
    case 990..<996 where threads.count > 2:
      test.end(threads.remove(at: 1 + random.below(threads.count - 1)))
    default: return freeMany()
    }
    return nil
  }

  private mutating func note(_ address: UInt, _ byteCount: Int) -> String? {
    let usable = test.heap.usableSize(address)
    if usable < byteCount { return "usable size \(usable) of a block of \(byteCount)" }
    // All of what is usable is filled.
    live.append(TestBlock(address, byteCount: usable, id: nextID))
    nextID += 1
    return nil
  }

  mutating func allocate(_ byteCount: Int) -> String? {
    let block = test.allocate(byteCount)
    if block.address == 0 { return refuses ? nil : "no block of \(byteCount) bytes" }
    if block.address % 16 != 0 { return "block not aligned to 16" }
    if block.isZero, !TestBlock.isZero(block.address, byteCount: byteCount) {
      return "block said to be zero is not"
    }
    return note(block.address, byteCount)
  }

  private mutating func allocateAligned() -> String? {
    let alignment = 1 << random.below(random.once(in: 8) ? 23 : 14)
    let byteCount = randomSize()
    let block = test.heap.allocate(byteCount, alignment: alignment)
    if block.address == 0 { return refuses ? nil : "no block of \(byteCount) at \(alignment)" }
    if block.address % UInt(alignment) != 0 { return "block not aligned to \(alignment)" }
    return note(block.address, byteCount)
  }

  mutating func free() -> String? {
    if live.isEmpty { return nil }
    // Often one of the oldest or newest, so that some spans empty and others linger.
    let index =
      switch random.below(3) {
      case 0: live.count - 1
      case 1: random.below(min(live.count, 20))
      default: random.below(live.count)
      }
    let block = live[index]
    live.swapAt(index, live.count - 1)
    live.removeLast()
    if !block.isIntact { return "a live block of \(block.byteCount) bytes was overwritten" }
    test.free(block.address)
    return nil
  }

  private mutating func freeMany() -> String? {
    for _ in 0..<random.below(60) {
      if random.once(in: 4) { test.thread = threads[random.below(threads.count)] }
      if let wrong = free() { return wrong }
    }
    return nil
  }

  private mutating func reallocate() -> String? {
    if live.isEmpty { return nil }
    let block = live.remove(at: random.below(live.count))
    let byteCount = max(1, randomSize())
    let address = test.heap.reallocate(block.address, to: byteCount)
    if address == 0 {
      live.append(block)
      if !refuses { return "realloc refused" }
      return block.isIntact ? nil : "a block was changed by a failed realloc"
    }
    if !block.isIntact(movedTo: address, count: byteCount) {
      return "realloc from \(block.byteCount) to \(byteCount) lost contents"
    }
    return note(address, byteCount)
  }

  /// Frees everything by all threads in turn, ends them, trims; what is wrong then, or nil.
  mutating func finish() -> String? {
    test.pages.refuseNothing()
    while !live.isEmpty {
      test.thread = threads[random.below(threads.count)]
      if let wrong = free() { return wrong }
    }
    if let wrong = test.heap.checkInvariants() { return "all freed: \(wrong)" }
    for thread in threads { test.end(thread) }
    if let shared = test.heap.storage.pointee.caches.shared {
      test.heap.storage.pointee.caches.shared = nil
      test.heap.abandonAll(shared)
    }
    // A run of which the purge was refused a moment ago is stamped with the next millisecond.
    swiftmalloc_pause(2)
    _ = test.heap.trim()
    return test.problemOfAnEmptyHeap
  }
}

extension TestHeap {
  /// What is left in the heap though all was freed, all threads ended, and it was trimmed; or nil.
  var problemOfAnEmptyHeap: String? {
    if let wrong = heap.checkInvariants() { return "at the end: \(wrong)" }
    let census = heap.census()
    if census.liveCount != 0 { return "\(census.liveCount) live blocks at the end" }
    if census.smallFreeBytes != 0 { return "\(census.smallFreeBytes) bytes in spans at the end" }
    if census.threadCacheCount != 0 { return "\(census.threadCacheCount) caches at the end" }
    if census.freeBytes != 0 { return "\(census.freeBytes) bytes resident at the end" }
    return nil
  }
}
