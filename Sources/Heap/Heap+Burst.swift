// What a burst leaves is given back while it is freed, in a process of one thread: nobody would do it when the program sleeps
// afterwards. In a process with threads the helper does (Helper).
//
//   a drain   begins when less than half of what was in use lately seems to be left, and 48 MiB can be had: dirty
//             runs, and spans that were full. From then on each span that was full until now, or is empty now, lets
//             others give back their holes, and dirty runs their pages, some at a time. The last span that was full
//             is left alone: the program is just freeing it. A drain ends when the program takes spans again.
//   a wait    goes from the beginning of one drain to that of the next: four purge delays, and each time four times
//             as long, up to 64, so that a program that repeats its burst pays for few; after eight times as long it
//             is the first wait again.

import Memory
import Platform
import Synchronization

package struct BurstDrain {
  /// Slices of spans that were full, or became empty, and of freed runs; and slices that were taken, since it began.
  fileprivate var freedCount = 0
  private var takenCount = 0
  fileprivate var isOn = false
  /// The fewest partial spans since the last.
  private var fewestPartial = 0
  private var beginning: UInt32 = 0
  /// Milliseconds; 0 before the first.
  private var wait: UInt32 = 0

  /// Another span serves malloc, or a run.
  @inline(__always)
  mutating func noteTaken(_ sliceCount: Int) { if isOn { takenCount += sliceCount } }

  // A program that frees takes some, too.
  fileprivate var isOver: Bool { takenCount > 16 && takenCount > freedCount / 4 }

  /// Spans that were full when the last one ended, or later, and are not any more.
  fileprivate mutating func opened(of partialCount: Int) -> Int {
    fewestPartial = min(fewestPartial, partialCount)
    return partialCount - fewestPartial
  }

  /// Begins, unless the wait goes on. `delay` is the purge delay.
  fileprivate mutating func begin(now: UInt32, delay: Int) {
    let passed = now &- beginning
    if passed < wait { return }
    let first = max(UInt32(delay) * 4, 400)
    wait = wait == 0 || passed / 8 > wait ? first : min(wait * 4, first * 16)
    beginning = now
    freedCount = 0
    takenCount = 0
    isOn = true
  }

  fileprivate mutating func end(partialCount: Int) {
    isOn = false
    fewestPartial = partialCount
  }
}

extension Heap {
  private static var leastDrained: Int { 48 << 20 }
  /// Dirty bytes that are left for new spans, and those that go back at once.
  private static var keptBytes: Int { 1 << 20 }
  private static var drainedBytes: Int { 4 << 20 }

  /// Milliseconds: who wants a longer purge delay wants to keep what was freed.
  private static var longestDelay: Int { 2000 }

  private var isAlone: Bool {
    Policy.isShared && caches.count <= 1 && purgeDelay > 0 && purgeDelay <= Self.longestDelay
  }

  /// A span of the cache that was full has a free block now, or one is empty. Slow path: busy.
  func noteFreed(_ span: State?, _ cache: Cache) {
    if !isAlone { return }
    storage.pointee.drain.freedCount &+= 1
    if !storage.pointee.drain.isOn {
      if storage.pointee.drain.freedCount & 15 != 0 || !beginsDrain(cache) { return }
    }
    if storage.pointee.drain.isOver { return endDrain(cache) }
    // The one before it has been freed for longest without a look.
    var purged = 0
    if let span, span.list == .partial, let last = span.previous { purged = purgeHoles(of: last) }
    for _ in 0..<3 { if let next = nextDrained(cache) { purged += purgeHoles(of: next) } }
    if pageHeap.dirty.byteCount > Self.keptBytes { purged += pageHeap.trim(Self.drainedBytes) }
    Policy.Observer.purged(.burst, purged)
  }

  /// A medium or large block of so many slices was freed. Slow path: busy.
  func noteFreedApart(_ sliceCount: Int, _ cache: Cache?) {
    if !isAlone { return }
    storage.pointee.drain.freedCount &+= sliceCount
    if !storage.pointee.drain.isOn, !beginsDrain(cache) { return }
    if storage.pointee.drain.isOver { return endDrain(cache) }
    let purged = pageHeap.trim(pageHeap.dirty.byteCount)
    Policy.Observer.purged(.burst, purged + large.runs.trim(large.runs.dirty.byteCount))
  }

  private func beginsDrain(_ cache: Cache?) -> Bool {
    let spanCount = storage.pointee.drain.opened(of: cache?.pointee.partialCount ?? 0)
    let opened = spanCount * PageMap.sliceSize
    if opened + budget.keptNow() < Self.leastDrained { return false }
    let now = System.milliseconds
    let use = budget.use(now: now)
    if use.now - opened > use.recently / 2 { return false }
    storage.pointee.drain.begin(now: now, delay: purgeDelay)
    if storage.pointee.drain.isOn { keepHoles(true) }
    return storage.pointee.drain.isOn
  }

  private func endDrain(_ cache: Cache?) {
    storage.pointee.drain.end(partialCount: cache?.pointee.partialCount ?? 0)
    keepHoles(false)
  }

  /// The system is to let holes be, or may make huge pages of them again. By one thread at a time.
  func keepHoles(_ wanted: Bool) {
    if storage.pointee.keepsHoles == wanted { return }
    storage.pointee.keepsHoles = wanted
    pageHeap.adviseHugePages(!wanted)
  }

  private func purgeHoles(of state: State) -> Int { purge(state.holes(), of: state) }

  // The partial span behind the one that it gave last, in the order of the classes; nil at the end of them all.
  private func nextDrained(_ cache: Cache) -> State? {
    while cache.pointee.nextLooked == nil {
      let sizeClass = cache.pointee.lookClass
      if sizeClass == classes.count {
        cache.pointee.lookClass = 0
        return nil
      }
      cache.pointee.lookClass = sizeClass + 1
      cache.pointee.nextLooked = cache.pointee.partial[sizeClass]
    }
    let state = cache.pointee.nextLooked
    cache.pointee.nextLooked = state?.next
    return state
  }
}
