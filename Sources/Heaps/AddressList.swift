// Addresses of the blocks that a heap has at some moment, in a mapping of their own: who is told of them may use the heap.

import Memory
import Platform

struct AddressList {
  private let start: UnsafeMutablePointer<UInt>
  private let mappedByteCount: Int
  private(set) var count = 0

  /// Room for so many; nil without memory.
  init?(capacity: Int) {
    mappedByteCount = System.roundUpToPage(max(capacity, 1) * MemoryLayout<UInt>.stride)
    guard let memory = SystemMemory.allocate(byteCount: mappedByteCount),
      let start = UnsafeMutablePointer<UInt>(bitPattern: memory)
    else { return nil }
    self.start = start
  }

  mutating func append(_ address: UInt) {
    start[count] = address
    count += 1
  }

  subscript(index: Int) -> UInt { start[index] }

  func giveBack() {
    _ = SystemMemory.release(UInt(bitPattern: start), byteCount: mappedByteCount)
  }
}
