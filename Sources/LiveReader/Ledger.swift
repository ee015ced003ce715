// Where the heap's resident bytes are: nine amounts whose sum is exactly the resident bytes.
//
//   requested       asked for by the program and not freed
//   rounding        given out beyond that: sizes are rounded up to size classes, large blocks to slices
//   threadCaches    free blocks in spans that threads own
//   centralLists    free blocks in spans without a thread
//   freeSpans       emptied slices that threads keep for their next span
//   purgeable       free, goes back to the system after the purge delay
//   metadata        the heap's own records
//   hugePages       free memory that is resident only since the system uses huge pages for it
//   untouched       zero or negative: given out, but without a page yet, since nobody wrote there
//
// The counters say what the heap accounts for; less than that is resident. Free memory is what has no pages first: the
// difference is taken from the free blocks, then from the free slices, then from what is purgeable; the rest is
// untouched. What is resident beyond what the heap accounts for is in huge pages over clean runs.

import CShims

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
  ///   - resident: bytes of the heap in memory; nil: not known, and the ledger is what the heap accounts for.
  package init(_ snapshot: Snapshot, resident: Int?) {
    self[.requested] = snapshot.requestedBytes
    setPeak(.requested, snapshot[SWIFTMALLOC_LIVE_REQUESTED].peak)
    if snapshot.isDebugHeap {
      self[.rounding] = (snapshot[SWIFTMALLOC_LIVE_RESIDENT].now -| self[.requested]).atLeastZero
      self[.metadata] = snapshot[SWIFTMALLOC_LIVE_OVERHEAD].now
      setPeak(.metadata, snapshot[SWIFTMALLOC_LIVE_OVERHEAD].peak)
    } else {
      account(snapshot)
    }
    // An absurd amount must not make the sum reach its bound: then it would not be the resident bytes.
    for index in bytes.indices { bytes[index] = min(bytes[index], Ledger.greatestBytes) }
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
    let smallLive = (0..<min(snapshot.smallClassCount, snapshot.classes.count)).map {
      snapshot.givenBytes(ofClass: $0)
    }.boundedSum
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

  /// Makes the sum the resident bytes.
  private mutating func settle(_ resident: Int) {
    var missing = total -| resident
    if missing < 0 {
      self[.hugePages] = 0 -| missing
      return
    }
    let caches = self[.threadCaches]
    let free = caches +| self[.centralLists]
    let fromFree = min(missing, free)
    if free > 0 {
      let fromCaches = min(caches, Int(Double(fromFree) * Double(caches) / Double(free)))
      let fromCentral = min(fromFree - fromCaches, self[.centralLists])
      self[.centralLists] -= fromCentral
      self[.threadCaches] -= fromFree - fromCentral
    }
    missing -= fromFree
    for key in [Key.freeSpans, .purgeable] {
      let taken = min(missing, self[key])
      self[key] -= taken
      missing -= taken
    }
    self[.untouched] = -missing
  }
}

extension Snapshot {
  /// Bytes asked for and not freed.
  package var requestedBytes: Int { sums.map(\.liveBytes).boundedSum.atLeastZero }

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
