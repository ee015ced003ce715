// Where a page heap's runs come from: arenas, ranges of addresses reserved from the system. They are
// inaccessible until they are committed, a mebibyte or more at once, from their beginning on.
//
//   | slice, inaccessible … page | committed … | page   reserved …   | slice |
//
//   arenas grow from 4 MiB to 1 GiB each (of large blocks from 64 MiB), so that a small program reserves little
//   and a large one has few mappings; where the system refuses, they shrink again down to what is needed
//
// A page before and one behind what is committed can be accessed, too, and nobody gets them: so each run has
// neighbours in its own mapping, and the attributes that an owner gave to a run show (PageHeap+Free).

import Platform

/// A range of reserved addresses.
package struct Arena {
  package internal(set) var start: UInt
  package internal(set) var byteCount: Int
  package internal(set) var next: UnsafeMutablePointer<Arena>?
}

extension PageHeap {
  static var largestArenaByteCount: Int { 1 << 30 }
  static var smallestArenaByteCount: Int { 1 << 20 }
  /// Committing is a system call that may split a mapping: not less than this at once.
  private static var commitByteCount: Int { 1 << 20 }

  // Of what is committed, as far as memory is to be had.
  private var commitAlignment: Int {
    settings.hugePages == .always && pages.canSeal ? Self.hugePageByteCount : PageMap.sliceSize
  }
  // Of arenas. One that goes when its heap ends has pages of the page map for itself, which go, too.
  private var arenaAlignment: Int {
    let reach = PageMap.pageReach
    let ends = settings.endsEarly || !Policy.isShared
    let fills = ends && pages.canSeal && reach <= Self.firstArenaByteCount(.spans)
    return max(fills ? reach : 0, commitAlignment)
  }
  private static var hugePageByteCount: Int { 2 << 20 }

  static func firstArenaByteCount(_ part: ResidentBudget.Part) -> Int {
    part == .spans ? 4 << 20 : 64 << 20
  }

  /// Commits at least `sliceCount` more slices as one clean run.
  mutating func grow(
    sliceCount: Int, _ metadata: UnsafeMutablePointer<MetadataAllocator<Policy>>
  ) -> Bool {
    let needed = sliceCount * PageMap.sliceSize
    if Int(bumpEnd - bumpNext) < needed {
      // The rest of the old arena is still good for smaller runs.
      if bumpEnd > bumpNext { _ = commit(byteCount: Int(bumpEnd - bumpNext)) }
      if !reserveArena(needed, metadata) { return false }
    }
    let left = Int(bumpEnd - bumpNext)
    let wanted = max(Self.commitByteCount, committedBytes / 16 & ~0xffff)
    // A huge page comes with the first access to its range, which lies in one mapping then.
    let step = min(left, (max(needed, wanted) + commitAlignment - 1) & ~(commitAlignment - 1))
    return commit(byteCount: step) || commit(byteCount: needed)
  }

  mutating func commit(byteCount: Int) -> Bool {
    let page = System.pageSize
    let start = bumpNext
    if !pages.commit(start - UInt(page), byteCount: byteCount + 2 * page) { return false }
    settings.adviseHugePages(pages, start, byteCount: byteCount)
    committedBytes += byteCount
    bumpNext += UInt(byteCount)
    if Policy.Observer.isOn { publishArenas(with: start, byteCount: byteCount) }
    insertCoalesced(start, byteCount, .freeClean, 0)
    return true
  }

  private mutating func reserveArena(
    _ needed: Int, _ metadata: UnsafeMutablePointer<MetadataAllocator<Policy>>
  ) -> Bool {
    guard let node = metadata.pointee.allocate(byteCount: MemoryLayout<Arena>.size) else {
      return false
    }
    // Where addresses are few, a small part of them at once.
    let share = System.addressLimit / 64 & ~0xffff
    var byteCount = max(min(arenaByteCount, share), needed)
    while true {
      if let start = reserve(byteCount: byteCount) {
        if PageMap.cover(start, byteCount: byteCount, pages: pages) {
          let arena = UnsafeMutablePointer<Arena>(bitPattern: node).unsafelyUnwrapped
          arena.initialize(to: Arena(start: start, byteCount: byteCount, next: arenas))
          arenas = arena
          bumpNext = start
          bumpEnd = start + UInt(byteCount)
          arenaByteCount = min(byteCount * 2, Self.largestArenaByteCount)
          return true
        }
        let slice = UInt(PageMap.sliceSize)
        _ = pages.release(start - slice, byteCount: byteCount + 2 * PageMap.sliceSize)
      }
      if byteCount == needed || byteCount <= Self.smallestArenaByteCount { break }
      byteCount = max(byteCount / 2 & ~0xffff, needed)
    }
    metadata.pointee.free(node, byteCount: MemoryLayout<Arena>.size)
    return false
  }

  // The beginning of an arena. The slices in front and behind keep arenas, and with them their runs, apart.
  private borrowing func reserve(byteCount: Int) -> UInt? {
    let alignment = arenaAlignment
    let mapping = pages.reserveAligned(
      byteCount: alignment + byteCount + PageMap.sliceSize, alignment: alignment)
    guard let mapping else { return nil }
    let inFront = alignment - PageMap.sliceSize
    if inFront > 0 { _ = pages.release(mapping, byteCount: inFront) }
    return mapping + UInt(alignment)
  }

  /// Whether the address is in an arena.
  package borrowing func contains(_ address: UInt) -> Bool {
    var next = arenas
    while let arena = next {
      if address &- arena.pointee.start < UInt(arena.pointee.byteCount) { return true }
      next = arena.pointee.next
    }
    return false
  }

  /// End of the committed part of the arena at `arena`.
  package borrowing func committedEnd(of arena: UnsafeMutablePointer<Arena>) -> UInt {
    let end = arena.pointee.start + UInt(arena.pointee.byteCount)
    return bumpEnd == end ? bumpNext : end
  }
}
