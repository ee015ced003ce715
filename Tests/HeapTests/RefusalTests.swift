// A heap whose source of pages refuses, from the N-th call on: nothing crashes, every failure is a
// 0, the equations hold, and the heap works again once the source gives.

import Heap
import Memory
import TestPages
import Testing

@Suite struct RefusalTests {
  /// Small, medium and large blocks, aligned and resized, from two caches; the number of failures.
  private func work(_ test: TestHeap, _ failures: inout Int) -> String? {
    let first = test.makeThread()
    let second = test.makeThread()
    if first == nil || second == nil { failures += 1 }
    var live: [TestBlock] = []
    func note(_ address: UInt, _ byteCount: Int) -> Bool {
      if address == 0 {
        failures += 1
        return false
      }
      live.append(TestBlock(address, byteCount: byteCount, id: UInt64(live.count + 1)))
      return true
    }
    for (round, byteCount) in Self.sizes.enumerated() {
      test.thread = (round % 2 == 0 ? first : second) ?? .ended
      if !note(test.allocate(byteCount).address, byteCount) { continue }
      if round % 3 == 0, let block = live.popLast() {
        test.thread = (round % 4 == 0 ? first : second) ?? .ended
        let address = test.heap.reallocate(block.address, to: 2 * byteCount + 1)
        if address == 0, !block.isIntact { return "a failed realloc changed the block" }
        if address == 0 {
          live.append(block)
          failures += 1
        } else if !block.isIntact(movedTo: address, count: 2 * byteCount + 1) {
          return "realloc lost contents"
        } else {
          _ = note(address, 2 * byteCount + 1)
        }
      }
      _ = note(test.heap.allocate(byteCount, alignment: 1 << (4 + round % 18)).address, byteCount)
    }
    _ = test.heap.trim()
    for (index, block) in live.enumerated() {
      if !block.isIntact { return "a live block was overwritten" }
      test.thread = (index % 3 == 0 ? first : index % 3 == 1 ? second : nil) ?? .ended
      test.free(block.address)
    }
    for case let thread? in [first, second] { test.end(thread) }
    return test.heap.checkInvariants().map { "\($0)" }
  }

  private static let sizes = [
    16, 100, 1000, 20, 5000, 30_000, 70_000, 40, 6 << 20, 300, 500_000, 12_000, 9 << 20, 64,
    5 << 20,
    2000, 900_000, 24, 1 << 20, 33_000,
  ]

  private func check(_ kinds: [TestPages.Call], after count: Int) -> (failures: Int, calls: Int) {
    let pages = TestPages()
    pages.refuse(kinds, after: count)
    let made = TestHeap(pages: pages)
    let callsForHeap = pages.callCount
    guard let test = made else {
      #expect(kinds.contains(.reserve) || kinds.contains(.commit))
      #expect(count < 2)
      pages.releaseAll()
      return (1, callsForHeap)
    }
    defer { test.close() }
    var failures = 0
    let calls: Int
    if let wrong = work(test, &failures) {
      Issue.record("\(kinds) refused after \(count): \(wrong)")
    }
    calls = pages.callCount
    pages.refuseNothing()
    var laterFailures = 0
    if let wrong = work(test, &laterFailures) {
      Issue.record("\(kinds) refused after \(count), then given: \(wrong)")
    }
    #expect(laterFailures == 0, "\(kinds) refused after \(count), then given")
    return (failures, calls)
  }

  @Test func everyCallFromTheNthOn() {
    var calls = 0
    for count in 0...200 {
      let result = check(TestPages.Call.allCases, after: count)
      calls = result.calls
      if count < 10 { #expect(result.failures > 0, "refused after \(count)") }
    }
    // At the end the workload got all it asked for.
    #expect(calls <= 200)
  }

  @Test(arguments: TestPages.Call.allCases)
  func everyCallOfOneKind(kind: TestPages.Call) {
    for count in 0...40 {
      let result = check([kind], after: count)
      // The heap does without these.
      if [.purge, .release, .resize, .move].contains(kind) { #expect(result.failures == 0) }
    }
  }

  @Test func metadataComesFromAFreeSliceWhenNothingElseIsLeft() throws {
    let test = try #require(TestHeap())
    let thread = try #require(test.makeThread())
    defer { test.close() }
    test.thread = thread
    // Dirty slices, and spans of all classes until the metadata is used up.
    let medium = (0..<8).map { _ in test.allocate(100_000).address }
    for address in medium { test.free(address) }
    test.pages.refuse([.reserve, .commit], after: 0)
    var given = 0
    while test.allocate(16).address != 0 { given += 1 }
    #expect(given > 4096)
    #expect(test.heap.checkInvariants() == nil)
    #expect(test.heap.allocate(100_000).address == 0)
    test.pages.refuseNothing()
    #expect(test.heap.allocate(100_000).address != 0)
    #expect(test.heap.checkInvariants() == nil)
  }

  /// Where the page map has no leaf yet, and the system has no memory for one.
  @Test func refusedLeavesOfThePageMap() throws {
    for round in 0..<3 {
      let pages = TestPages(at: 0x2200_0000_0000 + UInt(round) << 36)
      let test = try #require(TestHeap(pages: pages))
      let thread = try #require(test.makeThread())
      defer { test.close() }
      test.thread = thread
      pages.refuse([.allocateSparse], after: 0)
      #expect(test.allocate(100).address == 0)
      #expect(test.allocate(100_000).address == 0)
      #expect(test.heap.checkInvariants() == nil)
      pages.refuseNothing()
      #expect(test.allocate(100).address != 0)
      #expect(test.heap.checkInvariants() == nil)
    }
  }
}
