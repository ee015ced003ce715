// Giving addresses back. What a wave of blocks needed would stay reserved otherwise: a program
// under a limit of addresses could not map anything else, or start threads. A long clean run goes,
// and what is left of its arena is one arena or two:
//
//   | in use |            clean run            | in use |        | in use | page … slice |    gone    | slice … page | in use |
//
// A slice at its ends stays reserved, as between all arenas: of it a page can be accessed
// (PageHeap+Arenas). At the end of an arena the run goes with the slices behind, and with what is
// not committed yet.
//
// Under the lock only lists are changed. The system is called without it, when nobody knows of the
// addresses any more.

import Platform
import Synchronization

extension PageHeap {
  /// Runs whose addresses go back together.
  private static var rangeLimit: Int { 16 }
  // Less is not worth the mappings that arenas of several pieces have.
  private static var leastByAge: Int { 32 << 20 }
  private static var leastAtOnce: Int { 4 << 20 }

  /// Gives back the addresses of long clean runs, after a purge; with `atOnce` of shorter ones. The
  /// same of what the newest arena has not committed. Returns the bytes.
  @discardableResult
  package mutating func releaseAddresses(
    atOnce: Bool, _ metadata: UnsafeMutablePointer<MetadataAllocator<Policy>>
  ) -> Int {
    // Memory of a program's own stays with the heap.
    if !pages.canSeal { return 0 }
    // Where addresses are few, arenas are short.
    let share = max(System.addressLimit / 64 & ~0xffff, Self.smallestArenaByteCount)
    let least = min(atOnce ? Self.leastAtOnce : Self.leastByAge, share)
    return releaseAddresses(least: least, atOnce: atOnce, metadata)
  }

  /// The same by age, whoever purged: not at once again in so many milliseconds.
  package mutating func releaseOldAddresses(
    age: UInt32, now: UInt32, _ metadata: UnsafeMutablePointer<MetadataAllocator<Policy>>
  ) {
    let last = releaseTime.load(ordering: .relaxed)
    if now &- last < max(age, 10) || clean.byteCount == 0 { return }
    releaseTime.store(now, ordering: .relaxed)
    releaseAddresses(atOnce: false, metadata)
  }

  private mutating func releaseAddresses(
    least: Int, atOnce: Bool, _ metadata: UnsafeMutablePointer<MetadataAllocator<Policy>>
  ) -> Int {
    var released = 0
    var count = Self.rangeLimit
    while count == Self.rangeLimit {
      var ranges = InlineArray<16, FreedRange?>(repeating: nil)
      gate.enter()
      defer { gate.leave() }
      count = takeRanges(&ranges, least, atOnce: atOnce, metadata)
      for index in 0..<count {
        if let range = ranges[index], release(range) { released += range.byteCount }
      }
    }
    return released
  }

  /// Purges everything and gives all addresses back that can be had; true when there were some.
  package mutating func releaseArenas(
    _ metadata: UnsafeMutablePointer<MetadataAllocator<Policy>>
  ) -> Bool {
    purge(age: 0, now: System.milliseconds, timesOut: false)
    return releaseAddresses(
      least: Self.smallestArenaByteCount, atOnce: true, metadata) > 0
  }

  // MARK: Lists

  private mutating func takeRanges(
    _ ranges: inout InlineArray<16, FreedRange?>, _ least: Int, atOnce: Bool,
    _ metadata: UnsafeMutablePointer<MetadataAllocator<Policy>>
  ) -> Int {
    lock.lock()
    defer { unlock() }
    var count = 0
    // By age an arena that is grown into stays.
    if let range = takeUncommitted(least, of: atOnce ? least : max(least, committedBytes)) {
      ranges[0] = range
      count = 1
    }
    var next = part == .largeBlocks ? arenas : nil
    while count < Self.rangeLimit, let arena = next {
      next = arena.pointee.next
      let run = PageMap.knownRecord(arena.pointee.start)
      guard isAllOf(arena, run), let range = take(run, metadata) else { continue }
      ranges[count] = range
      count += 1
    }
    var bin = RunBins.bin(max(least / PageMap.sliceSize, 3))
    while count < Self.rangeLimit, let first = clean.firstHead(from: bin) {
      bin = RunBins.bin(first.pointee.byteCount / PageMap.sliceSize) + 1
      var candidate: UnsafeMutablePointer<SpanRecord>? = first
      while count < Self.rangeLimit, let run = candidate {
        candidate = run.pointee.next
        if run.pointee.byteCount < least || !atOnce && isGrownInto(run) { continue }
        guard let range = take(run, metadata) else { continue }
        ranges[count] = range
        count += 1
      }
    }
    if count > 0 {
      // The next one is as long as all that are left, as for a program that has needed no more yet.
      arenaByteCount = max(reservedBytes, Self.firstArenaByteCount(part))
      if Policy.Observer.isOn { publishArenas() }
    }
    return count
  }

