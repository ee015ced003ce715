// Cases with an error each, which the heap reports on standard error.

import Glibc
import SwiftMallocDebug

typealias Block = UnsafeMutableRawPointer

@inline(never) func make<Policy>(_ heap: DebugHeap<Policy>, _ byteCount: Int) -> Block {
  heap.allocate(byteCount: byteCount)!
}
@inline(never) func freeOnce<Policy>(_ heap: DebugHeap<Policy>, _ block: Block) {
  heap.deallocate(block)
}
@inline(never) func freeAgain<Policy>(_ heap: DebugHeap<Policy>, _ block: Block) {
  heap.deallocate(block)
}

func freeTwice<Policy>(_ heap: DebugHeap<Policy>) {
  let block = make(heap, 64)
  freeOnce(heap, block)
  freeAgain(heap, block)
  print("went on, damaged: \(heap.check())")
}

func freeTwice() {
  let pages = FixedBufferPages(buffer(4 << 20))!
  freeTwice(DebugHeap<BufferPolicy>(wrapping: pages)!)
}
func freeTwiceAndStop() { freeTwice(DebugHeap<UsualPolicy>(wrapping: SystemPages())!) }
func freeTwiceWithoutFrames() { freeTwice(DebugHeap<TracelessPolicy>(wrapping: SystemPages())!) }

func overrun<Policy>(_ heap: DebugHeap<Policy>, _ byteCount: Int) {
  let block = make(heap, byteCount)
  block.storeBytes(of: 0x41, toByteOffset: byteCount, as: UInt8.self)
  print("damaged: \(heap.check()), then: \(heap.check())")
}

func overrun() { overrun(DebugHeap<SystemPolicy>(wrapping: SystemPages())!, 64) }

// It ends with a page, behind which nothing can be inaccessible.
func overrunLargeBlock() {
  overrun(DebugHeap<BufferPolicy>(wrapping: FixedBufferPages(buffer(4 << 20))!)!, 1 << 17)
}

func writeAfterFree() {
  let heap = DebugHeap<SystemPolicy>(wrapping: SystemPages())!
  let block = make(heap, 64)
  freeOnce(heap, block)
  block.storeBytes(of: 0x41, toByteOffset: 3, as: UInt8.self)
  print("damaged: \(heap.check())")
}

// Its pages cannot be sealed: the write is found when they are used again.
func writeIntoEmptiedBucket() {
  let heap = DebugHeap<BufferPolicy>(wrapping: FixedBufferPages(buffer(4 << 20))!)!
  let blocks = (0..<60).map { _ in make(heap, 9000) }
  for block in blocks { freeOnce(heap, block) }
  blocks[3].storeBytes(of: 0x41, toByteOffset: 3, as: UInt8.self)
  let others = fill(heap, 1000)
  print("others: \(others.contains(blocks[3])), damaged: \(heap.check())")
}

func freeWithWrongSize() {
  let heap = DebugHeap<SystemPolicy>(wrapping: SystemPages())!
  heap.deallocate(make(heap, 64), byteCount: 32)
  heap.deallocate(make(heap, 65), byteCount: 65, alignment: 64)
  heap.deallocate(heap.allocate(byteCount: 66, alignment: 64), byteCount: 66, alignment: 64)
}

func freeForeignBlock() {
  let heap = DebugHeap<SystemPolicy>(wrapping: SystemPages())!
  freeOnce(heap, malloc(64)!)
  print("went on")
}

@inline(never) func useFirst(_ heap: DebugHeap<SingleThreadPolicy>) -> Block { make(heap, 64) }
@inline(never) func misuse(_ heap: DebugHeap<SingleThreadPolicy>) -> Block? {
  heap.allocate(byteCount: 100)
}

func useFromSecondThread() {
  nameThread("first")
  let heap = DebugHeap<SingleThreadPolicy>(wrapping: SystemPages())!
  let block = useFirst(heap)
  onThreads(["second"]) {
    print("a block for the second thread: \(misuse(heap) != nil)")
    print("check by the second thread: \(heap.check())")
  }
  heap.deallocate(block)
  print("left: \(heap.liveBlockCount())")
}

func readBehindBlock() {
  let heap = DebugHeap<GuardPolicy>(wrapping: SystemPages())!
  heap.explainFaults()
  let block = make(heap, 64)
  print(block.load(fromByteOffset: 64, as: UInt8.self))
}
