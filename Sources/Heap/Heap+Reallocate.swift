// realloc: in place where the block's memory allows, by mremap for large blocks that find no room, else by copying.

import Memory
import Platform

extension Heap {
  /// The block with at least `byteCount` > 0 bytes, moved if it must; 0 when there is no memory,
  /// and then the old block is as it was. An address that is no live block is a bad free; one
  /// that may be another allocator's is copied to a new block and left alone.
  package func reallocate(_ address: UInt, to byteCount: Int) -> UInt {
    let oldCount = usableSize(address)
    let isGuarded = Policy.Sampler.isThere && isGuarded(address)
    if oldCount == 0 || isFreed(address) {
      if isGuarded {
        Policy.Sampler.freeGuarded(address)
        return 0
      }
      if let badFree = badFree(of: address) {
        Policy.found(badFree)
        return 0
      }
      return copyUnknown(address, byteCount)
    }
    if let other = PageMap.knownRecord(address).heap, other != heapAddress {
      Policy.found(BadFree(address, .otherHeap(other)))
      return 0
    }
    // Shrinking keeps the place while at least half of it is used. A guarded block would no longer
    // end at its page's end.
    if byteCount <= oldCount && byteCount >= oldCount / 2 && oldCount <= SizeClasses.largestBlock
      && !isGuarded
    {
      if Policy.Sampler.isThere { noteResized(address, byteCount) }
      return address
    }
    if oldCount > SizeClasses.largestBlock, byteCount > SizeClasses.largestBlock,
      let moved = resizeApart(address, byteCount)
    {
      return moved
    }
    let block = allocate(byteCount)
    if block.address == 0 { return byteCount <= oldCount ? address : 0 }
    copy(from: address, to: block.address, min(oldCount, byteCount))
    free(address)
    return block.address
  }

  private func isGuarded(_ address: UInt) -> Bool {
    PageMap.record(address)?.pointee.kind == .guarded
  }

  private func isFreed(_ address: UInt) -> Bool {
    guard let record = PageMap.record(address) else { return true }
    guard record.kind == .small else { return false }
    guard let state = record.state, let index = record.index(address) else { return true }
    return state.isFree(index) || isPending(record, index, address)
  }

  // Medium blocks shrink in place; large ones do and grow. The block is another one from then on:
  // it has another chance to be sampled. Nil: copy.
  private func resizeApart(_ address: UInt, _ byteCount: Int) -> UInt? {
    let record = PageMap.knownRecord(address)
    switch record.kind {
    case .medium:
      if byteCount > record.byteCount || !fit(record, byteCount) { return nil }
      if Policy.Sampler.isThere, record.asBlock.isSampled { endSample(record, address) }
      if Policy.Sampler.isThere, Sampling.isOn { sampleApart(address, byteCount) }
      return address
    case .large:
      // Below this the mapping costs more than it is worth.
      if byteCount < Self.largestMedium / 2 || !enterSlowPath() { return nil }
      if Policy.Sampler.isThere, record.asBlock.isSampled { endSample(record, address) }
      let resized = large.resize(
        address, to: byteCount, moves: byteCount > Self.largestMedium)
      dropExcess()
      if let moved = resized { mark(PageMap.knownRecord(moved)) }
      threads.leaveSlowPath()
      if Policy.Sampler.isThere, Sampling.isOn, let moved = resized {
        sampleApart(moved, byteCount)
      }
      return resized
    default:
      return nil
    }
  }

  // Lets a medium block that has slices enough have so many usable bytes. False in a signal handler
  // that would have to wait for the lock, under which tails go back; there a block does not become
  // shorter.
  private func fit(_ record: Record, _ byteCount: Int) -> Bool {
    let usable = record.asBlock.usableByteCount
    if System.roundUpToPage(byteCount) == usable { return true }
    guard enterSlowPath() else { return byteCount <= usable }
    defer { threads.leaveSlowPath() }
    pageHeap.fit(record, to: byteCount)
    return true
  }

  private func copy(from source: UInt, to destination: UInt, _ byteCount: Int) {
    UnsafeMutableRawPointer(bitPattern: destination).unsafelyUnwrapped.copyMemory(
      from: UnsafeRawPointer(bitPattern: source).unsafelyUnwrapped, byteCount: byteCount)
  }

  // The old block's length is unknown: as much is copied as is asked for and is readable.
  private func copyUnknown(_ address: UInt, _ byteCount: Int) -> UInt {
    let block = allocate(byteCount)
    guard block.address != 0, case .mapping(let mapping) = ProcessMaps.find(address),
      mapping.isReadable
    else { return block.address }
    copy(from: address, to: block.address, min(byteCount, Int(mapping.end - address)))
    return block.address
  }
}
