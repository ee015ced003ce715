// What suppressions say of each trace and of each type that lost a block. A trace's functions are looked up once: looking them up
// takes longer than all else, and a check may look more than once.

import Platform

/// The line of the suppressions that matches a trace or a type.
package struct TraceVerdict: AddressOrdered {
  /// The trace's number, or what `key` makes of a type.
  package let start: UInt
  /// Below zero: none does.
  package let line: Int32
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
  package mutating func add(_ trace: UInt32, line: Int32) { add(UInt(trace), line) }

  /// The same of a type.
  mutating func add(_ type: BlockType, line: Int32) { add(Self.key(type), line) }

  private mutating func add(_ key: UInt, _ line: Int32) {
    all.append(TraceVerdict(start: key, line: line))
  }

  // Addresses of types can be as small as numbers of traces.
  private static func key(_ type: BlockType) -> UInt { type.word | 1 << 63 }

  /// When all were added.
  package mutating func finish() {
    if all.count > sortedCount { all.sort() }
    sortedCount = all.count
  }

  /// The number of the line that matches a trace, below zero when none does; nil when that is not known.
  package func line(_ trace: UInt32) -> Int32? { line(UInt(trace)) }

  /// The same of a type.
  func line(_ type: BlockType) -> Int32? { line(Self.key(type)) }

  private func line(_ key: UInt) -> Int32? {
    var low = 0
    var high = sortedCount
    while low < high {
      let middle = (low + high) / 2
      if all[middle].start < key { low = middle + 1 } else { high = middle }
    }
    return low < sortedCount && all[low].start == key ? all[low].line : nil
  }

  /// The addresses that it takes: start and length in bytes.
  package var addresses: (start: UInt, byteCount: Int) { all.addresses }
}
