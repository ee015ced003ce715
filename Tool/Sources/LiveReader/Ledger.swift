// Where the heap's resident bytes are: nine amounts whose sum is exactly the resident bytes.
//
//   requested       asked for by the program and not freed
//   rounding        given out beyond that: sizes are rounded up to size classes, large blocks to slices; without
//                   whole pages behind what was asked for that nobody touched
//   threadCaches    free blocks in spans that threads own
//   centralLists    free blocks in spans without a thread
//   freeSpans       emptied slices that threads keep for their next span
//   purgeable       free, goes back to the system after the purge delay
//   metadata        the heap's own records
//   hugePages       free memory that is resident only since the system uses huge pages for it
//   untouched       zero or negative: given out, but without a page yet, since nobody wrote there
//
// The counters say what the heap accounts for; less than that is resident: AbsentBytes knows what is not, from the pages
// of each slice. What nobody looked at, or what changed since, is taken from free memory first: from the free blocks,
// then from the free slices, then from what is purgeable; the rest is untouched. What is resident beyond what the heap
// accounts for is in huge pages over clean runs.

import CLive

/// The nine amounts.
package struct Ledger: Sendable, Equatable {
  package enum Key: String, CaseIterable, Sendable {
    case requested, rounding, threadCaches, centralLists, freeSpans, purgeable, metadata, hugePages
    case untouched
  }

  /// By the order of the keys.
  package private(set) var bytes = [Int](repeating: 0, count: Key.allCases.count)
  /// The greatest of each so far, where it is known.
  package var peaks = [Int?](repeating: nil, count: Key.allCases.count)

  package private(set) subscript(key: Key) -> Int {
    get { bytes[Key.allCases.firstIndex(of: key)!] }
    set { bytes[Key.allCases.firstIndex(of: key)!] = newValue }
  }

  /// Bytes of a slice, of which each span of small blocks has one (Sources/Memory).
  private static let sliceBytes = 65536
  private static let greatestBytes = 1 << 49

  /// - Parameters:
  ///   - snapshot: the counters.
  ///   - absent: what was not in memory a moment ago.
  ///   - resident: bytes of the heap in memory; nil: not known, and the ledger is what the heap accounts for.
  package init(_ snapshot: Snapshot, absent: AbsentBytes? = nil, resident: Int?) {
    self[.requested] = snapshot.requestedBytes
    setPeak(.requested, snapshot[SWIFTMALLOC_LIVE_REQUESTED].peak)
    if snapshot.isDebugHeap {
      self[.metadata] = snapshot[SWIFTMALLOC_LIVE_OVERHEAD].now
      let held = resident.map { $0 -| self[.metadata] } ?? snapshot[SWIFTMALLOC_LIVE_RESIDENT].now
      self[.rounding] = (held -| self[.requested] +| (absent?.untouched ?? 0)).atLeastZero
      setPeak(.metadata, snapshot[SWIFTMALLOC_LIVE_OVERHEAD].peak)
    } else {
      account(snapshot)
    }
    // An absurd amount must not make the sum reach its bound: then it would not be the resident bytes.
    for index in bytes.indices { bytes[index] = min(bytes[index], Ledger.greatestBytes) }
    if let absent { take(absent) }
    if let resident { settle(min(resident, Ledger.greatestBytes)) }
    for index in bytes.indices { peaks[index] = peaks[index].map { Swift.max($0, bytes[index]) } }
  }

  /// What a line is called for people.
  package static func name(_ key: Key, mode: Snapshot.Mode) -> String {
    switch key {
    case .requested: "Requested"
    case .rounding: mode == .production ? "Rounding" : "Canaries, rounding, quarantine"
    case .threadCaches: "Thread caches"
    case .centralLists: "Central lists"
    case .freeSpans: "Free spans"
    case .purgeable: "Purgeable"
    case .metadata: "Metadata"
    case .hugePages: "Huge pages"
    case .untouched: "Untouched"
    }
  }

  /// The sum of the nine.
  package var total: Int { bytes.boundedSum }

  private mutating func setPeak(_ key: Key, _ peak: Int) {
    peaks[Key.allCases.firstIndex(of: key)!] = peak
  }

  private mutating func account(_ snapshot: Snapshot) {
    let smallSpans = snapshot[SWIFTMALLOC_LIVE_SMALL_SPANS].now
    let smallLive = snapshot.smallBytes
    let given =
      smallLive +| snapshot.givenBytes(ofClass: snapshot.smallClassCount)
      +| snapshot[SWIFTMALLOC_LIVE_LARGE_BYTES].now
    self[.rounding] = (given -| self[.requested]).atLeastZero
    setPeak(.rounding, snapshot[SWIFTMALLOC_LIVE_ROUNDING].peak)
    setPeak(.threadCaches, snapshot[SWIFTMALLOC_LIVE_THREAD_CACHES].peak)
    setPeak(.centralLists, snapshot[SWIFTMALLOC_LIVE_CENTRAL_LISTS].peak)
    setPeak(.purgeable, snapshot[SWIFTMALLOC_LIVE_PURGEABLE].peak)

    let free = (smallSpans -| smallLive).atLeastZero
    let central = snapshot.classes.prefix(snapshot.smallClassCount).map { totals -> Int in
      guard totals.blockSize > 0 else { return 0 }
      // With what a span has before its first block.
      let all = totals.centralSpanCount *| Ledger.sliceBytes
      return (all -| totals.centralLiveCount *| totals.blockSize).atLeastZero
    }.boundedSum
    self[.centralLists] = min(central, free)
    self[.threadCaches] = free -| self[.centralLists]
    self[.freeSpans] = snapshot[SWIFTMALLOC_LIVE_STASHED].now
    setPeak(.freeSpans, snapshot[SWIFTMALLOC_LIVE_STASHED].peak)
    self[.purgeable] =
      snapshot[SWIFTMALLOC_LIVE_DIRTY].now +| snapshot[SWIFTMALLOC_LIVE_PURGING].now
      +| snapshot[SWIFTMALLOC_LIVE_LARGE_CACHED].now
    self[.metadata] = snapshot[SWIFTMALLOC_LIVE_METADATA].now
    setPeak(.metadata, snapshot[SWIFTMALLOC_LIVE_METADATA].peak)
  }

  /// Takes away what is not in memory.
  private mutating func take(_ absent: AbsentBytes) {
    takeFromFreeBlocks(absent.freeBlocks)
    take(absent.freeSpans, from: .freeSpans)
    take(absent.purgeable, from: .purgeable)
    take(absent.tails, from: .rounding)
    self[.untouched] = 0 -| absent.untouched
    self[.hugePages] = absent.hugePages
  }

  // The bytes that were taken.
  @discardableResult
  private mutating func take(_ byteCount: Int, from key: Key) -> Int {
    let taken = min(byteCount, self[key])
    self[key] -= taken
    return taken
  }

  @discardableResult
  private mutating func takeFromFreeBlocks(_ byteCount: Int) -> Int {
    let caches = self[.threadCaches]
    let free = caches +| self[.centralLists]
    if free == 0 { return 0 }
    let taken = min(byteCount, free)
    let fromCaches = min(caches, Int(Double(taken) * Double(caches) / Double(free)))
    let fromCentral = take(taken - fromCaches, from: .centralLists)
    self[.threadCaches] -= taken - fromCentral
    return taken
  }

  /// Makes the sum the resident bytes.
  private mutating func settle(_ resident: Int) {
    var missing = total -| resident
    if missing < 0 {
      // First what was thought to be absent.
      let back = min(0 -| missing, 0 -| self[.untouched])
      self[.untouched] = self[.untouched] +| back
      self[.hugePages] = self[.hugePages] +| (0 -| missing -| back)
      return
    }
    missing -= take(missing, from: .hugePages)
    missing -= takeFromFreeBlocks(missing)
    for key in [Key.freeSpans, .purgeable] { missing -= take(missing, from: key) }
    self[.untouched] = self[.untouched] -| missing
  }
}

extension Snapshot {
  /// Bytes asked for and not freed.
  package var requestedBytes: Int { sums.map(\.liveBytes).boundedSum.atLeastZero }

  /// Bytes that the live small blocks take.
  package var smallBytes: Int {
    (0..<min(smallClassCount, classes.count)).map { givenBytes(ofClass: $0) }.boundedSum
  }

  /// Bytes that the live blocks of a class take, rounding included.
  package func givenBytes(ofClass index: Int) -> Int {
    guard index < sums.count else { return 0 }
    // The debug heap counts no bytes by class.
    if isDebugHeap { return sums[index].liveBytes.atLeastZero }
    if index == smallClassCount {
      return
        (self[SWIFTMALLOC_LIVE_USED].now -| self[SWIFTMALLOC_LIVE_SMALL_SPANS].now
        -| self[SWIFTMALLOC_LIVE_STASHED].now).atLeastZero
    }
    if index == smallClassCount + 1 { return self[SWIFTMALLOC_LIVE_LARGE_BYTES].now }
    return sums[index].liveBlocks *| classes[index].blockSize
  }
}
