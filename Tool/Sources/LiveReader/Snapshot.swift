// What a process published, as plain values: a copy of the rows in use of the file that CShims/include/live.h lays out.
// Every number is within ±2^53 (Bounded.swift), every text is valid. Two numbers need not belong together: the process
// goes on while it is read.

import CLive

/// A copy of published counters.
package struct Snapshot: Sendable, Equatable {
  package enum Mode: UInt32, Sendable {
    case production, debug, guarded, guardedBefore, leaks

    /// As the JSON and the options of the library call it.
    package var name: String {
      switch self {
      case .production: "production"
      case .debug: "debug"
      case .guarded: "guard"
      case .guardedBefore: "guard-before"
      case .leaks: "leaks"
      }
    }
  }

  package struct Amount: Sendable, Equatable {
    package var now = 0
    package var peak = 0
  }

  /// What is known of a size class for all threads.
  package struct ClassTotals: Sendable, Equatable {
    package var blockSize = 0
    package var spanCount = 0
    package var centralSpanCount = 0
    package var centralLiveCount = 0
  }

  package struct Arena: Sendable, Equatable {
    package var start: UInt64
    package var committedBytes: Int
    /// What each slice holds, by enum swiftmalloc_live_slice; empty when it is not told.
    package var slices: [UInt8] = []
  }

  /// A thread's calls for blocks of one size class.
  package struct ClassCounts: Sendable, Equatable {
    package var index: Int
    package var allocations: Int
    package var frees: Int
    package var requestedBytes: Int
    package var returnedBytes: Int
    /// What lives, whenever it was allocated: below zero for a thread that frees what others allocated.
    package var liveBlocks: Int
    package var liveBytes: Int
    package var peakBytes: Int
  }

  /// The calls of all threads for blocks of one size class.
  package struct ClassSum: Sendable, Equatable {
    package var allocations = 0
    package var frees = 0
    package var liveBlocks = 0
    package var liveBytes = 0
    /// The sum of the threads' peaks, and at least what is live.
    package var peakBytes = 0

    /// Whether there were calls, or there are blocks of before the reset.
    package var isUsed: Bool { allocations > 0 || liveBlocks > 0 }
  }

  /// Row 0 has the totals of threads that ended.
  package struct ThreadRow: Sendable, Equatable {
    package var row: Int
    package var id: Int32
    package var name: String
    package var startedBoot: UInt64
    package var requestedBytes: Int
    package var peakBytes: Int
    /// Only classes with calls.
    package var classes: [ClassCounts]
  }

  package struct LargeRow: Sendable, Equatable {
    package var address: UInt64
    package var requestedBytes: Int
    package var givenBytes: Int
    package var allocatedBoot: UInt64
    package var threadID: Int32
  }

  /// A heap of the program's own.
  package struct HeapRow: Sendable, Equatable {
    package var handle: UInt64
    package var name: String
    package var isLocal: Bool
    package var isBump: Bool
    /// It serves no allocation any more.
    package var isDeleted: Bool
    package var usedBytes: Int
    package var peakBytes: Int
    package var keptBytes: Int
    /// Nil: none.
    package var limit: Int?
    package var madeBoot: UInt64

    /// As the statistics at exit call it.
    package var kind: String {
      if isDeleted { return "deleted" }
      return (isLocal ? "local" : "shared") + (isBump ? " bump" : "")
    }
  }

  package var processID: Int32 = 0
  /// Where the process has its file mapped, 0 if it does not say, and the file's length.
  package var mappedAt: UInt64 = 0
  package var fileBytes = 0
  package var program = ""
  package var libraryVersion = ""
  /// Whether the process said that it ends.
  package var hasEnded = false
  package var mode = Mode.production
  package var pageSize = 4096
  package var classSteps = 0
  /// Milliseconds; -1 never.
  package var purgeDelay = 0
  /// Nanoseconds of CLOCK_REALTIME and CLOCK_BOOTTIME.
  package var startedRealtime: UInt64 = 0
  package var startedBoot: UInt64 = 0
  /// When counts began again, 0: they did not.
  package var resetBoot: UInt64 = 0
  package var endedBoot: UInt64 = 0
  /// Nanoseconds, at the end only.
  package var userTime: UInt64 = 0
  package var systemTime: UInt64 = 0

  package var threadsStarted = 0
  package var threadsRunning = 0
  package var threadsUnpublished = 0
  package var largeCount = 0
  package var largeUnlisted = 0

  /// By enum swiftmalloc_live_quantity, enum swiftmalloc_live_call and class number.
  package var quantities: [Amount] = []
  package var calls: [Int] = []
  package var classes: [ClassTotals] = []
  package var smallClassCount = 0
  package var arenas: [Arena] = []
  package var threads: [ThreadRow] = []
  package var large: [LargeRow] = []
  package var heaps: [HeapRow] = []
  /// Heaps without a row.
  package var heapsUnlisted = 0
  /// Mean bytes between two samples of the heap profile; 0: none are taken; nil: the process takes no profiles.
  package var profileInterval: Int?
  /// Live small blocks by what was asked for, 16 bytes a row, when they took most memory; empty when they were not noted.
  package var sizes: [Int] = []
  /// Bytes of those blocks, and asked for.
  package var sizeBlockBytes = 0
  package var sizeRequestedBytes = 0
  /// By class number, from `threads`.
  package internal(set) var sums: [ClassSum] = []

  mutating func sumUp() {
    sums = Array(repeating: ClassSum(), count: classes.count)
    for thread in threads {
      for counts in thread.classes {
        sums[counts.index].allocations = sums[counts.index].allocations +| counts.allocations
        sums[counts.index].frees = sums[counts.index].frees +| counts.frees
        sums[counts.index].liveBlocks = sums[counts.index].liveBlocks +| counts.liveBlocks
        sums[counts.index].liveBytes = sums[counts.index].liveBytes +| counts.liveBytes
        sums[counts.index].peakBytes = sums[counts.index].peakBytes +| counts.peakBytes.atLeastZero
      }
    }
    // A thread's own peak does not know of blocks that others freed.
    for index in sums.indices {
      sums[index].liveBlocks = sums[index].liveBlocks.atLeastZero
      sums[index].peakBytes = max(sums[index].peakBytes, sums[index].liveBytes)
    }
  }

  /// Bytes of a kind, nothing if the library does not know it.
  package subscript(quantity: swiftmalloc_live_quantity) -> Amount {
    let index = Int(quantity.rawValue)
    return index < quantities.count ? quantities[index] : Amount()
  }

  /// How often a system call was made.
  package subscript(call: swiftmalloc_live_call) -> Int {
    let index = Int(call.rawValue)
    return index < calls.count ? calls[index] : 0
  }

  /// Whether the heap is the debug heap: only REQUESTED, RESIDENT and OVERHEAD are counted then.
  package var isDebugHeap: Bool { mode != .production }

  /// What a class of blocks is called: "64", "medium", "large".
  package func label(ofClass index: Int) -> String {
    if index == smallClassCount { return "medium" }
    if index == smallClassCount + 1 { return "large" }
    let size = index < classes.count ? classes[index].blockSize : 0
    return size > 0 ? String(size) : "class \(index)"
  }
}
