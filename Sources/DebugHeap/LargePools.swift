// Places for large blocks that have no mapping of their own. A cell is the place of one block; a pool is one mapping of up to
// 512 cells of one length. Pools are readable and writable as a whole, so that the kernel makes one mapping of
// those that are neighbours, however many blocks lie in them:
//
//   plain    | cell | cell | …               a free cell is zero
//   hidden   | page | cell | cell | …        all pages are hidden but those of blocks: inaccessible, without a mapping
//                                            of their own (PageSource.hide). The last page of a cell always is.
//
// A pool is given back when it is empty and it is long, or another one of its class has free cells; unless there are so many pools
// that holes between them could be too many mappings. Everything runs under the heap's lock of large blocks.

import Memory
import Platform

package struct Pool: BitwiseCopyable {
  /// Address of its mapping; 0: there is no such pool.
  package var mapping: UInt
  /// Address of the first cell.
  package var start: UInt
  package var cellByteCount: Int
  package var cellCount: Int
  package var freeCount: Int
  /// A bit for each cell that no block has.
  var free: InlineArray<8, UInt64>
  var sizeClass: Int
  /// Whether pages that are no block's are inaccessible.
  package var isHidden: Bool
  /// The program was let into a page of it: it is never given back.
  var isSetAside = false
  /// In the list of its class, of pools with free cells; of an unused record, the one unused before.
  var next: UInt32 = 0
  var previous: UInt32 = 0

  package var byteCount: Int { Int(start - mapping) + cellCount * cellByteCount }
}

/// A cell that was taken.
package struct Cell {
  /// The number of its pool, from 1 on.
  package let pool: UInt32
  package let start: UInt
  package let end: UInt
  package let isHidden: Bool
}

