// What a check found, by who allocated it: one group for each trace and kind, or, where there is no trace, for each size
// class and kind. It lies in memory that the process shares with the child that looks:
//
//   | LeakTotals | group | group | … | step of a cycle | … | type | …
//
// Groups and types of lost blocks are tables with open addressing, their capacity a power of two, half full at most.

import Memory
import Platform

/// How a block is known to the program, or is not.
package enum LeakKind: Int {
  case definite
  case indirect
  case possible
  case reachable

  package static let count = 4

  /// The kind of a block by its state after the check.
  init(state: UInt8) {
    switch state {
    case BlockState.definite, BlockState.unreached: self = .definite
    case BlockState.indirect: self = .indirect
    case BlockState.possible: self = .possible
    default: self = .reachable
    }
  }

  /// Whether nothing in the program leads to such a block.
  package var isLost: Bool { self == .definite || self == .indirect }
}

/// Blocks and their bytes.
package struct LeakCount {
  package var blocks = 0
  package var bytes = 0

  package init() {}

  package mutating func add(_ other: LeakCount) {
    blocks += other.blocks
    bytes += other.bytes
  }

  /// What is more than before.
  package func increase(over other: LeakCount) -> LeakCount {
    var result = LeakCount()
    result.blocks = max(blocks - other.blocks, 0)
    result.bytes = max(bytes - other.bytes, 0)
    return result
  }
}

package struct LeakTotals {
  package var kinds = InlineArray<4, LeakCount>(repeating: LeakCount())
  /// Set last: what the child left behind is whole.
  package var isComplete = false
  /// Threads that did not stop.
  package var missedThreads = 0
  /// Groups in the table.
  package var groupCount = 0
  /// Steps of all cycles, and types in their table.
  var stepCount = 0
  var typeCount = 0
}

package struct LeakGroup {
  /// Trace, or size class, kind, and whether a suppression matches; 0: no group.
  package var key: UInt64 = 0
  package var total = LeakCount()
  /// One of its blocks.
  package var example: UInt = 0
  package var exampleByteCount = 0
  package var thread = 0
  /// A suppression matches its trace, or only such blocks lead to it: it is no part of the report.
  package var isSuppressed = false
  /// Of its blocks so many were looked at for a cycle below a direct leak.
  var searchCount: UInt8 = 0
  /// The type of all its blocks; `mixed` when there is more than one, or a block has none.
  package var type = BlockType.none
  /// The steps of a cycle that one of its blocks is in; none: 0.
  package var firstStep = 0
  package var stepCount = 0

  package var kind: LeakKind {
    LeakKind(rawValue: Int(truncatingIfNeeded: key >> 33 & 3)).unsafelyUnwrapped
  }
  /// The number of the trace; 0 where there is none.
  package var trace: UInt32 { key & Self.isOfClass != 0 ? 0 : UInt32(truncatingIfNeeded: key) }
  /// Without a trace: bytes of the longest block that the group may have.
  package var sizeLimit: Int { Int(truncatingIfNeeded: key & (Self.isOfClass - 1)) }

  /// The line of the suppressions that matches the type of its blocks.
  package var typeLine: Int? {
    let line = Int(truncatingIfNeeded: key >> 36 & Self.lineMask)
    return line == 0 ? nil : line - 1
  }

  fileprivate static let isOfClass: UInt64 = 1 << 32
  private static let isApart: UInt64 = 1 << 35
  private static let lineMask: UInt64 = (1 << 24) - 1
  private static let isGroup: UInt64 = 1 << 63

  package static func key(
    _ kind: LeakKind, trace: UInt32, sizeLimit: Int, isSuppressed: Bool = false,
    typeLine: Int? = nil
  ) -> UInt64 {
    let place =
      trace != 0
      ? UInt64(trace) : isOfClass | UInt64(min(sizeLimit, Int(UInt32.max)))
    let line = UInt64(truncatingIfNeeded: (typeLine ?? -1) + 1) & lineMask
    return isGroup | (isSuppressed ? isApart : 0) | UInt64(kind.rawValue) << 33 | place | line << 36
  }
}

