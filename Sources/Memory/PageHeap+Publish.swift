// What a page heap tells its observer: the amounts, the arenas, and what each slice is used for. Under its lock.

extension PageHeap {
  /// Whether arenas and slices are told one by one. Large blocks are: those of the other part.
  private var tellsSlices: Bool { part == .spans }

  @inline(never)
  borrowing func publish() {
    if !tellsSlices {
      Policy.Observer.set(.largeKept, dirty.byteCount + purgingBytes)
      return
    }
    Policy.Observer.set(.committed, committedBytes)
    Policy.Observer.set(.used, usedBytes)
    Policy.Observer.set(.dirty, dirty.byteCount)
    Policy.Observer.set(.clean, clean.byteCount)
    Policy.Observer.set(.purging, purgingBytes)
  }

  /// A part of a run is used for this now.
  @inline(__always)
  borrowing func publish(_ use: SliceUse, _ start: UInt, byteCount: Int) {
    if tellsSlices { Policy.Observer.use(start, byteCount: byteCount, for: use) }
  }

  /// There are more free slices, from `start` on.
  borrowing func publishArenas(with start: UInt, byteCount: Int) {
    if !tellsSlices { return }
    publishArenas()
    Policy.Observer.cover(start, byteCount: byteCount)
  }

  // Newest last, as far as there are rows.
  borrowing func publishArenas() {
    if !tellsSlices { return }
    var count = 0
    var next = arenas
    while let arena = next {
      count += 1
      next = arena.pointee.next
    }
    Policy.Observer.setArenaCount(count)
    next = arenas
    while let arena = next {
      count -= 1
      let start = arena.pointee.start
      Policy.Observer.setArena(
        count, start: start, committedBytes: Int(committedEnd(of: arena) - start))
      next = arena.pointee.next
    }
  }

  /// Tells the observer of a forked child, which has forgotten it, what each slice is used for.
  package borrowing func publishSlices() {
    Policy.Observer.coverAgain()
    var next = arenas
    while let arena = next {
      next = arena.pointee.next
      let end = committedEnd(of: arena)
      Policy.Observer.cover(arena.pointee.start, byteCount: Int(end - arena.pointee.start))
      var address = arena.pointee.start
      while address < end {
        let record = PageMap.knownRecord(address)
        let byteCount = max(record.pointee.byteCount, PageMap.sliceSize)
        Policy.Observer.use(address, byteCount: byteCount, for: record.pointee.kind.use)
        address += UInt(byteCount)
      }
    }
  }
}

extension SpanKind {
  fileprivate var use: SliceUse {
    switch self {
    case .small: .small
    case .medium, .continuation: .medium
    case .stashed: .stashed
    case .metadata: .metadata
    default: .free
    }
  }
}