package struct LargePools<Pages: PageSource>: ~Copyable {
  private let pages: Pages
  private var pools: RecordArray<Pool, Pages>
  /// The first pool with free cells of each class.
  private var first = InlineArray<96, UInt32>(repeating: 0)
  /// Cells of each class, free or not.
  private var cellCounts = InlineArray<96, Int>(repeating: 0)
  private var firstUnused: UInt32 = 0
  /// Pools that there are.
  package private(set) var count = 0

  /// The longest cell.
  package static var longestCell: Int { 2 << 20 }
  private static var geometry: SizeClasses { SizeClasses(steps: 4) }
  private static var leastCells: Int { 4 }
  private static var mostCells: Int { 512 }
  private static var longestPool: Int { 16 << 20 }
  /// With more pools than these an empty one stays: each may be a mapping when its neighbours are gone.
  private static var releaseLimit: Int { 4096 }
  /// The longest pool that stays for the next block of its class.
  private static var keptByteCount: Int { 1 << 20 }

  package init(pages: Pages) {
    self.pages = pages
    pools = RecordArray(pages: pages)
  }

  /// The class of cells of at least so many bytes; nil when there are none.
  package static func sizeClass(_ byteCount: Int) -> Int? {
    byteCount <= longestCell ? geometry.index(byteCount) : nil
  }

  static func cellByteCount(_ sizeClass: Int) -> Int {
    System.roundUpToPage(geometry.blockSize(sizeClass))
  }

  package subscript(number: UInt32) -> UnsafeMutablePointer<Pool> { pools[Int(number) - 1] }

  // MARK: Cells

  /// A free cell; nil when no pool of the class has one.
  package mutating func take(_ sizeClass: Int) -> Cell? {
    let number = first[sizeClass]
    if number == 0 { return nil }
    let pool = self[number]
    var word = 0
    while pool.pointee.free[word] == 0 { word += 1 }
    let bit = pool.pointee.free[word].trailingZeroBitCount
    pool.pointee.free[word] &= ~(1 << UInt64(bit))
    pool.pointee.freeCount -= 1
    if pool.pointee.freeCount == 0 { unlink(number) }
    let length = pool.pointee.cellByteCount
    let start = pool.pointee.start + UInt((word * 64 + bit) * length)
    return Cell(
      pool: number, start: start, end: start + UInt(length), isHidden: pool.pointee.isHidden)
  }

  /// Takes a cell back, which is zero or hidden again.
  package mutating func giveBack(_ start: UInt, _ number: UInt32) {
    let pool = self[number]
    let index = Int(start - pool.pointee.start) / pool.pointee.cellByteCount
    pool.pointee.free[index / 64] |= 1 << UInt64(index % 64)
    pool.pointee.freeCount += 1
    if pool.pointee.freeCount == 1 { link(number) }
    let isAlone = first[pool.pointee.sizeClass] == number && pool.pointee.next == 0
    let isKept =
      isAlone && pool.pointee.byteCount <= Self.keptByteCount || pool.pointee.isSetAside
    if pool.pointee.freeCount == pool.pointee.cellCount, !isKept, count <= Self.releaseLimit {
      release(number)
    }
  }

  /// The program is let into the page at `address`, if it is in a pool: its cell is not given out any more.
  mutating func setAside(_ address: UInt, isTaken: Bool) {
    var found: UInt32 = 0
    forEach { number, pool in
      if address &- pool.pointee.mapping < UInt(pool.pointee.byteCount) { found = number }
    }
    if found == 0 { return }
    let pool = self[found]
    pool.pointee.isSetAside = true
    if isTaken || address < pool.pointee.start { return }
    let index = Int(address - pool.pointee.start) / pool.pointee.cellByteCount
    pool.pointee.free[index / 64] &= ~(1 << UInt64(index % 64))
    pool.pointee.freeCount -= 1
    if pool.pointee.freeCount == 0 { unlink(found) }
  }

  // MARK: Pools

  /// Makes a pool, as long as all others of its class together, or a shorter one; false when the system refuses.
  package mutating func add(_ sizeClass: Int, isHidden: Bool) -> Bool {
    let length = Self.cellByteCount(sizeClass)
    let most = min(max(cellCounts[sizeClass], Self.leastCells), Self.mostCells)
    let cellCount = max(min(most, Self.longestPool / length), 1)
    return map(sizeClass, cellCount, isHidden) || cellCount > 1 && map(sizeClass, 1, isHidden)
  }

  private mutating func map(_ sizeClass: Int, _ cellCount: Int, _ isHidden: Bool) -> Bool {
    let length = Self.cellByteCount(sizeClass)
    let lead = isHidden ? System.pageSize : 0
    let byteCount = cellCount * length + lead
    guard let mapping = pages.allocate(byteCount: byteCount) else { return false }
    let isHidden = isHidden && pages.hide(mapping, byteCount: byteCount)
    // A huge page would make memory of what blocks never touch.
    if !isHidden { pages.useHugePages(false, mapping, byteCount: byteCount) }
    var free = InlineArray<8, UInt64>(repeating: 0)
    for index in 0..<cellCount { free[index / 64] |= 1 << UInt64(index % 64) }
    let pool = Pool(
      mapping: mapping, start: mapping + UInt(lead), cellByteCount: length, cellCount: cellCount,
      freeCount: cellCount, free: free, sizeClass: sizeClass, isHidden: isHidden)
    guard let number = enter(pool) else {
      _ = pages.release(mapping, byteCount: byteCount)
      return false
    }
    cellCounts[sizeClass] += cellCount
    count += 1
    link(number)
    return true
  }

  private mutating func enter(_ pool: Pool) -> UInt32? {
    if firstUnused == 0 { return pools.append(pool) ? UInt32(pools.count) : nil }
    let number = firstUnused
    firstUnused = self[number].pointee.next
    self[number].pointee = pool
    return number
  }

  /// Gives an empty pool back, unless the system refuses.
  private mutating func release(_ number: UInt32) {
    let pool = self[number]
    if !pages.release(pool.pointee.mapping, byteCount: pool.pointee.byteCount) { return }
    unlink(number)
    cellCounts[pool.pointee.sizeClass] -= pool.pointee.cellCount
    count -= 1
    pool.pointee.mapping = 0
    pool.pointee.next = firstUnused
    firstUnused = number
  }

  private mutating func link(_ number: UInt32) {
    let pool = self[number]
    let next = first[pool.pointee.sizeClass]
    pool.pointee.previous = 0
    pool.pointee.next = next
    if next != 0 { self[next].pointee.previous = number }
    first[pool.pointee.sizeClass] = number
  }

  private mutating func unlink(_ number: UInt32) {
    let pool = self[number]
    let (previous, next) = (pool.pointee.previous, pool.pointee.next)
    if next != 0 { self[next].pointee.previous = previous }
    if previous != 0 {
      self[previous].pointee.next = next
    } else {
      first[pool.pointee.sizeClass] = next
    }
    pool.pointee.next = 0
  }

  // MARK: All of them

  /// Calls `body` with the start and the length in bytes of every pool.
  package func forEachMapping(_ body: (UInt, Int) -> Void) {
    forEach { body($1.pointee.mapping, $1.pointee.byteCount) }
  }

  /// Calls `body` with every pool.
  func forEach(_ body: (UInt32, UnsafeMutablePointer<Pool>) -> Void) {
    for index in 0..<pools.count where pools[index].pointee.mapping != 0 {
      body(UInt32(index + 1), pools[index])
    }
  }

  /// The first pool of a class in the list of those with free cells; 0: none.
  func firstFree(_ sizeClass: Int) -> UInt32 { first[sizeClass] }

  /// Gives everything back; this is not used any more.
  package mutating func releaseAll() {
    forEachMapping { _ = pages.release($0, byteCount: $1) }
    pools.releaseAll()
  }

  /// The addresses of the records of pools.
  package var addresses: (start: UInt, byteCount: Int)? { pools.addresses }

  /// Bytes of the records.
  package var byteCount: Int { pools.byteCount }

  /// Makes the records read-only, or writable again.
  package func setWritable(_ isWritable: Bool) { pools.setWritable(isWritable) }
}