/// Handle to the shared memory; may be copied.
package struct LeakGroups {
  private let start: UInt
  private let capacity: Int

  private static var headerByteCount: Int { 256 }

  /// Room for the groups of so many blocks; nil without memory.
  package init?(blockCount: Int) {
    var capacity = 256
    while capacity < 2 * blockCount, capacity < 1 << 22 { capacity *= 2 }
    self.capacity = capacity
    guard let start = SystemMemory.allocateShared(byteCount: Self.byteCount(capacity)) else {
      return nil
    }
    self.start = start
  }

  private static func byteCount(_ capacity: Int) -> Int {
    System.roundUpToPage(
      headerByteCount + capacity * MemoryLayout<LeakGroup>.stride
        + LeakFindings.stepCapacity * MemoryLayout<CycleStep>.stride
        + LeakFindings.typeCapacity * MemoryLayout<UInt>.stride)
  }

  /// What is kept beside the groups.
  var findings: LeakFindings {
    LeakFindings(totals: totals, start: UInt(bitPattern: groups + capacity))
  }

  package var totals: UnsafeMutablePointer<LeakTotals> {
    UnsafeMutablePointer(bitPattern: start).unsafelyUnwrapped
  }

  private var groups: UnsafeMutablePointer<LeakGroup> {
    UnsafeMutablePointer(bitPattern: start + UInt(Self.headerByteCount)).unsafelyUnwrapped
  }

  private func place(_ key: UInt64) -> Int {
    var place = Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 40) & (capacity - 1)
    while groups[place].key != 0, groups[place].key != key { place = (place + 1) & (capacity - 1) }
    return place
  }

  /// Counts a block in the totals.
  @inline(__always)
  package func add(_ kind: LeakKind, _ byteCount: Int) {
    totals.pointee.kinds[kind.rawValue].blocks += 1
    totals.pointee.kinds[kind.rawValue].bytes += byteCount
  }

  /// Counts a block in the totals and in its group, without a trace that of its size class. The group; nil where the table is
  /// full.
  @discardableResult
  package func add(
    _ kind: LeakKind, _ block: CheckedBlock, _ type: BlockType = .none, isSuppressed: Bool = false,
    typeLine: Int? = nil, sizeLimit: Int
  ) -> UnsafeMutablePointer<LeakGroup>? {
    add(kind, block.byteCount)
    let key = LeakGroup.key(
      kind, trace: block.trace, sizeLimit: sizeLimit, isSuppressed: isSuppressed,
      typeLine: typeLine)
    let group = groups + place(key)
    if group.pointee.key == 0 {
      // A full table counts what is left in the totals only.
      if totals.pointee.groupCount >= capacity / 2 { return nil }
      totals.pointee.groupCount += 1
      group.pointee.key = key
      group.pointee.example = block.start
      group.pointee.exampleByteCount = block.byteCount
      group.pointee.thread = block.thread
      group.pointee.isSuppressed = isSuppressed
      group.pointee.type = type
    } else if group.pointee.type != type {
      group.pointee.type = .mixed
    }
    group.pointee.total.blocks += 1
    group.pointee.total.bytes += block.byteCount
    return group
  }

  /// The group of that key; nil without one.
  func group(_ key: UInt64) -> UnsafeMutablePointer<LeakGroup>? {
    let group = groups + place(key)
    return group.pointee.key == 0 ? nil : group
  }

  /// What the group of that key holds; nothing without one.
  package func count(_ key: UInt64) -> LeakCount { groups[place(key)].total }

  /// What suppressions match of a kind.
  package func suppressedCount(_ kind: LeakKind) -> LeakCount {
    var count = LeakCount()
    for index in 0..<capacity where groups[index].isSuppressed && groups[index].kind == kind {
      count.add(groups[index].total)
    }
    return count
  }

  /// The groups, definite ones first, the largest first in each kind; nil without memory for the list.
  package func sorted() -> MappedArray<LeakGroupPlace>? {
    guard var list = MappedArray<LeakGroupPlace>(capacity: totals.pointee.groupCount) else {
      return nil
    }
    for index in 0..<capacity where groups[index].key != 0 {
      list.append(LeakGroupPlace(groups + index))
    }
    list.sort()
    return list
  }

  /// The addresses that it takes: start and length in bytes.
  package var addresses: (start: UInt, byteCount: Int) { (start, Self.byteCount(capacity)) }

  /// Gives its memory back.
  package func release() { SystemMemory.release(start, byteCount: Self.byteCount(capacity)) }
}

/// A group in the order of a report.
package struct LeakGroupPlace: AddressOrdered {
  package let group: UnsafeMutablePointer<LeakGroup>
  package let start: UInt

  init(_ group: UnsafeMutablePointer<LeakGroup>) {
    self.group = group
    let bytes = UInt(min(group.pointee.total.bytes, 1 << 56))
    start = UInt(group.pointee.kind.rawValue) << 60 | (1 << 57 - bytes)
  }
}
