// In the debug and leak modes the blocks of a program's heaps are the debug heap's, with all its
// checks and reports. Here is which block is of which heap, for what ends them together: a table by
// address, without deletions that leave marks.
//
//   key   the block's address, 0: no entry        an entry lies at its key's place, or in the first free one behind it

import CShims
import Heap
import Live
import Memory
import Platform
import Synchronization

package enum TrackedBlocks {
  struct Entry {
    var key: UInt = 0
    var byteCount = 0
    var isFreedByAny = false
    var slot: HeapTable.Slot?
  }

  private static let lock = Lock()
  nonisolated(unsafe) private(set) static var entries: UnsafeMutablePointer<Entry>?
  // A power of two, or 0.
  nonisolated(unsafe) private(set) static var capacity = 0
  nonisolated(unsafe) private static var count = 0
  // What signal handlers freed that interrupted this, or the debug heap, which frees it later, too.
  nonisolated(unsafe) private static var pending: PendingFrees?

  /// Whether some blocks of heaps were not noted: a signal handler came, or there was no memory.
  private static let missesSome = Atomic<Bool>(false)
  package static var knowsAll: Bool { !missesSome.load(ordering: .relaxed) }

  private static var firstCapacity: Int { 4096 }

  // Nil in such a handler: what it allocates is tracked by nobody.
  @inline(__always)
  static func locked<Result>(_ body: () -> Result) -> Result? {
    if !begin() { return nil }
    defer { end() }
    return body()
  }

  // Apart, as many take the lock.
  @inline(never)
  private static func begin() -> Bool {
    if ThreadFlags.current & ThreadFlags.busy != 0 { return false }
    ThreadFlags.insert(ThreadFlags.busy)
    lock.lock()
    pending?.takeAll { removeBlock($0) }
    return true
  }

  @inline(never)
  private static func end() {
    lock.unlock()
    ThreadFlags.remove(ThreadFlags.busy)
  }

  /// Notes a new block of so many bytes, if the heap's limit allows them. False, and nothing is
  /// noted, when not.
  package static func add(
    _ address: UInt, _ byteCount: Int, _ slot: HeapTable.Slot, isFreedByAny: Bool
  ) -> Bool {
    let isAdded = locked {
      let isAllowed =
        slot.pointee.liveBytes <= slot.pointee.limit
        && byteCount <= slot.pointee.limit - slot.pointee.liveBytes
      if !isAllowed || !makeRoom() { return false }
      insert(
        Entry(key: address, byteCount: byteCount, isFreedByAny: isFreedByAny, slot: slot))
      slot.pointee.liveCount += 1
      slot.pointee.liveBytes += byteCount
      publish(slot)
      return true
    }
    if isAdded == nil { missesSome.store(true, ordering: .relaxed) }
    return isAdded ?? true
  }

  /// Begins to give a block another length: the heap's limit allows `growth` more bytes, which are
  /// counted from now on, and the block is forgotten, so that another thread may be given its
  /// address. Nil when the limit does not allow it; else whether any function may free it.
  package static func beginMove(_ address: UInt, growth: Int, _ slot: HeapTable.Slot) -> Bool? {
    let isFreedByAny = locked { () -> Bool? in
      if growth > 0, growth > slot.pointee.limit - slot.pointee.liveBytes { return nil }
      guard let index = find(address), let entry = entries?[index] else { return nil }
      slot.pointee.liveBytes += growth
      FreedBlocks.note(address, slot)
      removeEntry(index)
      return entry.isFreedByAny
    }
    return isFreedByAny ?? nil
  }

  /// Ends that: the block has so many bytes now, `uncounted` less than are counted.
  package static func endMove(
    to address: UInt, _ byteCount: Int, uncounted: Int, _ slot: HeapTable.Slot, isFreedByAny: Bool
  ) {
    _ = locked {
      slot.pointee.liveBytes -= uncounted
      publish(slot)
      // Without memory for it the block is the process' own.
      if makeRoom() {
        insert(
          Entry(key: address, byteCount: byteCount, isFreedByAny: isFreedByAny, slot: slot))
      } else {
        missesSome.store(true, ordering: .relaxed)
        slot.pointee.liveCount -= 1
        slot.pointee.liveBytes -= byteCount
      }
    }
  }

  private static func publish(_ slot: HeapTable.Slot) {
    guard let row = LiveHeaps.row(slot.pointee.liveRow) else { return }
    row.pointee.used_bytes = UInt64(slot.pointee.liveBytes)
    row.pointee.peak_bytes = max(row.pointee.peak_bytes, row.pointee.used_bytes)
  }

  /// The heap of a block; nil when it is of none.
  package static func slot(of address: UInt) -> HeapTable.Slot? {
    if count == 0 { return nil }
    return locked { find(address).flatMap { entries?[$0].slot } } ?? nil
  }

  /// The name of the heap that a block is of, or was of when it was freed; nil when it is of none,
  /// or that is not known.
  package static func name(of address: UInt, isFreed: Bool) -> UnsafePointer<CChar>? {
    let slot = locked { () -> HeapTable.Slot? in
      if isFreed { return FreedBlocks.slot(of: address) }
      return find(address).flatMap { entries?[$0].slot } ?? FreedBlocks.slot(ofEnding: address)
    }
    guard let slot = slot ?? nil else { return nil }
    return withUnsafeBytes(of: &slot.pointee.name) {
      $0.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CChar.self)
    }
  }

  /// The debug heap has freed a block that was removed.
  package static func endFree(_ address: UInt) { _ = locked { FreedBlocks.endFree(address) } }

  /// Forgets whose freed block lay at the address: another one does now.
  package static func forgetFreed(_ address: UInt) { _ = locked { FreedBlocks.forget(address) } }

  /// What signal handlers freed is counted from now on.
  package static func settle() { _ = locked {} }

  /// Forgets a block, if it is one; whether any function may free it, by what was said when it was
  /// added. Nil in a signal handler when too many others wait to be forgotten: then it must stay.
  package static func remove(_ address: UInt) -> Bool? {
    if let isFreedByAny = locked({ removeBlock(address) }) { return isFreedByAny }
    return pending?.put(address) ?? true ? false : nil
  }

  @discardableResult
  static func removeBlock(_ address: UInt) -> Bool {
    guard let index = find(address), let entry = entries?[index] else { return false }
    if let slot = entry.slot {
      FreedBlocks.note(address, slot)
      slot.pointee.liveCount -= 1
      slot.pointee.liveBytes -= entry.byteCount
      publish(slot)
    }
    removeEntry(index)
    return entry.isFreedByAny
  }

  // MARK: The table

  private static func home(_ address: UInt) -> Int {
    // Knuth's multiplicative hash.
    Int(bitPattern: (address >> 4 &* 0x9e37_79b9_7f4a_7c15) >> 20) & (capacity - 1)
  }

  static func find(_ address: UInt) -> Int? {
    guard let entries else { return nil }
    var index = home(address)
    while entries[index].key != 0 {
      if entries[index].key == address { return index }
      index = (index + 1) & (capacity - 1)
    }
    return nil
  }

  private static func insert(_ entry: Entry) {
    guard let entries else { return }
    var index = home(entry.key)
    while entries[index].key != 0 { index = (index + 1) & (capacity - 1) }
    entries[index] = entry
    count += 1
  }

  // Entries behind it that would not be found any more move up.
  private static func removeEntry(_ removed: Int) {
    guard let entries else { return }
    let mask = capacity - 1
    var hole = removed
    var index = (hole + 1) & mask
    while entries[index].key != 0 {
      let distance = (index - home(entries[index].key)) & mask
      if distance >= (index - hole) & mask {
        entries[hole] = entries[index]
        hole = index
      }
      index = (index + 1) & mask
    }
    entries[hole] = Entry()
    count -= 1
  }

  private static func makeRoom() -> Bool {
    if count < capacity / 2 { return true }
    if pending == nil { pending = PendingFrees() }
    let oldEntries = entries
    let oldCapacity = capacity
    let newCapacity = max(oldCapacity * 2, firstCapacity)
    let stride = MemoryLayout<Entry>.stride
    guard let start = SystemMemory.allocate(byteCount: newCapacity * stride) else {
      return count < capacity - 1
    }
    entries = UnsafeMutablePointer(bitPattern: start)
    capacity = newCapacity
    count = 0
    guard let oldEntries else { return true }
    for index in 0..<oldCapacity where oldEntries[index].key != 0 { insert(oldEntries[index]) }
    _ = SystemMemory.release(UInt(bitPattern: oldEntries), byteCount: oldCapacity * stride)
    return true
  }

  // MARK: fork

  static func prepareFork() { lock.lock() }
  static func finishForkInParent() { lock.unlock() }
  static func finishForkInChild() { lock.reset() }
}
