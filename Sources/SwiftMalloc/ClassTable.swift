// The size classes of a policy that names them, as a heap looks them up.

import Memory
import Platform

/// A table in pages of the heap's source, or none.
struct ClassTable {
  let address: UnsafePointer<SizeClassTable>?

  private static var byteCount: Int { System.roundUpToPage(MemoryLayout<SizeClassTable>.stride) }

  /// Of these lengths and the powers of two, or why they are none. No table for nil.
  init<Pages: PageSource>(_ sizes: [Int]?, pages: Pages) throws(HeapError) {
    guard let sizes else {
      address = nil
      return
    }
    var table = SizeClassTable()
    var power = 16
    var last = 0
    for size in sizes {
      if size <= last || size % 16 != 0 || size > SizeClasses.largestBlock {
        throw .badSizeClass(size)
      }
      last = size
      try Self.addPowers(to: &table, below: size, &power)
      if size == power { power *= 2 }
      try Self.add(size, to: &table)
    }
    try Self.addPowers(to: &table, below: SizeClasses.largestBlock + 1, &power)
    guard let start = pages.allocate(byteCount: Self.byteCount),
      let place = UnsafeMutablePointer<SizeClassTable>(bitPattern: start)
    else { throw .noMemory }
    place.initialize(to: table)
    address = UnsafePointer(place)
  }

  private static func addPowers(
    to table: inout SizeClassTable, below end: Int, _ power: inout Int
  ) throws(HeapError) {
    while power < end {
      try add(power, to: &table)
      power *= 2
    }
  }

  private static func add(_ size: Int, to table: inout SizeClassTable) throws(HeapError) {
    if table.append(size) != nil { throw .tooManySizeClasses }
  }

  /// When no heap uses it any more.
  func giveBack<Pages: PageSource>(to pages: Pages) {
    if let address {
      _ = pages.release(UInt(bitPattern: address), byteCount: Self.byteCount)
    }
  }
}
