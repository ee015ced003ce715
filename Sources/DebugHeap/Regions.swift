// Addresses for buckets. A region has slices, and apart from them, behind inaccessible pages, the records of
// each slice at a fixed place, so that an address leads to its record by arithmetic and no table can be harmed:
//
//   | guard | slice 0 | slice 1 | … | guard | free … | guard | records 0 | records 1 | … | guard | free … |
//
// Reserved addresses count against a limit that the program sets, and as memory for who writes a core file. So a region
// reserves what it needs soon, and grows into the free addresses behind. The system gives those to the program from their end
// on; when they meet, the next region begins elsewhere. (RegionSpace)
//
// Slices are taken in the order of their addresses. Those of retired buckets are taken again when
// more than a quarantine was freed since, or when there is nothing else: the oldest first.

import Memory
import Platform
import Synchronization

package struct Region {
  package var start: UInt = 0
  /// Slices that are reserved, and how many there can be at most.
  package var sliceCount = 0
  package var sliceLimit = 0
  package var records: UInt = 0
  /// Ordinal of the first slice.
  package var firstOrdinal = 0
  /// Slices whose records are accessible.
  package var recordedSlices = 0
}

package struct Regions<Pages: PageSource>: ~Copyable {
  package typealias BucketPointer = UnsafeMutablePointer<Bucket>

  package let lock = Lock()
  let pages: Pages
  var regions = InlineArray<24, Region>(repeating: Region())
  // Release when a region was added or a slice taken, acquire to look one up.
  private let regionCount = Atomic<Int>(0)
  private let takenSlices = Atomic<Int>(0)
  private var retiredHead: UInt32 = 0
  private var retiredTail: UInt32 = 0
  private var readyHead: UInt32 = 0
  /// Slices that are ready.
  package private(set) var readyCount = 0
  let recordStride: Int

  static var guardByteCount: Int { PageMap.sliceSize }
  private static var recordedStep: Int { 16 }
  /// Slices of the first region, if the system allows so many: 64 GiB.
  private static var sliceLimit: Int { 1 << 20 }
  /// Slot numbers have 32 bits.
  private static var ordinalLimit: Int { 1 << 32 / Bucket.slotLimit - 1 }

  package init(pages: Pages) {
    self.pages = pages
    recordStride = System.roundUpToPage(
      MemoryLayout<Bucket>.stride + Bucket.slotLimit * MemoryLayout<SlotRecord>.stride)
  }

  // MARK: Looking up

  /// The bucket of the slice that holds `address`, which may never have been used; nil when none does.
  @inline(__always)
  package func bucket(at address: UInt) -> BucketPointer? {
    let count = regionCount.load(ordering: .acquiring)
    var index = 0
    while index < count {
      let slice = (address &- regions[index].start) &>> UInt(PageMap.sliceShift)
      // Records that are accessible, but of slices that were never taken, are zero: unused buckets.
      if slice < UInt(bitPattern: regions[index].recordedSlices) {
        let bucket = bucket(index, Int(bitPattern: slice))
        return bucket.pointee.state == .lost ? nil : bucket
      }
      index &+= 1
    }
    return nil
  }

  /// The ordinal of the slice that holds `address`, taken if it is not above `takenCount`; 0 when none does.
  @inline(__always)
  package func ordinal(at address: UInt) -> Int {
    let count = regionCount.load(ordering: .acquiring)
    var index = 0
    while index < count {
      let slice = (address &- regions[index].start) &>> UInt(PageMap.sliceShift)
      if slice < UInt(bitPattern: regions[index].sliceCount) {
        let ordinal = regions[index].firstOrdinal &+ Int(bitPattern: slice)
        return ordinal <= takenSlices.load(ordering: .relaxed) ? ordinal : 0
      }
      index &+= 1
    }
    return 0
  }

  /// Whether the address is in a slice, taken or not.
  package func contains(_ address: UInt) -> Bool {
    for index in 0..<regionCount.load(ordering: .acquiring)
    where address &- regions[index].start < UInt(regions[index].sliceCount * PageMap.sliceSize) {
      return true
    }
    return false
  }

  @inline(__always)
  private func bucket(_ region: Int, _ slice: Int) -> BucketPointer {
    BucketPointer(bitPattern: regions[region].records &+ UInt(bitPattern: slice &* recordStride))
      .unsafelyUnwrapped
  }

  /// The bucket of a slice by its ordinal.
  @inline(__always)
  package func bucket(ordinal: Int) -> BucketPointer {
    var index = 0
    while ordinal >= regions[index].firstOrdinal + regions[index].sliceCount { index += 1 }
    return bucket(index, ordinal - regions[index].firstOrdinal)
  }

  /// Slices that were taken so far: their ordinals are 1 to this.
  package var takenCount: Int { takenSlices.load(ordering: .acquiring) }

  // MARK: Taking slices, under the lock

  /// A slice that was never taken, inaccessible, with a zero bucket; nil when there is no room.
  package mutating func takeFresh() -> BucketPointer? {
    let ordinal = takenSlices.load(ordering: .relaxed) + 1
    var index = regionCount.load(ordering: .relaxed) - 1
    if index < 0 || ordinal >= regions[index].firstOrdinal + regions[index].sliceCount {
      if index < 0 || !extend(index) {
        if !addRegion(firstOrdinal: ordinal) { return nil }
        index += 1
      }
    }
    let slice = ordinal - regions[index].firstOrdinal
    if slice >= regions[index].recordedSlices, !extendRecords(index) { return nil }
    let bucket = bucket(index, slice)
    bucket.pointee.start = regions[index].start + UInt(slice * PageMap.sliceSize)
    bucket.pointee.ordinal = UInt32(ordinal)
    takenSlices.store(ordinal, ordering: .releasing)
    return bucket
  }

  private mutating func addRegion(firstOrdinal: Int) -> Bool {
    let index = regionCount.load(ordering: .relaxed)
    if index == regions.count { return false }
    // Seven sixteenths are left for large blocks and the program's own mappings.
    if System.addressLimit != Int.max, index == 9 { return false }
    // Under a limit of addresses a region takes a sixteenth of it.
    let permitted = max(System.addressLimit / 16 / (PageMap.sliceSize + recordStride), 8)
    var sliceCount = min(min(Self.sliceLimit, permitted), Self.ordinalLimit - firstOrdinal)
    while sliceCount > 0 {
      if let region = reserve(sliceCount, firstOrdinal: firstOrdinal) {
        regions[index] = region
        regionCount.store(index + 1, ordering: .releasing)
        return true
      }
      sliceCount /= 2
    }
    return false
  }

  private mutating func extendRecords(_ index: Int) -> Bool {
    let count = min(Self.recordedStep, regions[index].sliceCount - regions[index].recordedSlices)
    let start = regions[index].records + UInt(regions[index].recordedSlices * recordStride)
    if !pages.commit(start, byteCount: count * recordStride) { return false }
    regions[index].recordedSlices += count
    return true
  }

  // MARK: Retired slices, under the lock

  package mutating func retire(_ bucket: BucketPointer) {
    bucket.pointee.next = 0
    if retiredTail == 0 {
      retiredHead = bucket.pointee.ordinal
    } else {
      self.bucket(ordinal: Int(retiredTail)).pointee.next = bucket.pointee.ordinal
    }
    retiredTail = bucket.pointee.ordinal
  }

  /// The slice that was retired first, if there is one.
  package var oldestRetired: BucketPointer? {
    retiredHead == 0 ? nil : bucket(ordinal: Int(retiredHead))
  }

  package mutating func removeOldestRetired() {
    retiredHead = bucket(ordinal: Int(retiredHead)).pointee.next
    if retiredHead == 0 { retiredTail = 0 }
  }

  /// Gives every region back: no block is used any more, nor is this.
  package mutating func releaseAll() {
    forEachMapping { _ = pages.release($0, byteCount: $1) }
    regionCount.store(0, ordering: .relaxed)
  }

  /// Calls `body` with the start and the length in bytes of the slices and of the records of every region.
  package func forEachMapping(_ body: (UInt, Int) -> Void) {
    for index in 0..<regionCount.load(ordering: .acquiring) {
      let region = regions[index]
      let lead = UInt(Self.guardByteCount)
      let guards = 2 * Self.guardByteCount
      body(region.start - lead, region.sliceCount * PageMap.sliceSize + guards)
      body(region.records - lead, region.sliceCount * recordStride + guards)
    }
  }

  /// Calls `body` with the start and the length in bytes of the slices of each region that were taken so far.
  package func forEachTakenPart(_ body: (UInt, Int) -> Void) {
    let taken = takenCount
    for index in 0..<regionCount.load(ordering: .acquiring) {
      let region = regions[index]
      // Ordinals begin with 1.
      let sliceCount = min(region.sliceCount, max(taken - region.firstOrdinal + 1, 0))
      if sliceCount > 0 { body(region.start, sliceCount * PageMap.sliceSize) }
    }
  }

  // MARK: Ready slices, under the lock

  package mutating func addReady(_ bucket: BucketPointer) {
    bucket.pointee.next = readyHead
    readyHead = bucket.pointee.ordinal
    readyCount += 1
  }

  /// The slice that was made ready last: its pages may still be in the processor's cache.
  package mutating func takeReady() -> BucketPointer? {
    if readyHead == 0 { return nil }
    let bucket = bucket(ordinal: Int(readyHead))
    readyHead = bucket.pointee.next
    readyCount -= 1
    return bucket
  }

  // MARK: Protection

  /// Makes the accessible records of all regions read-only, or writable again.
  package func setWritable(_ isWritable: Bool) {
    for index in 0..<regionCount.load(ordering: .acquiring) {
      let byteCount = regions[index].recordedSlices * recordStride
      if byteCount > 0 {
        _ = pages.setWritable(isWritable, regions[index].records, byteCount: byteCount)
      }
    }
  }
}
