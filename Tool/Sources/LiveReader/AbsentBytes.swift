// How much of what the heap accounts for is not in memory, and where: the pages of each slice of the arenas, and of each
// large block, as the process published them, against what the system has of them.
//
//   small blocks     of the pages of their spans, the live blocks have what there is first
//   medium, large    what was not asked for is absent first: whole pages at a block's end
//   free slices      dirty ones have what there is first; the rest is in huge pages
//
// What cannot be looked up (mappings of freed large blocks, large blocks without a row, the heap's records) counts whole.
// A damaged file can claim everything: ranges that are more than the process has mapped, or more than a tebibyte, are
// not looked at.

import CLive

/// What of a heap is not resident, in bytes, and what is.
package struct AbsentBytes: Sendable, Equatable {
  package private(set) var freeBlocks = 0
  package private(set) var freeSpans = 0
  package private(set) var purgeable = 0
  /// Behind what was asked for of medium and large blocks.
  package private(set) var tails = 0
  /// Of what was asked for.
  package private(set) var untouched = 0
  /// Present, though free and given back.
  package private(set) var hugePages = 0
  /// Bytes of the heap that are in memory.
  package private(set) var resident = 0

  private static let greatestBytes = 1 << 40
  private static let sliceBytes = 65536
  private static let kindCount = 5

  /// Of a running process; nil when the system does not let us look.
  package init?(of snapshot: Snapshot, root: String = "/proc") {
    if snapshot.isDebugHeap && snapshot.arenas.isEmpty {
      resident =
        snapshot[SWIFTMALLOC_LIVE_RESIDENT].now +| snapshot[SWIFTMALLOC_LIVE_OVERHEAD].now
      return
    }
    guard
      var pages = PresentPages(snapshot.processID, pageSize: snapshot.pageSize, root: root)
    else { return nil }
    let claimed =
      snapshot.arenas.map(\.committedBytes).boundedSum
      +| snapshot.large.map(\.givenBytes).boundedSum
    let mapped = ProcessFacts(root: root).mappedBytes(snapshot.processID) ?? 0
    guard claimed <= min(AbsentBytes.greatestBytes, mapped) else { return nil }
    guard addLarge(snapshot, &pages) else { return nil }
    if snapshot.isDebugHeap {
      guard addDebugHeap(snapshot, &pages) else { return nil }
    } else {
      guard addArenas(snapshot, &pages) else { return nil }
      resident =
        resident +| snapshot[SWIFTMALLOC_LIVE_LARGE_CACHED].now
        +| snapshot[SWIFTMALLOC_LIVE_METADATA].now
    }
  }

  private mutating func addDebugHeap(_ snapshot: Snapshot, _ pages: inout PresentPages) -> Bool {
    resident = resident +| snapshot[SWIFTMALLOC_LIVE_OVERHEAD].now
    for arena in snapshot.arenas {
      guard let present = pages.bytes(arena.start, arena.committedBytes) else { return false }
      resident = resident +| present
    }
    return true
  }

  private mutating func addArenas(_ snapshot: Snapshot, _ pages: inout PresentPages) -> Bool {
    var held = [Int](repeating: 0, count: AbsentBytes.kindCount)
    var isTold = true
    for arena in snapshot.arenas where arena.committedBytes > 0 {
      let slices = arena.slices
      if slices.isEmpty { isTold = false }
      let isKnown = pages.forEachPart(
        arena.start, arena.committedBytes, of: AbsentBytes.sliceBytes
      ) { slice, present in
        let kind = slice < slices.count ? Int(slices[slice]) : 0
        let place = kind < held.count ? kind : 0
        held[place] = held[place] +| present
      }
      if !isKnown { return false }
    }
    resident = resident +| held.boundedSum
    if isTold { compare(snapshot, held) }
    return true
  }

  private mutating func compare(_ snapshot: Snapshot, _ present: [Int]) {
    func held(_ kind: swiftmalloc_live_slice) -> Int { present[Int(kind.rawValue)] }
    let smallHeld = held(SWIFTMALLOC_LIVE_SLICE_SMALL)
    let live = snapshot.smallBytes
    let free = (snapshot[SWIFTMALLOC_LIVE_SMALL_SPANS].now -| live).atLeastZero
    freeBlocks = (free -| (smallHeld -| live).atLeastZero).atLeastZero
    untouched = untouched +| (live -| smallHeld).atLeastZero

    let medium = snapshot.givenBytes(ofClass: snapshot.smallClassCount)
    let mediumAbsent = (medium -| held(SWIFTMALLOC_LIVE_SLICE_MEDIUM)).atLeastZero
    let slack = (medium -| snapshot.sums[snapshot.smallClassCount].liveBytes).atLeastZero
    add(mediumAbsent, tail: slack)

    let stashed = snapshot[SWIFTMALLOC_LIVE_STASHED].now
    freeSpans = (stashed -| held(SWIFTMALLOC_LIVE_SLICE_STASHED)).atLeastZero
    let dirty = snapshot[SWIFTMALLOC_LIVE_DIRTY].now +| snapshot[SWIFTMALLOC_LIVE_PURGING].now
    let freeHeld = held(SWIFTMALLOC_LIVE_SLICE_FREE)
    purgeable = (dirty -| freeHeld).atLeastZero
    hugePages = (freeHeld -| dirty).atLeastZero
  }

  private mutating func addLarge(_ snapshot: Snapshot, _ pages: inout PresentPages) -> Bool {
    for block in snapshot.large {
      guard let present = pages.bytes(block.address, block.givenBytes) else { return false }
      resident = resident +| present
      let slack = (block.givenBytes -| block.requestedBytes).atLeastZero
      add((block.givenBytes -| present).atLeastZero, tail: slack & ~(snapshot.pageSize - 1))
    }
    let listed = snapshot.large.map(\.givenBytes).boundedSum
    let unlisted = (snapshot[SWIFTMALLOC_LIVE_LARGE_BYTES].now -| listed).atLeastZero
    resident = resident +| (snapshot.largeUnlisted > 0 ? unlisted : 0)
    return true
  }

  private mutating func add(_ absent: Int, tail: Int) {
    let ofTail = min(absent, tail)
    tails = tails +| ofTail
    untouched = untouched +| (absent - ofTail)
  }
}
