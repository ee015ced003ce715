// Where the heap's resident memory is: lines whose sum is what the kernel says.
//
//   requested      what the program asked for of its live blocks; without counters the length of those blocks
//   rounding       by how much those blocks are longer, without whole pages that nobody touched
//   threadCaches   free blocks in spans that threads own, and full ones
//   centralLists   free blocks in spans that wait for a thread
//   freeSpans      emptied slices that threads keep
//   purgeable      free runs and mappings that go back after PURGE_DELAY
//   metadata       the heap's own records, the counters included
//   hugePages      free memory that is resident only since the system uses huge pages
//   untouched      below zero: given out and never touched, or swapped out
//
//   overhead = resident − requested − untouched

import CShims
import Live
import Platform

package enum LedgerLine: Int {
  case requested
  case rounding
  case threadCaches
  case centralLists
  case freeSpans
  case purgeable
  case metadata
  case hugePages
  case untouched

  package static let count = 9

  package var key: StaticString {
    switch self {
    case .requested: "requested"
    case .rounding: "rounding"
    case .threadCaches: "threadCaches"
    case .centralLists: "centralLists"
    case .freeSpans: "freeSpans"
    case .purgeable: "purgeable"
    case .metadata: "metadata"
    case .hugePages: "hugePages"
    case .untouched: "untouched"
    }
  }

  package var name: StaticString {
    switch self {
    case .requested: "requested"
    case .rounding: "rounding waste"
    case .threadCaches: "free in thread caches"
    case .centralLists: "free in central lists"
    case .freeSpans: "free spans"
    case .purgeable: "purgeable"
    case .metadata: "metadata"
    case .hugePages: "huge pages"
    case .untouched: "not touched yet"
    }
  }
}

extension LedgerLine {
  /// Under which the counters have the line's peak.
  fileprivate var quantity: swiftmalloc_live_quantity? {
    switch self {
    case .requested: SWIFTMALLOC_LIVE_REQUESTED
    case .rounding: SWIFTMALLOC_LIVE_ROUNDING
    case .threadCaches: SWIFTMALLOC_LIVE_THREAD_CACHES
    case .centralLists: SWIFTMALLOC_LIVE_CENTRAL_LISTS
    case .freeSpans: SWIFTMALLOC_LIVE_STASHED
    case .purgeable: SWIFTMALLOC_LIVE_PURGEABLE
    case .metadata: SWIFTMALLOC_LIVE_METADATA
    case .hugePages, .untouched: nil
    }
  }
}

package struct HeapLedger {
  /// Bytes of each line, in the order of `LedgerLine`.
  package var bytes = InlineArray<9, Int>(repeating: 0)
  /// The greatest number that was seen of each; nil where none was taken.
  package var peaks = InlineArray<9, Int?>(repeating: nil)
  /// Whether `requested` is what the program asked for; otherwise it is the length of its blocks.
  package var isCounted = false

  package init() {}

  /// The sum of all lines.
  package var resident: Int {
    var sum = 0
    for index in 0..<LedgerLine.count { sum += bytes[index] }
    return sum
  }

  /// Resident bytes that the program did not ask for.
  package var overhead: Int { resident - self[.requested] - self[.untouched] }

  package subscript(_ line: LedgerLine) -> Int {
    get { bytes[line.rawValue] }
    set { bytes[line.rawValue] = newValue }
  }

  /// Of a census with residency.
  package init(_ census: borrowing HeapCensus) {
    isCounted = census.requestedBytes != nil
    self[.requested] = census.requestedBytes ?? census.liveBytes
    // Blocks that one thread freed and another has not taken back yet are free, and in spans of that one.
    let waiting = census.smallBytes - (census.countedSmallBytes ?? census.smallBytes)
    self[.rounding] =
      census.liveBytes - waiting - self[.requested] - census.residency.tails
    self[.threadCaches] = census.residency.threadCaches + waiting
    self[.centralLists] = census.residency.centralLists
    self[.freeSpans] = census.residency.freeSpans
    self[.purgeable] = census.residency.purgeable
    self[.metadata] = census.residency.metadata
    self[.hugePages] = census.residency.hugePages
    self[.untouched] = -census.residency.untouched
    takePeaks()
  }

  /// Takes the peaks that the counters know; none where calls are not counted.
  package mutating func takePeaks() {
    if !LiveCounts.isOn { return }
    LiveSample.take()
    for index in 0..<LedgerLine.count {
      guard let line = LedgerLine(rawValue: index), let quantity = line.quantity else { continue }
      peaks[index] = max(LiveGauges.amount(quantity).peak, bytes[index])
    }
  }
}
