// From a word to the live block that it may point to, and what the check knows of each block. All this is apart from the
// heap's records, and dense, as most of the time of a check goes by waiting for memory:
//
//   slices   [ordinal of a slice]                 what an address needs to become the number of a slot
//   states   [number of the slot], then large     one byte: 0 no live block, else its state, and whether the block begins
//                                                 elsewhere than its slot
//   large    sorted by address
//
// The number of a slot is its slice's ordinal and its index in it; a large block's number comes behind those.

import CShims
import DebugHeap
import Memory
import Platform

private struct Slice {
  let bucket: UnsafeMutablePointer<Bucket>
  let firstSlot: UInt
  let slotSize: UInt32
  let reciprocal: UInt32
  /// 0 where no bucket is in use.
  let handedOut: UInt32
}

package struct BlockTable<Policy: DebugPolicy> {
  package let heap: DebugHeap<Policy>
  private let states: MappedArray<UInt8>
  private let slices: MappedArray<Slice>
  private var large: MappedArray<CheckedLargeBlock>
  private let firstLarge: Int
  /// All blocks lie between.
  package let lowest: UInt
  package let span: UInt

  /// All live blocks of a heap that does not change meanwhile; nil without memory.
  package init?(_ heap: DebugHeap<Policy>) {
    self.heap = heap
    firstLarge = heap.slotNumberLimit
    let largeCount = heap.liveCounts.large
    guard let large = MappedArray<CheckedLargeBlock>(capacity: largeCount),
      let slices = MappedArray<Slice>(capacity: firstLarge / Bucket.slotLimit),
      let states = MappedArray<UInt8>(capacity: firstLarge + largeCount)
    else { return nil }
    SystemMemory.useHugePages(
      true, states.addresses.start, byteCount: states.addresses.byteCount)
    var low = UInt.max
    var high: UInt = 0
    heap.forEachMapping { start, byteCount in
      low = min(low, start)
      high = max(high, start + UInt(byteCount))
    }
    self.large = large
    self.slices = slices
    self.states = states
    lowest = low
    span = high - low
    fill()
  }

  private mutating func fill() {
    let (slices, states) = (slices, states)
    heap.forEachSlice { ordinal, bucket in
      let isUsed = bucket.pointee.state == .inUse
      let lead = bucket.pointee.isGuarded ? 0 : UInt(Bucket.lead)
      slices.elements[ordinal] = Slice(
        bucket: bucket, firstSlot: bucket.pointee.start + lead, slotSize: bucket.pointee.slotSize,
        reciprocal: bucket.pointee.reciprocal, handedOut: isUsed ? bucket.pointee.handedOut : 0)
      if !isUsed || bucket.pointee.liveCount == 0 { return }
      let first = ordinal * Bucket.slotLimit
      for index in 0..<Int(bucket.pointee.handedOut) {
        let slot = bucket.slot(index)
        if slot.pointee.state != .live { continue }
        let isPlain =
          slot.pointee.alignment == 16 && slot.pointee.requested > 0 && !bucket.pointee.isGuarded
        states.elements[first + index] =
          isPlain ? BlockState.unreached : BlockState.unreached | BlockState.isApart
      }
    }
    var found = large
    heap.forEachLiveLarge { record in
      found.append(
        CheckedLargeBlock(
          start: record.block, byteCount: record.requested,
          trace: record.reallocation != 0 ? record.reallocation : record.allocation,
          thread: record.allocatingThread, kind: record.kind))
    }
    found.sort()
    for index in 0..<found.count { states.elements[firstLarge + index] = BlockState.unreached }
    large = found
  }

  /// Words above sixteen bits of tags.
  @inline(__always)
  package static func address(_ word: UInt) -> UInt { word & 0xffff_ffff_ffff }

  // MARK: Numbers

  /// The number of what a word points to, into, or just past, which need not be a live block; −1 for other words.
  @inline(__always)
  package func number(_ word: UInt) -> Int {
    let address = Self.address(word)
    let ordinal = heap.sliceOrdinal(address)
    return ordinal == 0 ? largeNumber(address) : slotNumber(address, ordinal)
  }

  @inline(__always)
  private func slotNumber(_ address: UInt, _ ordinal: Int) -> Int {
    let slice = slices.elements + ordinal
    let offset = address &- slice.pointee.firstSlot
    if offset >= UInt(PageMap.sliceSize) { return -1 }
    let index = (offset &* UInt(slice.pointee.reciprocal)) &>> 32
    if index >= UInt(slice.pointee.handedOut) { return -1 }
    return ordinal &* Bucket.slotLimit &+ Int(bitPattern: index)
  }

  @inline(never)
  private func largeNumber(_ address: UInt) -> Int {
    let index = large.lastIndex(notAbove: address)
    if index < 0 || address - large[index].start > UInt(large[index].byteCount) { return -1 }
    return firstLarge + index
  }

  /// Fetches what `state` reads.
  @inline(__always)
  package func prefetchState(_ number: Int) { swiftmalloc_prefetch(states.elements + number) }

  /// Fetches the block's record and its first words.
  @inline(__always)
  package func prefetchBlock(_ number: Int) {
    if number >= firstLarge { return }
    let slice = slices.elements + number / Bucket.slotLimit
    let index = number % Bucket.slotLimit
    swiftmalloc_prefetch(slice.pointee.bucket.slot(index))
    swiftmalloc_prefetch(
      UnsafeRawPointer(
        bitPattern: slice.pointee.firstSlot &+ UInt(index) &* UInt(slice.pointee.slotSize)))
  }

  // MARK: Blocks

  /// The state of the block with that number; `none` where there is no live block.
  @inline(__always)
  package func state(_ number: Int) -> UInt8 { states.elements[number] & ~BlockState.marks }

  @inline(__always)
  package func setState(_ number: Int, _ state: UInt8) {
    states.elements[number] = states.elements[number] & BlockState.marks | state
  }

  /// Whether the lost block with that number is not to be reported.
  @inline(__always)
  package func isSuppressed(_ number: Int) -> Bool {
    states.elements[number] & BlockState.isSuppressed != 0
  }

  @inline(__always)
  package func suppress(_ number: Int) { states.elements[number] |= BlockState.isSuppressed }

  /// Whether words lead from the lost block with that number back to it.
  package func isInCircle(_ number: Int) -> Bool {
    states.elements[number] & BlockState.isInCircle != 0
  }

  package func noteCircle(_ number: Int) { states.elements[number] |= BlockState.isInCircle }

  /// Whether the report has a cycle with that block.
  func isTold(_ number: Int) -> Bool { states.elements[number] & BlockState.isTold != 0 }

  func noteTold(_ number: Int) { states.elements[number] |= BlockState.isTold }

  /// Whether a word points to the beginning of the live block with that number, by its slot alone. Where it does not,
  /// `block` tells more.
  @inline(__always)
  package func isPlainStart(_ word: UInt, _ number: Int) -> Bool {
    if number >= firstLarge || states.elements[number] & BlockState.isApart != 0 { return false }
    let slice = slices.elements + number / Bucket.slotLimit
    let offset = UInt(number % Bucket.slotLimit) &* UInt(slice.pointee.slotSize)
    return Self.address(word) == slice.pointee.firstSlot &+ offset
  }

  /// The live block with that number.
  package func block(_ number: Int) -> CheckedBlock {
    if number >= firstLarge {
      let block = large[number - firstLarge]
      return CheckedBlock(
        start: block.start, byteCount: block.byteCount, trace: block.trace, thread: block.thread,
        kind: block.kind)
    }
    let slice = slices.elements + number / Bucket.slotLimit
    let index = number % Bucket.slotLimit
    let record = slice.pointee.bucket.slot(index)
    let isApart = states.elements[number] & BlockState.isApart != 0
    let start =
      isApart
      ? heap.start(ofSlot: index, in: slice.pointee.bucket)
      : slice.pointee.firstSlot &+ UInt(index) &* UInt(slice.pointee.slotSize)
    return CheckedBlock(
      start: start, byteCount: record.pointee.requested, trace: record.pointee.allocation,
      thread: record.pointee.allocatingThread, kind: record.pointee.kind)
  }

  /// Calls `body` with the number of each live block, in the order of addresses but for large ones.
  package func forEach(_ body: (Int) -> Void) {
    for ordinal in 1..<max(firstLarge / Bucket.slotLimit, 1) {
      let first = ordinal * Bucket.slotLimit
      for index in 0..<Int(slices[ordinal].handedOut)
      where states.elements[first + index] != BlockState.none { body(first + index) }
    }
    for index in 0..<large.count { body(firstLarge + index) }
  }

  /// Calls `body` with the memory that the table takes: start and length in bytes.
  package func forEachMapping(_ body: (UInt, Int) -> Void) {
    body(large.addresses.start, large.addresses.byteCount)
    body(slices.addresses.start, slices.addresses.byteCount)
    body(states.addresses.start, states.addresses.byteCount)
  }
}
