// Runs of slices, for spans and for blocks of more than one span. A free run is dirty (its pages
// hold old contents and are resident) or clean (its pages read as zero and cost nothing); free
// neighbours of one kind are one run, found by the records at a run's two ends. Dirty runs are
// used again first, and become clean when they are older than the purge delay (PageHeap+Purge).
//
//   arena   | run | run | free run | run | …   bumpNext  (not committed)  bumpEnd |
//   committedBytes = usedBytes + dirty.byteCount + clean.byteCount + purgingBytes
//
// Everything here runs under `lock`. Runs are purged without it; only reserving, committing, giving tails of
// blocks back (PageHeap+Tails) and, when the system has no more, releasing arenas call the kernel while it is held.

import Platform
import Synchronization

package struct PageHeap<Policy: PagePolicy>: ~Copyable {
  package typealias Pages = Policy.Pages

  package let lock = HeapLock<Policy>(.pageHeapLock)
  /// What forks wait for while runs are in no list.
  package let gate = ForkGate<Policy>()
  package let pages: Pages
  package let settings: PageHeapSettings
  package let part: ResidentBudget.Part
  private let budget: UnsafeMutablePointer<ResidentBudget>?
  package var dirty = RunBins()
  package var clean = RunBins()
  package var purgingBytes = 0
  package internal(set) var usedBytes = 0
  package internal(set) var committedBytes = 0
  /// Largest value that usedBytes had.
  package private(set) var peakUsedBytes = 0
  /// All arenas, newest first.
  package internal(set) var arenas: UnsafeMutablePointer<Arena>?
  /// Blocks whose tails have contents (PageHeap+Tails), and of medium ones the list.
  package internal(set) var tailCount = 0
  var firstTail: UnsafeMutablePointer<SpanRecord>?
  var lastTail: UnsafeMutablePointer<SpanRecord>?
  /// When the heap was used last, in `System.milliseconds`.
  private(set) var lastTime: UInt32 = 0
  // Partner is every tick of every thread: read without the lock.
  package let purgeIsDue = Atomic<Bool>(false)
  package let purgeDeadline = Atomic<UInt32>(0)
  /// When addresses were given back last.
  let releaseTime = Atomic<UInt32>(0)
  // The part of the newest arena that is not committed yet, and the next arena's length.
  var bumpNext: UInt = 0
  var bumpEnd: UInt = 0
  var arenaByteCount: Int

  /// - Parameter budget: what bounds the dirty runs, together with others; nil: their age alone.
  package init(
    pages: Pages, settings: PageHeapSettings, part: ResidentBudget.Part = .spans,
    budget: UnsafeMutablePointer<ResidentBudget>? = nil
  ) {
    self.pages = pages
    self.settings = settings
    self.part = part
    self.budget = budget
    arenaByteCount = Self.firstArenaByteCount(part)
  }

  /// A run of `sliceCount` slices whose first address is a multiple of `alignment` slices; all its
  /// records are set: `medium` at the head, `continuation` behind. Nil when the system or the limit has no more,
  /// or when `grows` is false and no free run is long enough. Of a block so many bytes are `usable`; nil: all.
  package mutating func allocate(
    sliceCount: Int, alignment: Int = 1, grows: Bool = true, usable: Int? = nil,
    metadata: UnsafeMutablePointer<MetadataAllocator<Policy>>
  ) -> Run? {
    lock.lock()
    defer { unlock() }
    let run = takeRun(sliceCount, alignment, grows: grows, metadata)
    if let run, let usable {
      let hasContents = run.dirtyByteCount > System.roundUpToPage(usable)
      setUsable(run.record, usable, hasContents: hasContents)
    }
    return run
  }

  private mutating func takeRun(
    _ sliceCount: Int, _ alignment: Int, grows: Bool,
    _ metadata: UnsafeMutablePointer<MetadataAllocator<Policy>>
  ) -> Run? {
    if !allows(sliceCount * PageMap.sliceSize) { return nil }
    if sliceCount >= Self.placedSliceCount, alignment == 1,
      let run = allocatePlaced(sliceCount * PageMap.sliceSize)
    {
      return run
    }
    let wanted = sliceCount + alignment - 1
    var found = dirty.find(wanted)
    if found == nil {
      found = clean.find(wanted)
      if found == nil {
        if !grows || !grow(sliceCount: wanted, metadata) { return nil }
        found = clean.find(wanted)
      }
    }
    guard let run = found else { return nil }
    return carve(run, sliceCount, alignment)
  }

  // Of a dirty run the end: the beginning of what was freed stays free a little longer, and with
  // it the knowledge that it was freed. Of a clean run the beginning, so that arenas fill upwards.
  private mutating func carve(
    _ run: UnsafeMutablePointer<SpanRecord>, _ sliceCount: Int, _ alignment: Int
  ) -> Run {
    let runStart = run.pointee.start
    let runEnd = runStart + UInt(run.pointee.byteCount)
    let alignmentMask = UInt(alignment * PageMap.sliceSize - 1)
    let byteCount = sliceCount * PageMap.sliceSize
    let isZero = run.pointee.kind == .freeClean
    let first = isZero ? runStart + alignmentMask : runEnd - UInt(byteCount)
    return claim(first & ~alignmentMask, byteCount, from: run)
  }

  /// Sets the records of a run in use: `medium` at the head, `continuation` behind.
  mutating func use(_ start: UInt, _ byteCount: Int) -> UnsafeMutablePointer<SpanRecord> {
    let head = PageMap.knownRecord(start)
    head.pointee.kind = .medium
    head.pointee.start = start
    head.pointee.byteCount = byteCount
    // That of the last owner.
    head.asBlock.hasNoTail()
    markAsContinuation(
      of: start, from: start + UInt(PageMap.sliceSize), to: start + UInt(byteCount))
    noteUsed(byteCount)
    return head
  }

  // By address and not by index: a run may cross from one leaf of the page map to the next.
  func markAsContinuation(of start: UInt, from first: UInt, to end: UInt) {
    var inner = first
    while inner < end {
      let record = PageMap.knownRecord(inner)
      record.pointee.kind = .continuation
      record.pointee.start = start
      inner += UInt(PageMap.sliceSize)
    }
  }

  /// Whether the heap may use so many bytes more.
  borrowing func allows(_ byteCount: Int) -> Bool { budget?.pointee.allows(byteCount) ?? true }

  mutating func noteUsed(_ byteCount: Int) {
    usedBytes += byteCount
    peakUsedBytes = max(peakUsedBytes, usedBytes)
  }

  /// Gives the lock back, and tells the budget and the observer what is where.
  package mutating func unlock() {
    lastTime = System.milliseconds
    budget?.pointee.note(part, used: usedBytes, kept: dirty.byteCount, now: lastTime)
    if Policy.Observer.isOn { publish() }
    lock.unlock()
  }

  /// Bytes of dirty runs of all parts that a purge by age leaves alone.
  borrowing func keptForReuse(_ now: UInt32) -> Int {
    budget?.pointee.keptForReuse(now: now) ?? 0
  }

  /// Bytes of dirty runs of all parts.
  borrowing func keptByAll() -> Int { budget?.pointee.keptNow() ?? dirty.byteCount }

  // MARK: Free runs

  /// Puts a free run into its bins together with free neighbours of its kind. The run keeps the timestamp of
  /// its longest piece: one that grows all the time is purged all the same, and the rest of an old one does
  /// not make a long one old.
  @discardableResult
  package mutating func insertCoalesced(
    _ start: UInt, _ byteCount: Int, _ kind: SpanKind, _ timestamp: UInt32
  ) -> UnsafeMutablePointer<SpanRecord> {
    var start = start
    var byteCount = byteCount
    var timestamp = timestamp
    if let before = PageMap.record(start - 1), before.pointee.kind == kind {
      let run = PageMap.knownRecord(before.pointee.start)
      start = run.pointee.start
      timestamp = Self.timestamp(of: run, joinedBy: byteCount, timestamp)
      byteCount += run.pointee.byteCount
      remove(run)
    }
    let end = start + UInt(byteCount)
    if let behind = PageMap.record(end), behind.pointee.kind == kind, behind.pointee.start == end {
      timestamp = Self.timestamp(of: behind, joinedBy: byteCount, timestamp)
      byteCount += behind.pointee.byteCount
      remove(behind)
    }
    insert(start, byteCount, kind, timestamp)
    return PageMap.knownRecord(start)
  }

  private static func timestamp(
    of run: UnsafeMutablePointer<SpanRecord>, joinedBy byteCount: Int, _ timestamp: UInt32
  ) -> UInt32 {
    let isOlder = Int32(bitPattern: timestamp &- run.pointee.timestamp) > 0
    return isOlder && run.pointee.byteCount > byteCount ? run.pointee.timestamp : timestamp
  }

  mutating func insert(
    _ start: UInt, _ byteCount: Int, _ kind: SpanKind, _ timestamp: UInt32
  ) {
    let last = PageMap.knownRecord(start + UInt(byteCount) - 1)
    last.pointee.kind = kind
    last.pointee.start = start
    let head = PageMap.knownRecord(start)
    head.pointee.kind = kind
    head.pointee.start = start
    head.pointee.byteCount = byteCount
    head.pointee.timestamp = timestamp
    if kind == .freeClean { clean.insert(head) } else { dirty.insert(head) }
  }

  /// Takes a free run out of its bin; its records stay as they are.
  package mutating func remove(_ run: UnsafeMutablePointer<SpanRecord>) {
    if run.pointee.kind == .freeClean { clean.remove(run) } else { dirty.remove(run) }
  }
}

/// A run in use.
package struct Run {
  /// The record of its first slice.
  package let record: UnsafeMutablePointer<SpanRecord>
  /// So many bytes at its beginning may not be zero.
  package let dirtyByteCount: Int

  /// Whether all its bytes are zero.
  package var isZero: Bool { dirtyByteCount == 0 }
}
