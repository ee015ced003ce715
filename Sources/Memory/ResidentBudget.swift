// How much freed memory may stay resident: what was in use lately, and some more.
//
// Freed pages that are used again cost nothing; asking the system for them again costs a page fault each. So
// they are kept, but the process must not need more memory for it than it lately used:
//
//   used      bytes of runs and mappings in use          kept      bytes of free runs with contents
//   recent    the most that was used at once within the last purge delay
//   used + kept ≤ recent + a quarter, 8 MiB at least
//
// The quarter is for free runs that are too short: a part may grow although memory is kept. But what
// another part keeps does not help it: beyond `recent` and 8 MiB the other gives back as much as this
// one grows by. And where one block is longer than the quarter, the part itself keeps 8 MiB only:
// beside the page faults of that block those of the rest are few.
//
// The most is remembered for each quarter of the delay. A peak is forgotten a delay later at the latest, so the
// bound follows a program that needs less now. Addresses are counted, not pages: a block that nobody touched
// counts whole, when it is in use and when it is free.
//
// A part notes its changes here, under its own lock, and the next slow path gives back what is owed.

import CShims
import Platform
import Synchronization

package struct ResidentBudget: ~Copyable {
  /// Whose memory it is.
  package enum Part: Int {
    case spans
    case largeBlocks
    case mappings
  }

  private static var periodCount: UInt32 { 4 }
  private static var leastAllowance: Int { 8 << 20 }

  package let lock = Lock()
  private let purgeDelay: Int
  private let isShared: Bool
  /// Bytes that the parts may use together.
  package let limit: Int
  /// Where others see what is used and kept; nil: nowhere.
  package var published: UnsafeMutablePointer<swiftmalloc_live_heap>?
  private var used = InlineArray<3, Int>(repeating: 0)
  private var kept = InlineArray<3, Int>(repeating: 0)
  private var peaks = InlineArray<4, Int>(repeating: 0)
  private var period: UInt32 = 0
  // Partner is every tick of every thread.
  private let owedBySpans = Atomic<Int>(0)
  private let owedByLargeBlocks = Atomic<Int>(0)

  /// - Parameters:
  ///   - isShared: whether several threads use the heap; where one does, no lock is taken.
  ///   - limit: bytes that may be in use.
  package init(purgeDelay: Int, isShared: Bool = true, limit: Int = .max) {
    self.purgeDelay = purgeDelay
    self.isShared = isShared
    self.limit = limit
  }

  private var usedBytes: Int { used[0] + used[1] + used[2] }
  private var keptBytes: Int { kept[0] + kept[1] + kept[2] }

  /// Whether a part may use so many bytes more.
  package borrowing func allows(_ byteCount: Int) -> Bool {
    if limit == .max { return true }
    if isShared { lock.lock() }
    defer { if isShared { lock.unlock() } }
    return usedBytes <= limit && byteCount <= limit - usedBytes
  }

  /// Whether a part has to give something back. Needs no lock.
  package var isOwed: Bool {
    @inline(__always)
    borrowing get {
      owedBySpans.load(ordering: .relaxed) | owedByLargeBlocks.load(ordering: .relaxed) != 0
    }
  }

  /// The bytes that the part has to give back; the caller does so. Needs no lock.
  package borrowing func takeOwed(_ part: Part) -> Int {
    part == .spans
      ? owedBySpans.exchange(0, ordering: .relaxed)
      : owedByLargeBlocks.exchange(0, ordering: .relaxed)
  }

  /// What a part uses and keeps now.
  package mutating func note(_ part: Part, used usedNow: Int, kept keptNow: Int, now: UInt32) {
    if isShared { lock.lock() }
    defer { if isShared { lock.unlock() } }
    advance(to: now)
    let growth = usedNow + keptNow - used[part.rawValue] - kept[part.rawValue]
    used[part.rawValue] = usedNow
    kept[part.rawValue] = keptNow
    let slot = Int(period % Self.periodCount)
    peaks[slot] = max(peaks[slot], usedBytes)
    if let published { publish(published) }
    // A delay of -1: what was freed stays for ever.
    if growth > 0 && purgeDelay >= 0 { owe(growth, of: part) }
  }

  private func publish(_ row: UnsafeMutablePointer<swiftmalloc_live_heap>) {
    row.pointee.used_bytes = UInt64(usedBytes)
    row.pointee.peak_bytes = max(row.pointee.peak_bytes, UInt64(usedBytes))
    row.pointee.kept_bytes = UInt64(keptBytes)
  }

  private mutating func owe(_ growth: Int, of part: Part) {
    let recent = recentPeak
    let excess = usedBytes + keptBytes - recent
    if excess <= 0 { return }
    let spans = kept[Part.spans.rawValue]
    let largeBlocks = kept[Part.largeBlocks.rawValue]
    let isLarge = part == .largeBlocks || part == .mappings && spans > largeBlocks
    // Less is not worth the faults of what goes to and fro between the parts.
    let ofOther = min(
      max(0, min(growth, excess - Self.leastAllowance)), isLarge ? spans : largeBlocks)
    let quarter = max(recent / 4, Self.leastAllowance)
    let allowance = growth > quarter ? Self.leastAllowance : quarter
    let ofOwn = max(0, excess - ofOther - allowance)
    owedBySpans.store(isLarge ? ofOther : ofOwn, ordering: .relaxed)
    owedByLargeBlocks.store(isLarge ? ofOwn : ofOther, ordering: .relaxed)
  }

  /// Bytes of all parts that may be kept although they are older than the delay: so much more was in use lately.
  package mutating func keptForReuse(now: UInt32) -> Int {
    if isShared { lock.lock() }
    defer { if isShared { lock.unlock() } }
    advance(to: now)
    return recentPeak - usedBytes
  }

  /// Bytes that are in use, and the most that were at once within the last delay.
  package mutating func use(now: UInt32) -> (now: Int, recently: Int) {
    if isShared { lock.lock() }
    defer { if isShared { lock.unlock() } }
    advance(to: now)
    return (usedBytes, recentPeak)
  }

  /// Bytes that the parts keep together.
  package mutating func keptNow() -> Int {
    if isShared { lock.lock() }
    defer { if isShared { lock.unlock() } }
    return keptBytes
  }

  private var recentPeak: Int {
    var peak = usedBytes
    for slot in 0..<Int(Self.periodCount) { peak = max(peak, peaks[slot]) }
    return peak
  }

  // Each period since the last note began with what was in use then.
  private mutating func advance(to now: UInt32) {
    if purgeDelay < 0 { return }
    let current = now / max(UInt32(purgeDelay) / Self.periodCount, 1)
    var passed = current &- period
    period = current
    while passed > 0 {
      passed = min(passed, Self.periodCount) - 1
      peaks[Int((current &- passed) % Self.periodCount)] = usedBytes
    }
  }
}
