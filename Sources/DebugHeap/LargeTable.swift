// Large blocks and guarded ones that fill more than a page: each has a mapping of its own or a cell, and a
// record in this table, which grows and shrinks with their number. The table is a mapping too, with open
// addressing by the block's address:
//
//   place = hash(block) … the first place from there that holds the block, or none
//   count ≤ capacity · 3/4;  capacity halves below 1/8
//
// Everything runs under the heap's lock of large blocks.

import Memory
import Platform

package struct LargeRecord {
  /// Address of the block; 0: no record.
  package var block: UInt
  /// The mapping, with both its guard pages; or the cell.
  package var mapping: UInt
  package var mappingBytes: Int
  package var area: Area
  package var requested: Int
  package var alignment: Int
  package var kind: BlockKind
  package var isFreed = false
  package var isSetAside = false
  /// No leak, as the program says.
  package var isIgnored: Bool
  /// Whether it stands between sealed pages, and so splits a mapping.
  package var isIsland: Bool
  /// Freed, and filled, as it could not be sealed.
  package var isFilled = false
  /// The pool that its cell is of; 0: it has a mapping of its own.
  package var pool: UInt32
  package var allocatingThread: Int
  package var freeingThread = 0
  package var allocation: UInt32
  /// The last realloc that changed the size; 0: none.
  package var reallocation: UInt32 = 0
  package var release: UInt32 = 0
  /// In the quarantine: the block freed next; 0: none.
  package var next: UInt = 0

  /// A live block.
  package init(
    block: UInt, mapping: UInt, mappingBytes: Int, area: Area, requested: Int, alignment: Int,
    _ origin: Origin, pool: UInt32, isIsland: Bool
  ) {
    self.block = block
    self.mapping = mapping
    self.mappingBytes = mappingBytes
    self.area = area
    self.requested = requested
    self.alignment = alignment
    self.pool = pool
    self.isIsland = isIsland
    kind = origin.kind
    isIgnored = origin.isIgnored
    allocatingThread = origin.thread
    allocation = origin.trace
  }
}

package struct LargeTable<Pages: PageSource>: ~Copyable {
  package typealias RecordPointer = UnsafeMutablePointer<LargeRecord>

  private let pages: Pages
  private var mapping: UInt = 0
  private var capacity = 0
  package private(set) var count = 0

  private static var leastCapacity: Int { 32 }

  package init(pages: Pages) { self.pages = pages }

  private static func byteCount(_ capacity: Int) -> Int {
    System.roundUpToPage(capacity * MemoryLayout<LargeRecord>.stride)
  }

  private var places: RecordPointer {
    RecordPointer(bitPattern: mapping + UInt(System.pageSize)).unsafelyUnwrapped
  }

  private func home(_ block: UInt) -> Int {
    let mixed = UInt64(block >> 12) &* 0x9e37_79b9_7f4a_7c15
    return Int(truncatingIfNeeded: mixed >> 32) & (capacity - 1)
  }

  /// The record of the block at `block`, or nil.
  package func find(_ block: UInt) -> RecordPointer? {
    if capacity == 0 { return nil }
    var place = home(block)
    while places[place].block != 0 {
      if places[place].block == block { return places + place }
      place = (place + 1) & (capacity - 1)
    }
    return nil
  }

  /// Adds a record; false when there is no memory for it. Pointers to records end.
  package mutating func insert(_ record: LargeRecord) -> Bool {
    if (count + 1) * 4 > capacity * 3, !resize(max(capacity * 2, Self.leastCapacity)) {
      if count + 1 >= capacity { return false }
    }
    place(record)
    count += 1
    return true
  }

  private func place(_ record: LargeRecord) {
    var place = home(record.block)
    while places[place].block != 0 { place = (place + 1) & (capacity - 1) }
    places[place] = record
  }

  /// Removes the record of the block, which is there. Pointers to records end.
  package mutating func remove(_ block: UInt) {
    guard let found = find(block) else { return }
    var hole = found - places
    var next = (hole + 1) & (capacity - 1)
    // Whoever stands behind the hole and belongs at or before it moves into it.
    while places[next].block != 0 {
      let home = home(places[next].block)
      if (next - home) & (capacity - 1) >= (next - hole) & (capacity - 1) {
        places[hole] = places[next]
        hole = next
      }
      next = (next + 1) & (capacity - 1)
    }
    places[hole].block = 0
    count -= 1
    if capacity > Self.leastCapacity, count * 8 < capacity { _ = resize(capacity / 2) }
  }

  private mutating func resize(_ newCapacity: Int) -> Bool {
    let byteCount = Self.byteCount(newCapacity)
    let guards = 2 * System.pageSize
    guard let new = pages.reserve(byteCount: byteCount + guards) else { return false }
    guard pages.commit(new + UInt(System.pageSize), byteCount: byteCount) else {
      _ = pages.release(new, byteCount: byteCount + guards)
      return false
    }
    let oldMapping = mapping
    let oldCapacity = capacity
    let old = oldCapacity == 0 ? nil : places
    mapping = new
    capacity = newCapacity
    // Recycled pages of a source that is not the kernel need not be zero.
    for index in 0..<newCapacity { places[index].block = 0 }
    if let old {
      for index in 0..<oldCapacity where old[index].block != 0 { place(old[index]) }
      _ = pages.release(oldMapping, byteCount: Self.byteCount(oldCapacity) + guards)
    }
    return true
  }

  /// Calls `body` with each record; it must not add or remove any.
  package func forEach(_ body: (RecordPointer) -> Void) {
    for index in 0..<capacity where places[index].block != 0 { body(places + index) }
  }

  /// Gives back every mapping of a block's own, then the table, which is not used any more.
  package mutating func releaseAll() {
    if capacity == 0 { return }
    forEach {
      if $0.pointee.pool != 0 { return }
      _ = pages.release($0.pointee.mapping, byteCount: $0.pointee.mappingBytes)
    }
    _ = pages.release(mapping, byteCount: Self.byteCount(capacity) + 2 * System.pageSize)
    capacity = 0
  }

  /// The addresses of the table; none as long as there is none.
  package var addresses: (start: UInt, byteCount: Int)? {
    capacity == 0 ? nil : (mapping, Self.byteCount(capacity) + 2 * System.pageSize)
  }

  /// Bytes of the table.
  package var byteCount: Int { Self.byteCount(capacity) }

  /// Makes the table read-only, or writable again.
  package func setWritable(_ isWritable: Bool) {
    if capacity == 0 { return }
    _ = pages.setWritable(
      isWritable, mapping + UInt(System.pageSize), byteCount: Self.byteCount(capacity))
  }
}
