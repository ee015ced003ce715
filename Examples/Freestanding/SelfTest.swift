// A heap in a buffer, on a machine without an operating system and without a C library: the same code as the process' heap.
// run.sh builds it for x86_64-unknown-none-elf and runs it as a static process, and on a computer of its own (qemu).
// prints: blocks of 1 byte to 1 MiB: 2200, each its own
// prints: the buffer is full: nil, and all that lived is whole
// prints: all freed: the same blocks again
// prints: a box, a buffer of a type, a bump heap: right
// prints: the self-test has passed

import Machine
import SwiftMalloc

private func show(_ text: StaticString) {
  text.withUTF8Buffer { line in
    line.withMemoryRebound(to: CChar.self) { machine_print($0.baseAddress, $0.count) }
  }
  var end = CChar(bitPattern: UInt8(ascii: "\n"))
  machine_print(&end, 1)
}

private func check(_ isRight: Bool, _ wrong: StaticString) {
  if isRight { return }
  show(wrong)
  machine_end(1)
}

private typealias InBuffer = LocalOn<FixedBufferPages>

private enum BumpInBuffer: HeapPolicy {
  typealias Pages = FixedBufferPages
  static var isBump: Bool { true }
}

private struct Block {
  var address: UnsafeMutableRawPointer
  var byteCount: Int
  // Of all of its bytes.
  var mark: UInt8

  func isWhole() -> Bool {
    for index in 0..<byteCount where address.load(fromByteOffset: index, as: UInt8.self) != mark {
      return false
    }
    return true
  }
}

// What the test notes of the blocks.
private typealias Blocks = UnsafeMutableBufferPointer<Block>

// One source for all heaps: it also gives the page map's records, which stay for ever.
private func makePages() -> FixedBufferPages {
  let memory = UnsafeMutableRawBufferPointer(
    start: machine_memory_start(), count: MACHINE_MEMORY)
  guard let pages = FixedBufferPages(memory) else {
    show("the buffer is too short for a page")
    machine_end(1)
  }
  return pages
}

private func allocate(_ byteCount: Int, _ mark: UInt8, in heap: borrowing Heap<InBuffer>) -> Block?
{
  guard let address = heap.allocate(byteCount: byteCount) else { return nil }
  check(UInt(bitPattern: address) % 16 == 0, "a block is not aligned to 16")
  check(heap.usableSize(of: address) >= byteCount, "a block is too short")
  address.initializeMemory(as: UInt8.self, repeating: mark, count: byteCount)
  return Block(address: address, byteCount: byteCount, mark: mark)
}

private func serveAllSizes(_ heap: borrowing Heap<InBuffer>, _ blocks: Blocks) {
  var count = 0
  var byteCount = 1
  while byteCount <= 1 << 20 {
    let copies = byteCount <= 1024 ? 200 : 0
    for _ in 0..<copies {
      guard let block = allocate(byteCount, UInt8(truncatingIfNeeded: count), in: heap) else {
        return check(false, "a block is refused")
      }
      blocks[count] = block
      count += 1
    }
    if copies == 0 {
      guard let block = allocate(byteCount, 1, in: heap) else {
        return check(false, "a long block is refused")
      }
      check(block.isWhole(), "a long block holds something else")
      heap.deallocate(block.address)
    }
    byteCount *= 2
  }
  for block in blocks[..<count] {
    check(block.isWhole(), "a block was written over")
    heap.deallocate(block.address)
  }
  check(count == 2200, "other blocks than thought of")
  show("blocks of 1 byte to 1 MiB: 2200, each its own")
}

private func fill(_ heap: borrowing Heap<InBuffer>, _ blocks: Blocks) {
  var count = 0
  while let block = allocate(100_000, UInt8(truncatingIfNeeded: count), in: heap) {
    blocks[count] = block
    count += 1
  }
  check(count > 50, "the buffer is full too early")
  for block in blocks[..<count] { check(block.isWhole(), "a block was written over") }
  show("the buffer is full: nil, and all that lived is whole")
  let first = blocks[0].address
  heap.deallocateAll()
  check(heap.statistics.liveCount == 0, "something lives after all was freed")
  check(heap.allocate(byteCount: 100_000) != nil, "nothing is free after all was freed")
  check(!heap.owns(first) || heap.statistics.liveCount == 1, "a freed block lives")
  show("all freed: the same blocks again")
}

private func servePieces(_ heap: borrowing Heap<InBuffer>) {
  guard let box = HeapBox(UInt64(41), in: heap),
    let numbers = heap.allocateBuffer(of: SIMD4<Float>.self, count: 100),
    let grown = heap.reallocate(heap.allocate(byteCount: 10), byteCount: 10_000)
  else { return check(false, "a box or a buffer is refused") }
  box.value += 1
  check(box.value == 42, "a box holds something else")
  numbers.initialize(repeating: SIMD4(repeating: 2))
  check(numbers[99].y == 2, "a buffer holds something else")
  heap.deallocate(numbers)
  heap.deallocate(grown)
}

private func bump(_ pages: FixedBufferPages) throws(HeapError) {
  let heap = try Heap<BumpInBuffer>(name: "bump", pages: pages)
  for _ in 0..<100 {
    for _ in 0..<1000 { check(heap.allocate(byteCount: 40) != nil, "a bump heap is full") }
    check(heap.statistics.liveCount == 1000, "a bump heap has other blocks")
    heap.deallocateAll()
    check(heap.statistics.liveCount == 0, "a bump heap is not empty")
  }
}

private func serve(_ pages: FixedBufferPages) throws(HeapError) {
  let heap = try Heap<InBuffer>(name: "self-test", pages: pages)
  use(heap)
}

// A function of its own: Swift 6.3 with -O and Embedded cannot compile one that owns a heap and may trap.
private func use(_ heap: borrowing Heap<InBuffer>) {
  let notes = machine_notes_start().assumingMemoryBound(to: Block.self)
  let blocks = Blocks(
    start: notes, count: MACHINE_NOTES / MemoryLayout<Block>.stride)
  serveAllSizes(heap, blocks)
  fill(heap, blocks)
  heap.deallocateAll()
  servePieces(heap)
}

/// What the machine runs; it ends the machine when something is wrong.
@_cdecl("self_test")
public func selfTest() {
  do throws(HeapError) {
    let pages = makePages()
    try serve(pages)
    try bump(pages)
    show("a box, a buffer of a type, a bump heap: right")
    show("the self-test has passed")
  } catch {
    show("there is no heap")
    machine_end(1)
  }
}
