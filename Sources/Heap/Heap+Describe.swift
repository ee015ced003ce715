// What an address is, for a debugger's prompt: the block, its length, and whether it is live. Who
// allocated it only a debug heap knows.

import CShims
import Memory
import Platform

/// A block that an address is in.
package struct FoundBlock {
  package let start: UInt
  package let byteCount: Int
  package let isLive: Bool

  package init(start: UInt, byteCount: Int, isLive: Bool) {
    self.start = start
    self.byteCount = byteCount
    self.isLive = isLive
  }
}

extension Heap {
  /// Prints what the address is; true when it is in a live block, false when it is in a free one,
  /// nil when it is in none.
  @discardableResult
  package func describe(_ address: UInt) -> Bool? {
    describe(address, findBlock(address), heapName: nil)
  }

  /// The same of an address that is in this block, or in none, maybe of another heap with this name.
  package func describe(
    _ address: UInt, _ block: FoundBlock?, heapName: UnsafePointer<CChar>?
  ) -> Bool? {
    var message = Message()
    message.head("INFO")
    message.text("address ")
    message.hexadecimal(address)
    message.text(" is ")
    if let block {
      message.decimal(address - block.start)
      message.text(address - block.start == 1 ? " byte" : " bytes")
      message.text(block.isLive ? " inside the live " : " inside the free ")
      message.decimal(block.byteCount)
      message.text("-byte block at ")
      message.hexadecimal(block.start)
      if let heapName { appendHeap(heapName, to: &message) }
    } else if isOwnMemory(address) {
      message.text("in memory")
      if let heapName { appendHeap(heapName, to: &message) } else { message.text(" of the heap") }
      message.text(" that holds no block")
    } else {
      appendPlace(address, to: &message)
    }
    message.endLine()
    return block?.isLive
  }

  // The page map has records of memory that is not the library's, too: all near its own.
  private func isOwnMemory(_ address: UInt) -> Bool {
    if let record = PageMap.record(address), record.kind != .none { return true }
    return PageMap.isInTable(address) || isInArena(address)
  }

  private func appendHeap(_ name: UnsafePointer<CChar>, to message: inout Message) {
    if name[0] == 0 { return message.text(" of a heap without a name") }
    message.text(" of the heap \"")
    message.printable(name)
    message.text("\"")
  }

  /// The block of the heap that the address is in; nil when it is in none.
  package func findBlock(_ address: UInt) -> FoundBlock? {
    guard let record = PageMap.record(address) else { return findLarge(address) }
    var head = record
    if record.kind == .continuation { head = PageMap.knownRecord(record.start) }
    switch head.pointee.kind {
    case .small: return findSmall(head, address)
    case .medium, .large, .emergency:
      return FoundBlock(
        start: head.pointee.start, byteCount: head.pointee.byteCount, isLive: true)
    case .guarded: return Policy.Sampler.findGuarded(address)
    default: return findLarge(address)
    }
  }

  private func findSmall(_ record: Record, _ address: UInt) -> FoundBlock? {
    guard let state = record.state, address >= record.firstBlock else { return nil }
    let byteCount = Int(record.blockSize)
    let start = address - (address - record.firstBlock) % UInt(byteCount)
    guard let index = record.index(start), state.isOpened(index) else { return nil }
    let isLive = !state.isFree(index) && !isPending(record, index, start)
    return FoundBlock(start: start, byteCount: byteCount, isLive: isLive)
  }

  /// A large block's record is known by its first slice alone.
  private func findLarge(_ address: UInt) -> FoundBlock? {
    if !large.lock.tryLock() { return nil }
    defer { large.lock.unlock() }
    var next = large.head
    while let record = next {
      next = record.next
      if address &- record.start < UInt(record.byteCount) {
        return FoundBlock(
          start: record.start, byteCount: record.byteCount, isLive: true)
      }
    }
    return nil
  }

  private func appendPlace(_ address: UInt, to message: inout Message) {
    switch AddressPlace.find(address) {
    case .unmapped: message.text("in no mapping")
    case .stack: message.text("in the main thread's stack")
    case .kernel: message.text("in memory of the kernel's")
    case .inaccessible: message.text("in inaccessible memory")
    case .loadedObject, .file:
      message.text("in ")
      _ = ProcessMaps.appendName(of: address, to: &message)
    case .anonymous: message.text("in memory that is not the heap's")
    case .unknown: message.text("not in the heap's memory")
    }
  }
}
