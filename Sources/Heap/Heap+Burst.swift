// What a burst leaves is given back while it is freed, in a process of one thread: nobody would do it when the program sleeps
// afterwards. In a process with threads the helper does (Helper).
//
//   a low     begins when less than half of what was in use lately seems to be left, and 48 MiB can be had: dirty
//             runs, and spans that were full. It ends when the program takes spans again.
//   a drain   is what gives the memory back in a low: each span that was full until now, or is empty now, lets
//             others give back their holes, and dirty runs their pages, some at a time. The last span that was full
//             is left alone: the program is just freeing it.
//   a wait    goes from the beginning of one drain to that of the next. It is short while lows are long: the memory
//             was free for a second or more, and the drain was right. After a drain whose memory was taken again
//             at once it is a hundred times what the drain cost, or more.

import Memory
import Platform
import Synchronization

/// The lows of a thread, in its cache.
package struct BurstDrain {
  /// Purge delays: a low that is as long was worth a drain; the wait after such a one; the shortest and the longest wait
  /// after another.
  private static var goodLow: UInt32 { 2 }
  private static var goodWait: UInt32 { 4 }
  private static var badWait: UInt32 { 32 }
  private static var longestWait: UInt32 { 128 }
  /// A page that goes back and is taken again costs some two microseconds. Two hundred times that is a wait of a
  /// millisecond for so many bytes.
  private static var bytesForMillisecond: Int { 10240 }

  /// Slices of spans that were full, or became empty, and of freed runs; and slices that were taken, since it began.
  fileprivate var freedCount = 0
  private var takenCount = 0
  private var isLow = false
  /// Whether the memory goes back.
  fileprivate var isOn = false
  /// The fewest partial spans since the last.
  private var fewestPartial = 0
  /// When the low began, when the program began to take spans again, and when the last drain began.
  private var beginning: UInt32 = 0
  private var takenTime: UInt32 = 0
  private var drainTime: UInt32 = 0
  /// Milliseconds; 0 before the first drain.
  private var wait: UInt32 = 0
  /// Bytes that went back in this low.
  private var byteCount = 0

  /// Another span serves malloc, or a run. Whether the program seems to be at work again, once in a low.
  @inline(__always)
  mutating func noteTaken(_ sliceCount: Int) -> Bool { isLow && noteTakenInLow(sliceCount) }

  @inline(never)
  private mutating func noteTakenInLow(_ sliceCount: Int) -> Bool {
    if takenCount > 16 {
      takenCount += sliceCount
      return false
    }
    takenTime = System.milliseconds
    takenCount += sliceCount
    return takenCount > 16
  }

  fileprivate mutating func noteDrained(_ byteCount: Int) { self.byteCount += byteCount }

  // A program that frees takes some, too.
  fileprivate var isOver: Bool { takenCount > 16 && takenCount > freedCount / 4 }

  /// Spans that were full when the last one ended, or later, and are not any more.
  fileprivate mutating func opened(of partialCount: Int) -> Int {
    fewestPartial = min(fewestPartial, partialCount)
    return partialCount - fewestPartial
  }

  /// Begins a low, if there is none, and a drain, unless the wait goes on.
  fileprivate mutating func begin(now: UInt32) {
    if !isLow {
      isLow = true
      beginning = now
      freedCount = 0
      byteCount = 0
    }
    if now &- drainTime < wait { return }
    drainTime = now
    isOn = true
  }

  fileprivate mutating func end(partialCount: Int, delay: Int) {
    let delay = max(UInt32(delay), 100)
    if takenTime &- beginning >= Self.goodLow * delay {
      wait = Self.goodWait * delay
    } else if isOn {
      let usual = min(max(wait * 4, Self.badWait * delay), Self.longestWait * delay)
      wait = max(usual, UInt32(clamping: byteCount / Self.bytesForMillisecond))
    }
    isLow = false
    isOn = false
    takenCount = 0
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

  // Not the cache of ended threads: several use it, and one that has a cache may be beside them.
  private func isAlone(_ cache: Cache) -> Bool {
    Policy.isShared && isProcess && threadCount <= 1 && cache != caches.shared && purgeDelay > 0
      && purgeDelay <= Self.longestDelay
  }

  /// A span of the cache that was full has a free block now, or one is empty. Slow path: busy.
  func noteFreed(_ span: State?, _ cache: Cache) {
    if !Policy.isShared { return }
    cache.pointee.drain.freedCount &+= 1
    if !cache.pointee.drain.isOn, cache.pointee.drain.freedCount & 15 != 0 { return }
    if !isAlone(cache) { return }
    if cache.pointee.drain.isOver { return endLow(cache) }
    if !cache.pointee.drain.isOn, !beginsDrain(cache) { return }
    // The one before it has been freed for longest without a look.
    var purged = 0
    if let span, span.list == .partial, let last = span.previous { purged = purgeHoles(of: last) }
    for _ in 0..<3 { if let next = nextDrained(cache) { purged += purgeHoles(of: next) } }
    if pageHeap.dirty.byteCount > Self.keptBytes { purged += pageHeap.trim(Self.drainedBytes) }
    noteDrained(purged, cache)
  }

  /// A medium or large block of so many slices was freed. Slow path: busy.
  func noteFreedApart(_ sliceCount: Int, _ cache: Cache?) {
    guard let cache, isAlone(cache) else { return }
    cache.pointee.drain.freedCount &+= sliceCount
    if cache.pointee.drain.isOver { return endLow(cache) }
    if !cache.pointee.drain.isOn, !beginsDrain(cache) { return }
    let purged = pageHeap.trim(pageHeap.dirty.byteCount)
    noteDrained(purged + large.runs.trim(large.runs.dirty.byteCount), cache)
  }

  private func noteDrained(_ byteCount: Int, _ cache: Cache) {
    cache.pointee.drain.noteDrained(byteCount)
    Policy.Observer.purged(.burst, byteCount)
  }

  private func beginsDrain(_ cache: Cache) -> Bool {
    let spanCount = cache.pointee.drain.opened(of: cache.pointee.partialCount)
    let opened = spanCount * PageMap.sliceSize
    if opened + budget.keptNow() < Self.leastDrained { return false }
    let now = System.milliseconds
    let use = budget.use(now: now)
    if use.now - opened > use.recently / 2 { return false }
    cache.pointee.drain.begin(now: now)
    if cache.pointee.drain.isOn { keepHoles(true) }
    return cache.pointee.drain.isOn
  }

  private func endLow(_ cache: Cache) {
    cache.pointee.drain.end(partialCount: cache.pointee.partialCount, delay: purgeDelay)
    keepHoles(false)
  }

  /// The cache's thread takes so many slices.
  @inline(__always)
  func noteTaken(_ sliceCount: Int, _ cache: Cache) {
    if Policy.isShared, cache.pointee.drain.noteTaken(sliceCount) { keepHoles(false) }
  }

  /// The system is to let holes be, or may make huge pages of them again.
  func keepHoles(_ wanted: Bool) {
    if storage.pointee.keepsHoles.exchange(wanted, ordering: .relaxed) == wanted { return }
    pageHeap.allowHugePages(!wanted)
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
