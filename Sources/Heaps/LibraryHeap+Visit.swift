// Every block of a heap, told one by one to a function of the program, which may use the heap meanwhile: the blocks are listed
// first, and each is looked at again before its turn.

extension LibraryHeap {
  /// Calls `body` with every block that the heap has now, and its usable bytes, unless it is freed before its turn. `body` may
  /// free blocks and allocate others, which are not told, and may end the heap: then it is told of no more. False in a signal
  /// handler that interrupted the heap, and without memory for the list. Of no tracked heap.
  package func visit(_ function: StaticString, _ body: (UInt, Int) -> Void) -> Bool {
    let handle = UInt(bitPattern: slot)
    let storage = slot.pointee.storage
    guard let list = useAll(handle, function, { self.list() }), let list else { return false }
    defer { list.giveBack() }
    for index in 0..<list.count {
      if slot.pointee.storage != storage || slot.pointee.age != .live { return true }
      let address = list[index]
      let byteCount = use(handle, function) { usableSize(address) } ?? 0
      if byteCount > 0 { body(address, byteCount) }
    }
    return true
  }

  // Within `use`. Nil without memory.
  private func list() -> AddressList? {
    var blockCount = 0
    forEachBlock { _, _ in blockCount += 1 }
    guard var list = AddressList(capacity: blockCount) else { return nil }
    // Other threads may have taken some since.
    forEachBlock { address, _ in if list.count < blockCount { list.append(address) } }
    return list
  }
}
