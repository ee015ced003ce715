// The quarantine of large blocks: a freed one loses all permissions and keeps its addresses until it is the oldest of too
// many. One that could not be sealed is filled, and its fill is looked at when it leaves.

import Memory
import Platform
import Synchronization
import Traces

/// The freed large blocks in the order of their frees, linked through their records.
struct LargeQueue {
  var first: UInt = 0
  var last: UInt = 0
  var count = 0
  var byteCount = 0
  /// Bytes of those that are filled, and so memory.
  var filledByteCount = 0
}

extension DebugHeap {
  // Freed large blocks that are sealed cost addresses, but no memory: so many times the quarantine.
  private static var quarantineFactor: Int { 64 }

  // Each may split a mapping.
  private var freedLimit: Int {
    storage.pointee.settings.quarantine == 0 ? 0 : min(4096, apartLimit)
  }

  /// Puts a freed block, whose lock is held, at the end of the queue, and gives the oldest ones back.
  func quarantine(_ record: UnsafeMutablePointer<LargeRecord>) {
    let block = record.pointee.block
    record.pointee.next = 0
    if let last = storage.pointee.large.find(storage.pointee.largeQueue.last) {
      last.pointee.next = block
    } else {
      storage.pointee.largeQueue.first = block
    }
    storage.pointee.largeQueue.last = block
    storage.pointee.largeQueue.count += 1
    storage.pointee.largeQueue.byteCount += record.pointee.mappingBytes
    if record.pointee.isFilled {
      storage.pointee.largeQueue.filledByteCount += record.pointee.area.byteCount
    }
    if !canReport { return }
    let limit = storage.pointee.settings.quarantine
    let factor = storage.pointee.pages.canSeal ? Self.quarantineFactor : 1
    while storage.pointee.largeQueue.count > freedLimit
      || storage.pointee.largeQueue.byteCount / factor > limit
      || storage.pointee.largeQueue.filledByteCount > limit
    {
      releaseOldestLarge()
    }
  }

  /// The block that was freed first leaves the quarantine. The lock of large blocks is held; `unlockLarge` reports what is wrong.
  func releaseOldestLarge() {
    guard let found = storage.pointee.large.find(storage.pointee.largeQueue.first) else { return }
    let record = found.pointee
    storage.pointee.largeQueue.first = record.next
    if record.next == 0 { storage.pointee.largeQueue.last = 0 }
    storage.pointee.largeQueue.count -= 1
    storage.pointee.largeQueue.byteCount -= record.mappingBytes
    if record.isFilled { storage.pointee.largeQueue.filledByteCount -= record.area.byteCount }
    storage.pointee.large.remove(record.block)
    storage.pointee.largeGraves.add(BlockDescription(record))
    if storage.pointee.largeDamage == nil {
      storage.pointee.largeDamage = checkFreed(record, "quarantine")
    }
    // The program was let into memory that was set aside: it stays.
    if !record.isSetAside { giveBackPlace(record) }
  }

  /// False when no freed block is left.
  func giveBackOldestLarge() -> Bool {
    lockLarge()
    defer { unlockLarge() }
    if storage.pointee.largeQueue.count == 0 { return false }
    releaseOldestLarge()
    return true
  }

  /// Gives back the older half of the freed large blocks' addresses, for small blocks, and at least 16 MiB: few and long regions
  /// are better than many short ones. False when no freed block is left.
  func giveBackHalfOfLarge() -> Bool {
    lockLarge()
    defer { unlockLarge() }
    let before = storage.pointee.largeQueue.byteCount
    if storage.pointee.largeQueue.count == 0 { return false }
    let kept = before - max(before / 2, 16 << 20)
    while storage.pointee.largeQueue.count > 0, storage.pointee.largeQueue.byteCount > kept {
      releaseOldestLarge()
    }
    return true
  }

  @inline(__always)
  func lockLarge() { if Policy.isShared { storage.pointee.largeLock.lock() } }

  /// Ends the lock, and reports a freed block that was found damaged meanwhile.
  @inline(__always)
  func unlockLarge() {
    if storage.pointee.largeDamage != nil { return unlockLargeAndReport() }
    if Policy.isShared { storage.pointee.largeLock.unlock() }
  }

  @inline(never)
  private func unlockLargeAndReport() {
    let finding = storage.pointee.largeDamage
    storage.pointee.largeDamage = nil
    if Policy.isShared { storage.pointee.largeLock.unlock() }
    if let finding { report(finding) }
  }
}