  // Whether it is what the heap has committed last, a sixteenth at once.
  private borrowing func isGrownInto(_ run: UnsafeMutablePointer<SpanRecord>) -> Bool {
    run.pointee.start + UInt(run.pointee.byteCount) == bumpNext
      && run.pointee.byteCount < committedBytes / 8
  }

  // Whether the arena holds one clean run and nothing else: it goes, however short it is.
  private borrowing func isAllOf(
    _ arena: UnsafeMutablePointer<Arena>, _ run: UnsafeMutablePointer<SpanRecord>
  ) -> Bool {
    let end = committedEnd(of: arena)
    return end > arena.pointee.start && run.pointee.kind == .freeClean
      && run.pointee.start == arena.pointee.start
      && run.pointee.byteCount == Int(end - arena.pointee.start)
  }

  private var reservedBytes: Int {
    borrowing get {
      var sum = 0
      var next = arenas
      while let arena = next {
        sum += arena.pointee.byteCount
        next = arena.pointee.next
      }
      return min(sum, Self.largestArenaByteCount)
    }
  }

  private mutating func takeUncommitted(_ least: Int, of wanted: Int) -> FreedRange? {
    if Int(bumpEnd - bumpNext) < max(wanted, 3 * PageMap.sliceSize) { return nil }
    guard let arena = arena(of: bumpEnd - 1).arena else { return nil }
    if bumpNext == arena.pointee.start || endsWithRun(of: least) { return nil }
    let slice = UInt(PageMap.sliceSize)
    let range = FreedRange(
      start: bumpNext, end: bumpNext, releasedStart: bumpNext + slice, releasedEnd: bumpEnd + slice)
    arena.pointee.byteCount = Int(bumpNext - arena.pointee.start)
    bumpEnd = bumpNext
    return range
  }

  // Whether a clean run of so many bytes is the last of what is committed: then it goes together
  // with what is not.
  private borrowing func endsWithRun(of least: Int) -> Bool {
    guard let last = PageMap.record(bumpNext - 1), last.pointee.kind == .freeClean else {
      return false
    }
    return PageMap.knownRecord(last.pointee.start).pointee.byteCount >= least
  }

  // Takes a clean run out of its arena, which is shorter then, or two, or none. Nil when there is
  // no memory for a second one.
  private mutating func take(
    _ run: UnsafeMutablePointer<SpanRecord>,
    _ metadata: UnsafeMutablePointer<MetadataAllocator<Policy>>
  ) -> FreedRange? {
    let start = run.pointee.start
    let end = start + UInt(run.pointee.byteCount)
    let (found, before) = arena(of: start)
    guard let arena = found else { return nil }
    let arenaEnd = arena.pointee.start + UInt(arena.pointee.byteCount)
    let isFirst = start == arena.pointee.start
    let isLast = end == committedEnd(of: arena)
    if !isFirst, !isLast {
      guard let node = metadata.pointee.allocate(byteCount: MemoryLayout<Arena>.size) else {
        return nil
      }
      let behind = UnsafeMutablePointer<Arena>(bitPattern: node).unsafelyUnwrapped
      behind.initialize(
        to: Arena(start: end, byteCount: Int(arenaEnd - end), next: arena.pointee.next))
      arena.pointee.next = behind
    }
    clean.remove(run)
    committedBytes -= Int(end - start)
    // No neighbour is to join it. What is between is forgotten without the lock.
    forget(start)
    forget(end - UInt(PageMap.sliceSize))
    if isLast, bumpEnd == arenaEnd {
      bumpNext = 0
      bumpEnd = 0
    }
    if !isFirst {
      arena.pointee.byteCount = Int(start - arena.pointee.start)
    } else if !isLast {
      arena.pointee.start = end
      arena.pointee.byteCount = Int(arenaEnd - end)
    } else {
      if let before {
        before.pointee.next = arena.pointee.next
      } else {
        arenas = arena.pointee.next
      }
      metadata.pointee.free(UInt(bitPattern: arena), byteCount: MemoryLayout<Arena>.size)
    }
    let slice = UInt(PageMap.sliceSize)
    return FreedRange(
      start: start, end: end, releasedStart: isFirst ? start - slice : start + slice,
      releasedEnd: isLast ? arenaEnd + slice : end - slice)
  }

  private borrowing func arena(
    of address: UInt
  ) -> (arena: UnsafeMutablePointer<Arena>?, before: UnsafeMutablePointer<Arena>?) {
    var before: UnsafeMutablePointer<Arena>?
    var next = arenas
    while let arena = next {
      if address &- arena.pointee.start < UInt(arena.pointee.byteCount) { return (arena, before) }
      before = arena
      next = arena.pointee.next
    }
    return (nil, nil)
  }
}
