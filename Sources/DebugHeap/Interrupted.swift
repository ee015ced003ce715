// A signal handler may have interrupted a call of its own thread, which holds a lock. It takes a block of
// a class whose lock is free; failing that a mapping of its own, noted here. What it frees and may not is
// noted too, and freed by the next call that is not interrupted. Both tables are short; a free that does
// not fit is lost.

import Memory
import Platform
import Synchronization
import Traces

package struct Interrupted: ~Copyable {
  static let limit = 1024
  /// Addresses of the handlers' blocks; 0: free place.
  let blocks = InlineArray<1024, Atomic<UInt>> { _ in Atomic<UInt>(0) }
  var requested = InlineArray<1024, Int>(repeating: 0)
  /// Blocks that were ever made: while there are none, nobody looks.
  let blockCount = Atomic<Int>(0)
  let frees = InlineArray<1024, Atomic<UInt>> { _ in Atomic<UInt>(0) }
  let freeCount = Atomic<Int>(0)
}

extension DebugHeap {
  private func mappingBytes(_ byteCount: Int) -> Int { System.roundUpToPage(max(byteCount, 1)) }

  func allocateInHandler(_ byteCount: Int, alignment: Int) -> NewBlock {
    let address = allocateInFreeClass(byteCount, alignment: alignment)
    if address != 0 { return NewBlock(address: address, isZero: false) }
    let gate = storage.pointee.gate
    let length = mappingBytes(byteCount)
    guard
      let address = storage.pointee.pages.allocateAligned(
        byteCount: length, alignment: max(alignment, System.pageSize))
    else { return .none }
    for index in 0..<Interrupted.limit {
      let (won, _) = gate.pointee.interrupted.blocks[index].compareExchange(
        expected: 0, desired: address, ordering: .acquiringAndReleasing)
      if !won { continue }
      gate.pointee.interrupted.requested[index] = byteCount
      gate.pointee.interrupted.blockCount.add(1, ordering: .releasing)
      return NewBlock(address: address, isZero: true)
    }
    _ = storage.pointee.pages.release(address, byteCount: length)
    return .none
  }

  // A lock that can be taken is not held by the interrupted call: to wait for it later is safe.
  private func isFree(_ lock: borrowing Lock) -> Bool {
    if !lock.tryLock() { return false }
    lock.unlock()
    return true
  }

  private var canTakeLocks: Bool {
    !storage.pointee.settings.protectsRecords && isFree(storage.pointee.regions.lock)
      && isFree(storage.pointee.metadata.pointee.lock)
  }

  private func allocateInFreeClass(_ byteCount: Int, alignment: Int) -> UInt {
    guard let first = Self.sizeClass(byteCount, alignment: alignment), canTakeLocks else {
      return 0
    }
    for sizeClass in first..<Self.guardedClass
    where Self.slotSize(sizeClass) != 0 && isFree(storage.pointee.classes[sizeClass].lock) {
      let origin = Origin(kind: .malloc, thread: 0, trace: 0)
      return allocateSlot(sizeClass, byteCount, alignment: alignment, origin)
    }
    return 0
  }

  private func emergencyIndex(_ address: UInt) -> Int? {
    let gate = storage.pointee.gate
    if gate.pointee.interrupted.blockCount.load(ordering: .acquiring) == 0 { return nil }
    for index in 0..<Interrupted.limit
    where gate.pointee.interrupted.blocks[index].load(ordering: .relaxed) == address {
      return index
    }
    return nil
  }

  /// The size of a handler's block; 0 when there is none at the address.
  func emergencySize(_ address: UInt) -> Int {
    emergencyIndex(address).map { storage.pointee.gate.pointee.interrupted.requested[$0] } ?? 0
  }

  /// Frees a handler's block; false when there is none at the address.
  func freeEmergency(_ address: UInt) -> Bool {
    guard let index = emergencyIndex(address) else { return false }
    let gate = storage.pointee.gate
    let length = mappingBytes(gate.pointee.interrupted.requested[index])
    gate.pointee.interrupted.blocks[index].store(0, ordering: .releasing)
    _ = storage.pointee.pages.release(address, byteCount: length)
    return true
  }

  func freeInHandler(_ address: UInt) {
    if freeEmergency(address) { return }
    if let bucket = storage.pointee.regions.bucket(at: address), canTakeLocks,
      isFree(storage.pointee.classes[Int(bucket.pointee.sizeClass)].lock)
    {
      return freeEntered(address, Release(.free))
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
      var release = Release(.free)
      release.thread = ThreadTable.numberOfThisThread
      freeEntered(address, release)
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
    return storage.pointee.large.find(address)?.pointee.requested ?? 0
  }

  func reallocateInHandler(_ address: UInt, to byteCount: Int) -> UInt {
    let old = sizeInHandler(address)
    if old == 0 { return 0 }
    let new = allocateInHandler(byteCount, alignment: 16).address
    if new == 0 { return 0 }
    Self.copy(address, to: new, min(old, byteCount))
    freeInHandler(address)
    return new
  }
}
