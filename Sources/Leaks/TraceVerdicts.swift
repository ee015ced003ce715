// What suppressions say of each trace that lost a block. A trace's functions are looked up once: looking them up takes longer
// than all else, and a check may look more than once.

import Platform

/// The line of the suppressions that matches a trace.
package struct TraceVerdict: AddressOrdered {
  package let trace: UInt32
  /// Below zero: none does.
  package let line: Int32
  package var start: UInt { UInt(trace) }
}

package struct TraceVerdicts {
  // Sorted by trace up to `sortedCount`.
  private var all: MappedArray<TraceVerdict>
  private var sortedCount = 0

  private static var limit: Int { 1 << 22 }

  /// None yet; nil without memory.
  package init?() {
    guard let all = MappedArray<TraceVerdict>(capacity: Self.limit) else { return nil }
    self.all = all
  }

  /// Adds what was found out of a trace that is not known; not to be asked for before `finish`.
  package mutating func add(_ trace: UInt32, line: Int32) {
    all.append(TraceVerdict(trace: trace, line: line))
  }

  /// When all were added.
  package mutating func finish() {
    if all.count > sortedCount { all.sort() }
    sortedCount = all.count
  }

  /// The number of the line that matches a trace, below zero when none does; nil when that is not known.
  package func line(_ trace: UInt32) -> Int32? {
    var low = 0
    var high = sortedCount
    while low < high {
      let middle = (low + high) / 2
      if all[middle].trace < trace { low = middle + 1 } else { high = middle }
    }
    return low < sortedCount && all[low].trace == trace ? all[low].line : nil
  }

  /// The addresses that it takes: start and length in bytes.
  package var addresses: (start: UInt, byteCount: Int) { all.addresses }
}
