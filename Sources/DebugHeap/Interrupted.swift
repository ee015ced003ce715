// A signal handler may have interrupted a call of its own thread, which holds a lock. It takes a block of
// a class whose lock is free; failing that, one from a chunk of its own kind, noted here:
//
//   | size, block | size, block | …    (unused) |        small ones share a chunk and are not used again
//   | size, block                        |               a long one has the chunk for itself
//
// What it frees and may not is noted too, and freed by the next call that is not interrupted. The
// tables are short; a free that does not fit is lost.

import Memory
import Platform
import Synchronization
import Traces

package struct Interrupted: ~Copyable {
  static let limit = 1024
  static let chunkByteCount = 1 << 16
  static let header = 16
  /// Addresses of chunks; 0: free place.
  let chunks = InlineArray<1024, Atomic<UInt>> { _ in Atomic<UInt>(0) }
  var byteCounts = InlineArray<1024, Int>(repeating: 0)
  /// Bytes given out of each chunk.
  let used = InlineArray<1024, Atomic<Int>> { _ in Atomic<Int>(0) }
  /// Places that were ever used: while there are none, nobody looks.
  let chunkCount = Atomic<Int>(0)
  let frees = InlineArray<1024, Atomic<UInt>> { _ in Atomic<UInt>(0) }
  let freeCount = Atomic<Int>(0)
}

extension DebugHeap {
  func allocateInHandler(_ byteCount: Int, alignment: Int, _ kind: BlockKind) -> NewBlock {
    let address = allocateInFreeClass(byteCount, alignment: alignment, kind)
    if address != 0 { return NewBlock(address: address, isZero: false) }
    // One of no bytes has an address in the chunk, too.
    let length =
      ((max(byteCount, 1) + 15) & ~15) + Interrupted.header + (alignment > 16 ? alignment : 0)
    let gate = storage.pointee.gate
    let count = gate.pointee.interrupted.chunkCount.load(ordering: .acquiring)
    let isShort = length <= Interrupted.chunkByteCount / 4
    if isShort {
      // What one block has for itself goes with that block.
      for index in 0..<count
      where gate.pointee.interrupted.byteCounts[index] == Interrupted.chunkByteCount {
        let block = take(index, length, byteCount, alignment)
        if block != 0 { return NewBlock(address: block, isZero: true) }
      }
    }
    // By its size a chunk that one block has for itself is told from the others.
    let own =
      length + System.pageSize > Interrupted.chunkByteCount ? length + System.pageSize : length
    guard let index = addChunk(isShort ? Interrupted.chunkByteCount : own) else { return .none }
    return NewBlock(address: take(index, length, byteCount, alignment), isZero: true)
  }

  /// A block from a chunk, its size in front of it; 0 when it is full.
  private func take(_ index: Int, _ length: Int, _ byteCount: Int, _ alignment: Int) -> UInt {
    let gate = storage.pointee.gate
    let chunk = gate.pointee.interrupted.chunks[index].load(ordering: .acquiring)
    let limit = gate.pointee.interrupted.byteCounts[index]
    if chunk == 0 || gate.pointee.interrupted.used[index].load(ordering: .relaxed) > limit - length
    {
      return 0
    }
    let (offset, end) = gate.pointee.interrupted.used[index].add(length, ordering: .relaxed)
    if end > limit { return 0 }
    let mask = UInt(max(alignment, 16) - 1)
    let block = (chunk + UInt(offset + Interrupted.header) + mask) & ~mask
    sizePlace(block).pointee = byteCount
    return block
  }

  private func sizePlace(_ block: UInt) -> UnsafeMutablePointer<Int> {
    UnsafeMutablePointer(bitPattern: block - UInt(Interrupted.header)).unsafelyUnwrapped
  }

  private func addChunk(_ byteCount: Int) -> Int? {
    let gate = storage.pointee.gate
    let length = System.roundUpToPage(byteCount)
    guard let chunk = storage.pointee.pages.allocate(byteCount: length) else { return nil }
    for index in 0..<Interrupted.limit {
      // 1 reserves the place until its fields are set.
      let (won, _) = gate.pointee.interrupted.chunks[index].compareExchange(
        expected: 0, desired: 1, ordering: .acquiringAndReleasing)
      if !won { continue }
      gate.pointee.interrupted.byteCounts[index] = length
      gate.pointee.interrupted.used[index].store(0, ordering: .relaxed)
      gate.pointee.interrupted.chunks[index].store(chunk, ordering: .releasing)
      if gate.pointee.interrupted.chunkCount.load(ordering: .relaxed) <= index {
        gate.pointee.interrupted.chunkCount.store(index + 1, ordering: .releasing)
      }
      return index
    }
    _ = storage.pointee.pages.release(chunk, byteCount: length)
    return nil
  }

  // A lock that can be taken is not held by the interrupted call: to wait for it later is safe.
  private func isFree(_ lock: borrowing Lock) -> Bool {
    if !lock.tryLock() { return false }
    lock.unlock()
    return true
  }

