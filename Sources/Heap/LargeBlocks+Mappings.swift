// Large blocks with a mapping each: those that are too long for a run, and those that grew and found no room behind
// them. mremap(2) lengthens them without a copy. A freed one goes back to the system at once. Its record stays as a
// tombstone, so that a second free is known as one.

import Memory
import Platform

extension LargeBlocks {
  mutating func map(_ byteCount: Int, alignment: Int) -> NewLargeBlock? {
    let length = Self.roundUpToSlice(byteCount)
    guard budget?.pointee.allows(length) ?? true,
      let start = pages.allocateAligned(byteCount: length, alignment: alignment)
    else {
      return nil
    }
    if !PageMap.cover(start, byteCount: PageMap.sliceSize, pages: pages) {
      _ = pages.release(start, byteCount: length)
      return nil
    }
    settings.adviseHugePages(pages, start, byteCount: length)
    registerMapping(start, length, usable: byteCount)
    return NewLargeBlock(start: start, dirtyByteCount: 0)
  }

  private mutating func registerMapping(_ start: UInt, _ byteCount: Int, usable: Int) {
    let record = PageMap.knownRecord(start)
    record.start = start
    record.byteCount = byteCount
    record.asBlock.setUsable(usable)
    register(record, isMapping: true)
    lock.lock()
    addMapped(byteCount)
    lock.unlock()
  }

  // Under the lock.
  private mutating func addMapped(_ byteCount: Int) {
    mappedBytes += byteCount
    budget?.pointee.note(.mappings, used: mappedBytes, kept: 0, now: System.milliseconds)
  }

  /// Gives the mapping of a block back that is in the list no more. The caller holds the lock, and has it no more
  /// afterwards.
  mutating func unmapLocked(_ record: UnsafeMutablePointer<SpanRecord>) {
    let start = record.start
    let byteCount = record.byteCount
    record.kind = .tombstone
    addMapped(-byteCount)
    lock.unlock()
    // The kernel refuses when that would split a mapping and there are too many already: the contents are given
    // back all the same, the addresses are lost.
    if !pages.release(start, byteCount: byteCount) { _ = pages.purge(start, byteCount: byteCount) }
  }

  /// Gives all blocks back, live ones with them. No thread uses them any more.
  package mutating func releaseAll() {
    while let record = head {
      head = record.next
      if !record.asBlock.isMapping { continue }
      let start = record.start
      let byteCount = record.byteCount
      record.clear()
      _ = pages.release(start, byteCount: byteCount)
    }
    runs.releaseAll()
  }

  /// Changes the length of a live block to at least `byteCount`, moving it if it must and `moves` is true. The new
  /// address, or nil when the system refuses or a copy is better: then nothing has changed.
  package mutating func resize(_ address: UInt, to byteCount: Int, moves: Bool = true) -> UInt? {
    let record = PageMap.knownRecord(address)
    let oldLength = record.byteCount
    let length = Self.roundUpToSlice(byteCount)
    if length == oldLength {
      let isSame = System.roundUpToPage(byteCount) == record.asBlock.usableByteCount
      if !isSame { runs.fit(record, to: byteCount) }
      return address
    }
    if length > oldLength, let budget, !budget.pointee.allows(length - oldLength) { return nil }
    if length > max(oldLength, Self.longestRun), !isThere(length - oldLength) { return nil }
    if !record.asBlock.isMapping {
      return resizeRun(record, address, byteCount, moves: moves)
    }
    // Its addresses may be somebody else's once they are given back.
    lock.lock()
    runs.forgetTail(record)
    lock.unlock()
    if pages.resize(address, from: oldLength, to: length) {
      lock.lock()
      record.byteCount = length
      runs.setUsable(record, byteCount, hasContents: length < oldLength)
      addBytes(length - oldLength)
      addMapped(length - oldLength)
      lock.unlock()
      return address
    }
    if length < oldLength { return address }
    return moves ? move(record, address, oldLength, byteCount) : nil
  }

  // Whether the system would give so much. Runs are not charged, and a mapping that was made of one is not either.
  private func isThere(_ byteCount: Int) -> Bool {
    guard let start = pages.allocate(byteCount: byteCount) else { return false }
    return pages.release(start, byteCount: byteCount)
  }

  private mutating func resizeRun(
    _ record: UnsafeMutablePointer<SpanRecord>, _ address: UInt, _ byteCount: Int, moves: Bool
  ) -> UInt? {
    let oldLength = record.byteCount
    let length = Self.roundUpToSlice(byteCount)
    if length < oldLength {
      runs.fit(record, to: byteCount)
      if settings.purgeDelay == 0 {
        purge(age: 0, now: System.milliseconds)
      }
    } else if length > Self.longestRun || !runs.extend(record, to: byteCount) {
      return moves ? moveRun(record, address, oldLength, byteCount) : nil
    }
    lock.lock()
    addBytes(length - oldLength)
    lock.unlock()
    return address
  }

  // Pages that are resident already cost a copy, those of a mapping a fault each.
  private mutating func moveRun(
    _ record: UnsafeMutablePointer<SpanRecord>, _ address: UInt, _ oldLength: Int, _ byteCount: Int
  ) -> UInt? {
    let length = Self.roundUpToSlice(byteCount)
    lock.lock()
    let isCopied = runs.dirtyBytes(forRunOf: length) > length / 2
    lock.unlock()
    if isCopied { return nil }
    return move(record, address, oldLength, byteCount)
  }

  private mutating func move(
    _ record: UnsafeMutablePointer<SpanRecord>, _ address: UInt, _ oldLength: Int, _ byteCount: Int
  ) -> UInt? {
    let length = Self.roundUpToSlice(byteCount)
    guard
      let destination = pages.reserveAligned(byteCount: length, alignment: PageMap.sliceSize)
    else { return nil }
    guard PageMap.cover(destination, byteCount: PageMap.sliceSize, pages: pages) else {
      _ = pages.release(destination, byteCount: length)
      return nil
    }
    // First out of the table: once moved, another thread may be given the old addresses.
    let isRun = !record.asBlock.isMapping
    lock.lock()
    unregister(record)
    record.kind = .tombstone
    lock.unlock()
    if pages.move(address, from: oldLength, to: length, destination: destination) {
      registerMapping(destination, length, usable: byteCount)
      if isRun {
        runs.refill(record)
      } else {
        lock.lock()
        addMapped(-oldLength)
        lock.unlock()
      }
      return destination
    }
    register(record, isMapping: !isRun)
    return nil
  }
}
