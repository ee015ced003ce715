// The product for Swift programs: heaps of every policy serve blocks, know their own, bound them, and go.

import Foundation
import Memory
import SwiftMalloc
import TestPages
import Testing

@Suite(.serialized) struct HeapTests {
  enum PowersOfTwo: HeapPolicy {
    typealias Pages = SystemPages
    static var classSteps: Int { 1 }
    static var recycling: Recycling { .atOnce }
  }
  enum Wrong: HeapPolicy {
    typealias Pages = SystemPages
    static var classSteps: Int { 3 }
  }
  enum SharedBump: SharedHeapPolicy {
    typealias Pages = SystemPages
    static var isBump: Bool { true }
  }

  static let sizes = [0, 1, 16, 100, 1024, 1025, 32_768, 32_769, 262_144, 300_000, 5_000_000]

  private func serves<Policy: HeapPolicy>(_ heap: borrowing Heap<Policy>) throws {
    for round in 0..<3 {
      var blocks: [(UnsafeMutableRawPointer, Int)] = []
      for (index, size) in Self.sizes.enumerated() {
        let alignment = 16 << (index % 8)
        let plain = heap.allocate(byteCount: size)!
        let zero = heap.allocate(byteCount: size, alignment: alignment, zeroed: true)!
        #expect(UInt(bitPattern: plain) % 16 == 0 && Int(bitPattern: zero) % alignment == 0)
        for place in 0..<size where zero.load(fromByteOffset: place, as: UInt8.self) != 0 {
          Issue.record("byte \(place) of \(size) is not zero")
          break
        }
        for block in [plain, zero] {
          let isOwn = heap.owns(block) && heap.usableSize(of: block) >= size
          #expect(isOwn)
          memset(block, Int32(index + 1), size)
          blocks.append((block, size))
        }
      }
      var seen = 0
      heap.forEachBlock { _, _ in seen += 1 }
      let counted = heap.statistics.liveCount
      #expect(seen == blocks.count && counted == blocks.count)
      for (index, (block, size)) in blocks.enumerated() {
        let moved = heap.reallocate(block, byteCount: size * 2 + 1)!
        let mark = UInt8(index / 2 + 1)
        #expect(size == 0 || moved.load(fromByteOffset: size - 1, as: UInt8.self) == mark)
        if round != 1 { heap.deallocate(moved) }
      }
      heap.deallocateAll()
      let left = heap.statistics
      #expect(left.liveCount == 0 && left.liveBytes == 0)
    }
    heap.recycle()
    let used = heap.statistics.usedBytes
    #expect(used == 0)
  }

  @Test func everyPolicyServes() throws {
    try serves(try Heap<Local>(name: "local"))
    try serves(try Heap<Shared>(name: "shared"))
    try serves(try Heap<Bump>(name: "bump"))
    try serves(try Heap<SharedBump>())
    try serves(try Heap<PowersOfTwo>())
    try serves(try Heap<LocalOnHugePages>())
    let pages = TestPages()
    try serves(try Heap<LocalOn<TestPages>>(pages: pages))
    try serves(try Heap<BumpOn<TestPages>>(pages: pages))
    pages.releaseAll()
  }

  @Test func aBufferIsAllThatAHeapNeeds() throws {
    let byteCount = 64 << 20
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 4096)
    defer { buffer.deallocate() }
    let pages = try #require(FixedBufferPages(buffer))
    let heap = try Heap<LocalOn<FixedBufferPages>>(pages: pages)
    var count = 0
    while let block = heap.allocate(byteCount: 1000) {
      #expect(buffer.contains(UnsafeRawPointer(block), 1000))
      count += 1
    }
    #expect(count > 10_000)
    heap.deallocateAll()
    let again = heap.allocate(byteCount: 1000)
    #expect(again != nil)
  }

  @Test func aLimitIsALimit() throws {
    #expect(throws: HeapError.limitTooSmall(1000)) { _ = try Heap<Local>(limit: 1000) }
    #expect(throws: HeapError.badClassSteps(3)) { _ = try Heap<Wrong>() }
    let count = try withHeap("small", limit: 1 << 20) { heap in
      var count = 0
      while heap.allocate(byteCount: 1024) != nil { count += 1 }
      return count
    }
    #expect(count <= 1024 && count > 900)
    let refusing = TestPages()
    refusing.refuse([.reserve, .commit], after: 0)
    #expect(throws: HeapError.noMemory) {
      _ = try Heap<LocalOn<TestPages>>(pages: refusing)
    }
  }

  @Test func aSharedHeapServesManyThreads() async throws {
    let heap = try Heap<Shared>(name: "shared")
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      var random = SeededRandom(seed: UInt64(thread))
      var live: [UnsafeMutableRawPointer] = []
      for _ in 0..<20_000 {
        if live.count < 50 || random.once(in: 2) {
          live.append(heap.allocate(byteCount: random.below(2000))!)
        } else {
          heap.deallocate(live.remove(at: random.below(live.count)))
        }
      }
      for block in live { heap.deallocate(block) }
    }
    let left = heap.statistics.liveCount
    #expect(left == 0)
  }

  struct Counted: ~Copyable {
    let number: Int
    nonisolated(unsafe) static var ended = 0
    deinit { Self.ended += 1 }
  }

  @Test func aBoxEndsWithItsValue() throws {
    let heap = try Heap<Local>()
    let number = heap.numberInABox(7)
    #expect(number == 7)
    let left = heap.statistics.liveCount
    #expect(Counted.ended == 1 && left == 0)
    let buffer = heap.allocateBuffer(of: SIMD8<Double>.self, count: 100)!
    #expect(Int(bitPattern: buffer.baseAddress) % 64 == 0 && buffer.count == 100)
    heap.deallocate(buffer)
    let tooMany = heap.allocateBuffer(of: Int.self, count: .max / 4)
    let tooFew = heap.allocate(byteCount: -1)
    let tooMuch = heap.allocate(byteCount: .max)
    #expect(tooMany == nil && tooFew == nil && tooMuch == nil)
  }

  @Test func badFreesEndTheProcess() async {
    let twice = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      guard let heap = try? Heap<Local>() else { return }
      let block = heap.allocate(byteCount: 40)
      heap.deallocate(block)
      heap.deallocate(block)
    }
    #expect(text(twice).contains("double-free on address"))
    let other = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      guard let heap = try? Heap<Local>(), let other = try? Heap<Bump>() else { return }
      heap.deallocate(other.allocate(byteCount: 40))
    }
    #expect(text(other).contains("invalid-free on address"))
    let bump = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      guard let heap = try? Heap<Bump>() else { return }
      let block = heap.allocate(byteCount: 40)
      heap.deallocate(block)
      heap.deallocate(block)
    }
    #expect(text(bump).contains("double-free on address"))
  }

  private func text(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}

extension Heap {
  /// The number in a box that ends at once.
  fileprivate borrowing func numberInABox(_ number: Int) -> Int? {
    guard let box = HeapBox(HeapTests.Counted(number: number), in: self) else { return nil }
    if statistics.liveCount != 1 { return nil }
    return box.value.number
  }
}

extension UnsafeMutableRawBufferPointer {
  fileprivate func contains(_ block: UnsafeRawPointer, _ byteCount: Int) -> Bool {
    guard let baseAddress else { return false }
    let distance = block - UnsafeRawPointer(baseAddress)
    return distance >= 0 && distance + byteCount <= count
  }
}
