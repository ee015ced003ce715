// Block sizes that somebody chose, in place of the equal parts of SizeClasses: a table by which the class of a size is
// looked up. Every power of two is among them, so that there is a block for each alignment that is at most twice as long
// as need be, and so that no size up to the longest has none.

import Platform

/// Why a size cannot be added to a table, or why a table is not whole.
package enum SizeClassProblem: Equatable {
  case notAMultiple(Int)
  case tooShort(Int)
  case tooLong(Int)
  case twice(Int)
  case outOfOrder(Int, behind: Int)
  case tooMany
  case lacks(Int)
}

package struct SizeClassTable {
  /// For each granule of 16 bytes, by its end: the class of the shortest blocks that hold so many bytes, less 1 but for the
  /// first.
  private var classes = InlineArray<2049, UInt8>(repeating: 0)
  private var sizes = ClassArray<UInt16>(repeating: 0)
  package private(set) var count = 0
  private var filled = 0

  package init() {}

  /// An empty table in memory of its own; nil without memory.
  package static func make() -> UnsafeMutablePointer<SizeClassTable>? {
    guard let start = SystemMemory.allocate(byteCount: mappedByteCount) else { return nil }
    let table = UnsafeMutablePointer<SizeClassTable>(bitPattern: start).unsafelyUnwrapped
    table.initialize(to: SizeClassTable())
    return table
  }

  fileprivate static var mappedByteCount: Int {
    System.roundUpToPage(MemoryLayout<SizeClassTable>.stride)
  }

  /// Adds blocks of `byteCount` bytes behind the shorter ones; a problem, and then nothing has changed.
  package mutating func append(_ byteCount: Int) -> SizeClassProblem? {
    if byteCount % 16 != 0 { return .notAMultiple(byteCount) }
    if byteCount < 16 { return .tooShort(byteCount) }
    if byteCount > SizeClasses.largestBlock { return .tooLong(byteCount) }
    if count > 0, byteCount == blockSize(count - 1) { return .twice(byteCount) }
    if count > 0, byteCount < blockSize(count - 1) {
      return .outOfOrder(byteCount, behind: blockSize(count - 1))
    }
    if count == SizeClasses.limit { return .tooMany }
    sizes[count] = UInt16(byteCount)
    while filled <= byteCount >> SizeClasses.granuleShift {
      classes[filled] = UInt8(max(count - 1, 0))
      filled += 1
    }
    count += 1
    return nil
  }

  /// What is missing, when all sizes were added; nil: the table serves a heap.
  package var problem: SizeClassProblem? {
    var power = 16
    while power <= SizeClasses.largestBlock {
      let granule = power >> SizeClasses.granuleShift
      if granule >= filled { return .lacks(power) }
      let index = power == 16 ? 0 : Int(classes[granule]) + 1
      if blockSize(index) != power { return .lacks(power) }
      power *= 2
    }
    return nil
  }

  package func blockSize(_ index: Int) -> Int { Int(sizes[index]) }
}

extension UnsafeMutablePointer where Pointee == SizeClassTable {
  /// Gives the memory of a table back that `make` made.
  package func giveBack() {
    SystemMemory.release(UInt(bitPattern: self), byteCount: SizeClassTable.mappedByteCount)
  }
}

extension UnsafePointer where Pointee == SizeClassTable {
  /// The class of the shortest blocks that hold `byteCount` bytes, from 17 to the longest block's length, less 1.
  @inline(__always)
  func indexBehindFirst(_ byteCount: Int) -> Int {
    // The table begins with the classes.
    Int(UnsafeRawPointer(self).load(fromByteOffset: (byteCount &+ 15) &>> 4, as: UInt8.self))
  }
}
