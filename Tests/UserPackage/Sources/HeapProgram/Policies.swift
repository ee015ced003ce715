// Heaps by every policy that says something.

import SwiftMalloc

enum Records: HeapPolicy {
  typealias Pages = SystemPages
  static var sizeClasses: [Int]? { [48, 80, 1040, 20000] }
}
enum OutOfOrder: HeapPolicy {
  typealias Pages = SystemPages
  static var sizeClasses: [Int]? { [80, 48] }
}
enum Odd: HeapPolicy {
  typealias Pages = SystemPages
  static var sizeClasses: [Int]? { [50] }
}
enum TooLong: HeapPolicy {
  typealias Pages = SystemPages
  static var sizeClasses: [Int]? { [65536] }
}
enum TooMany: HeapPolicy {
  typealias Pages = SystemPages
  static var sizeClasses: [Int]? { (1...90).map { $0 * 16 } }
}
enum Clean: HeapPolicy {
  typealias Pages = SystemPages
  static var zeroing: Zeroing { .whenAllocated }
}
enum Secret: SharedHeapPolicy {
  typealias Pages = SystemPages
  static var zeroing: Zeroing { .whenFreed }
}
enum SecretOnBuffer: HeapPolicy {
  typealias Pages = FixedBufferPages
  static var zeroing: Zeroing { .whenFreed }
}

let byteCounts = [1, 16, 48, 81, 1000, 1040, 20000, 32768, 40000, 300_000, 5_000_000]

/// Allocates, fills and frees blocks of every kind; whether all was as it should be.
func serves<Policy: HeapPolicy>(_ heap: borrowing Heap<Policy>) -> Bool {
  for _ in 0..<3 {
    var blocks: [UnsafeMutableRawPointer] = []
    for byteCount in byteCounts {
      guard let block = heap.allocate(byteCount: byteCount), heap.owns(block) else { return false }
      if heap.usableSize(of: block) < byteCount { return false }
      if Policy.zeroing == .whenAllocated, !isZero(block, byteCount) { return false }
      block.initializeMemory(as: UInt8.self, repeating: 7, count: byteCount)
      blocks.append(block)
    }
    for (index, byteCount) in byteCounts.enumerated() where index % 2 == 0 {
      guard let block = heap.reallocate(blocks[index], byteCount: byteCount * 3) else {
        return false
      }
      if block.load(fromByteOffset: byteCount - 1, as: UInt8.self) != 7 { return false }
      heap.deallocate(block)
    }
    heap.deallocateAll()
    if heap.statistics.liveCount != 0 { return false }
  }
  return true
}

func isZero(_ block: UnsafeMutableRawPointer, _ byteCount: Int) -> Bool {
  for offset in 0..<byteCount where block.load(fromByteOffset: offset, as: UInt8.self) != 0 {
    return false
  }
  return true
}

func sizeClasses() throws(HeapError) {
  let heap = try Heap<Records>()
  print("served:", serves(heap))
  for byteCount in [40, 65, 1030, 17000] {
    guard let block = heap.allocate(byteCount: byteCount) else { continue }
    print(byteCount, "bytes in a block of", heap.usableSize(of: block))
  }
}

func zeroing() throws(HeapError) {
  print("when allocated:", serves(try Heap<Clean>()))
  let heap = try Heap<Secret>()
  print("when freed:", serves(heap))
  var isClean = true
  for byteCount in [40, 1000, 40000] {
    guard let block = heap.allocate(byteCount: byteCount) else { continue }
    block.initializeMemory(as: UInt8.self, repeating: 7, count: byteCount)
    heap.deallocate(block)
    isClean = isClean && isZero(block, byteCount)
  }
  print("contents left behind:", !isClean)
}

/// What a heap leaves in its buffer: its end wipes the blocks, too.
func zeroingOfABuffer() throws(HeapError) {
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32 << 20, alignment: 4096)
  guard let pages = FixedBufferPages(buffer) else { return }
  let heap = try Heap<SecretOnBuffer>(pages: pages)
  let secret: StaticString = "the secret that nobody is to find"
  for byteCount in [64, 40000] {
    guard let block = heap.allocate(byteCount: byteCount) else { continue }
    block.copyMemory(from: secret.utf8Start, byteCount: secret.utf8CodeUnitCount)
  }
  heap.destroy()
  var found = 0
  for start in stride(from: 0, to: buffer.count - 64, by: 16) {
    let place = UnsafeRawBufferPointer(rebasing: buffer[start..<start + 10])
    let beginning = UnsafeRawBufferPointer(start: secret.utf8Start, count: 10)
    if place.elementsEqual(beginning) { found += 1 }
  }
  print("secrets left behind:", found)
}
