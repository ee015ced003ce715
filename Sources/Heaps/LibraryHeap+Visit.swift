// Every block of a heap, told one by one to a function of the program, which may use the heap meanwhile: the blocks are listed
// first, and each is looked at again before its turn.

import Memory
import Platform

extension LibraryHeap {
  /// Calls `body` with every block that the heap has now, and its usable bytes, unless it is freed before its turn. `body` may
  /// free blocks and allocate others, which are not told, and may end the heap: then it is told of no more. False in a signal
  /// handler that interrupted the heap, and without memory for the list. Of no tracked heap.
  package func visit(_ function: StaticString, _ body: (UInt, Int) -> Void) -> Bool {
    let handle = UInt(bitPattern: slot)
    let storage = slot.pointee.storage
    guard let list = use(handle, function, { self.list() }), let list else { return false }
    defer { list.giveBack() }
    for index in 0..<list.count {
      if slot.pointee.storage != storage || slot.pointee.age != .live { return true }
      let address = list.start[index]
      let byteCount = use(handle, function) { usableSize(address) } ?? 0
      if byteCount > 0 { body(address, byteCount) }
    }
    return true
  }

  private struct List {
    var start = UnsafeMutablePointer<UInt>(bitPattern: 8).unsafelyUnwrapped
    var count = 0
    var mappedByteCount = 0

    func giveBack() {
      if mappedByteCount == 0 { return }
      _ = SystemMemory.release(UInt(bitPattern: start), byteCount: mappedByteCount)
    }
  }

  // Within `use`. Nil without memory.
  private func list() -> List? {
    var list = List()
    var blockCount = 0
    forEachBlock { _, _ in blockCount += 1 }
    if blockCount == 0 { return list }
    let byteCount = System.roundUpToPage(blockCount * MemoryLayout<UInt>.stride)
    guard let memory = SystemMemory.allocate(byteCount: byteCount),
      let start = UnsafeMutablePointer<UInt>(bitPattern: memory)
    else { return nil }
    list.start = start
    list.mappedByteCount = byteCount
    forEachBlock { address, _ in
      start[list.count] = address
      list.count += 1
    }
    return list
  }
}