  private var canTakeLocks: Bool {
    !storage.pointee.settings.protectsRecords && isFree(storage.pointee.regions.lock)
  }

  private func allocateInFreeClass(_ byteCount: Int, alignment: Int, _ kind: BlockKind) -> UInt {
    guard let first = sizeClass(byteCount, alignment: alignment), canTakeLocks else {
      return 0
    }
    for sizeClass in first..<Self.guardedClass
    where Self.slotSize(sizeClass) != 0 && isFree(storage.pointee.classes[sizeClass].lock) {
      let origin = Origin(kind: kind, thread: 0, trace: 0)
      return allocateSlot(sizeClass, byteCount, alignment: alignment, origin)
    }
    return 0
  }

  /// The chunk that holds the address.
  private func chunkIndex(_ address: UInt) -> Int? {
    let gate = storage.pointee.gate
    for index in 0..<gate.pointee.interrupted.chunkCount.load(ordering: .acquiring) {
      let chunk = gate.pointee.interrupted.chunks[index].load(ordering: .acquiring)
      if chunk > 1, address &- chunk < UInt(gate.pointee.interrupted.byteCounts[index]) {
        return index
      }
    }
    return nil
  }

  /// The size of a handler's block; 0 when there is none at the address.
  func emergencySize(_ address: UInt) -> Int {
    chunkIndex(address) == nil ? 0 : sizePlace(address).pointee
  }

  /// Frees a handler's block; false when the address is in no chunk.
  func freeEmergency(_ address: UInt) -> Bool {
    guard let index = chunkIndex(address) else { return false }
    let gate = storage.pointee.gate
    let length = gate.pointee.interrupted.byteCounts[index]
    if length == Interrupted.chunkByteCount { return true }
    let chunk = gate.pointee.interrupted.chunks[index].exchange(0, ordering: .acquiringAndReleasing)
    if chunk > 1 { _ = storage.pointee.pages.release(chunk, byteCount: length) }
    return true
  }

  func freeInHandler(_ address: UInt, _ release: Deallocation) {
    if freeEmergency(address) { return }
    if let bucket = storage.pointee.regions.bucket(at: address), canTakeLocks,
      isFree(storage.pointee.classes[Int(bucket.pointee.sizeClass)].lock)
    {
      return freeEntered(address, release)
    }
    let gate = storage.pointee.gate
    for index in 0..<Interrupted.limit {
      let (won, _) = gate.pointee.interrupted.frees[index].compareExchange(
        expected: 0, desired: address, ordering: .acquiringAndReleasing)
      if won {
        gate.pointee.interrupted.freeCount.add(1, ordering: .releasing)
        return
      }
    }
  }

  /// Frees what handlers could not.
  @inline(__always)
  func freeInterrupted() {
    if storage.pointee.gate.pointee.interrupted.freeCount.load(ordering: .relaxed) != 0 {
      freeAllInterrupted()
    }
  }

  @inline(never)
  private func freeAllInterrupted() {
    let gate = storage.pointee.gate
    for index in 0..<Interrupted.limit {
      let address = gate.pointee.interrupted.frees[index].exchange(
        0, ordering: .acquiringAndReleasing)
      if address == 0 { continue }
      gate.pointee.interrupted.freeCount.subtract(1, ordering: .relaxed)
      var release = Deallocation(.cFree)
      release.thread = ThreadTable.numberOfThisThread
      release.isChecked = false
      freeEntered(address, release)
    }
  }

  /// Calls `body` with each address that a handler freed and that is still to be freed.
  package func forEachPendingFree(_ body: (UInt) -> Void) {
    let gate = storage.pointee.gate
    if gate.pointee.interrupted.freeCount.load(ordering: .relaxed) == 0 { return }
    for index in 0..<Interrupted.limit {
      let address = gate.pointee.interrupted.frees[index].load(ordering: .relaxed)
      if address != 0 { body(address) }
    }
  }

  /// The size of a block, for a handler that may take no lock.
  func sizeInHandler(_ address: UInt) -> Int {
    if let bucket = storage.pointee.regions.bucket(at: address) {
      return liveSlot(bucket, address) ?? 0
    }
    let size = emergencySize(address)
    if size != 0 || !storage.pointee.largeLock.tryLock() { return size }
    defer { storage.pointee.largeLock.unlock() }
    guard let record = storage.pointee.large.find(address), !record.pointee.isFreed else {
      return 0
    }
    return record.pointee.requested
  }

  func reallocateInHandler(_ address: UInt, to byteCount: Int) -> UInt {
    let old = sizeInHandler(address)
    if old == 0 { return 0 }
    let new = allocateInHandler(byteCount, alignment: 16, .cMalloc).address
    if new == 0 { return 0 }
    Self.copy(address, to: new, min(old, byteCount))
    freeInHandler(address, Deallocation(.cRealloc))
    return new
  }
}
