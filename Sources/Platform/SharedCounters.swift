// How often threads write memory that they share. Counted only with the trait `Counters`
// (Scripts/scaling.sh --counters); without it nothing of this is in the library.
//
// A counter is one word for all threads: it costs about what it counts, so the counts of such a
// library are of use and its times are not.

import CShims
import Synchronization

/// What is counted.
package enum SharedWrite: Int {
  // Acquisitions of locks; each is followed by another shared write, that of `unlock`. Zero is the
  // central lists' because their locks are made as zero memory.
  case centralLock
  case pageHeapLock
  case largeLock
  case metadataLock
  case registryLock
  case otherLock
  /// The lock was held when it was wanted.
  case lockedAlready
  case sleepOnLock
  case wakeOfSleeper
  // Atomic operations that read and write, and stores that are made as such.
  case remoteBitsSet
  case summarySet
  case summaryTaken
  case remoteBitsTaken
  case ownerExchanged
  case ownerStored
  case centralCount
  case pageMap

  fileprivate var name: StaticString {
    switch self {
    case .centralLock: "lock-central"
    case .pageHeapLock: "lock-page-heap"
    case .largeLock: "lock-large"
    case .metadataLock: "lock-metadata"
    case .registryLock: "lock-registry"
    case .otherLock: "lock-other"
    case .lockedAlready: "locked-already"
    case .sleepOnLock: "sleep-on-lock"
    case .wakeOfSleeper: "wake-of-sleeper"
    case .remoteBitsSet: "remote-bits-set"
    case .summarySet: "summary-set"
    case .summaryTaken: "summary-taken"
    case .remoteBitsTaken: "remote-bits-taken"
    case .ownerExchanged: "owner-exchanged"
    case .ownerStored: "owner-stored"
    case .centralCount: "central-count"
    case .pageMap: "page-map"
    }
  }
}

package enum SharedCounters {
  #if Counters
    nonisolated(unsafe) private static var counts = InlineArray<32, UInt>(repeating: 0)

    private static func counter(_ kind: SharedWrite) -> UnsafeMutablePointer<Atomic<UInt>> {
      // Static memory: the address is good for ever.
      withUnsafeMutablePointer(to: &counts) {
        UnsafeMutableRawPointer($0).assumingMemoryBound(to: Atomic<UInt>.self) + kind.rawValue
      }
    }

    private static func printCounts() {
      var index = 0
      while let kind = SharedWrite(rawValue: index) {
        var message = Message(to: .descriptor(2))
        message.head("COUNT")
        message.text(kind.name)
        message.text(" ")
        message.decimal(counter(kind).pointee.load(ordering: .relaxed))
        message.endLine()
        index += 1
      }
    }
  #endif

  /// Counts one write.
  @inline(__always)
  package static func count(_ kind: SharedWrite) {
    #if Counters
      counter(kind).pointee.add(1, ordering: .relaxed)
    #endif
  }

  /// Prints the counts to standard error, one line for each kind.
  @inline(__always)
  package static func report() {
    #if Counters
      printCounts()
    #endif
  }
}
