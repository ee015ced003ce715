// Random traces over whole heaps, for every number of class steps.

import CShims
import Heap
import Memory
import TestPages
import Testing

@Suite struct HeapTraceTests {
  private static let allSteps = [1, 2, 4, 8]

  private func run(
    seed: UInt64, classSteps: Int, classes: SizeClasses? = nil, steps: Int,
    purgeDelay: Int = 500, checkedEvery interval: Int = 1,
    _ prepare: (inout HeapTrace) -> Void = { _ in }
  ) {
    guard let test = TestHeap(classSteps: classSteps, classes: classes, purgeDelay: purgeDelay)
    else {
      Issue.record("no heap")
      return
    }
    defer { test.close() }
    var trace = HeapTrace(test, seed: seed)
    prepare(&trace)
    for step in 0..<steps {
      var wrong = trace.step()
      if wrong == nil, step % interval == 0 { wrong = test.heap.checkInvariants().map { "\($0)" } }
      if let wrong {
        Issue.record("seed \(seed), class steps \(classSteps), step \(step): \(wrong)")
        return
      }
    }
    if let wrong = trace.finish() {
      Issue.record("seed \(seed), class steps \(classSteps): \(wrong)")
    }
  }

  @Test(arguments: allSteps, [1, 2] as [UInt64])
  func allSizes(classSteps: Int, seed: UInt64) {
    run(seed: seed, classSteps: classSteps, steps: 600)
  }

  /// Classes of a list, as many as there may be and few.
  @Test(arguments: [89, 40, 12], [12, 13] as [UInt64])
  func listedSizes(count: Int, seed: UInt64) {
    let table = SizeClassTable.make()!
    defer { table.giveBack() }
    for size in SizeClassTableTests.sizes(seed: seed, count: count) {
      #expect(table.pointee.append(size) == nil)
    }
    #expect(table.pointee.problem == nil)
    run(seed: seed, classSteps: 0, classes: SizeClasses(table), steps: 1000, checkedEvery: 3) {
      $0.smallLimit = SizeClasses.largestBlock + 1
    }
  }

  /// Few classes, so that spans fill up, empty, and change hands.
  @Test(arguments: allSteps, [3, 4] as [UInt64])
  func fewClasses(classSteps: Int, seed: UInt64) {
    run(seed: seed, classSteps: classSteps, steps: 6000, checkedEvery: 10) { trace in
      trace.wantsLarge = false
      trace.smallLimit = 64
    }
  }

  /// Spans of few blocks, which fill up and empty all the time.
  @Test(arguments: allSteps, [8, 9] as [UInt64])
  func longSmallBlocks(classSteps: Int, seed: UInt64) {
    run(seed: seed, classSteps: classSteps, steps: 2000, checkedEvery: 5) { trace in
      trace.wantsLarge = false
      trace.smallLimit = SizeClasses.largestBlock + 1
    }
  }

  /// Leaves serve all addresses, and every free of a thread's own block takes the slow path.
  @Test func withoutAWindow() async {
    await #expect(processExitsWith: .success) {
      // One slice where there are no addresses, so that none is made.
      swiftmalloc_window().pointee.start = 1 << 63
      swiftmalloc_fast_window().pointee.slice_count = 0
      swiftmalloc_window().pointee.slice_count = 1
      let tests = HeapTraceTests()
      let address = try #require(TestHeap()).heap.allocate(100).address
      #expect(PageMap.windowRecord(address) == nil && PageMap.record(address) != nil)
      tests.run(seed: 10, classSteps: 4, steps: 600)
      tests.run(seed: 11, classSteps: 4, steps: 3000, checkedEvery: 10) { $0.smallLimit = 64 }
    }
  }

  @Test(arguments: allSteps, [5, 6] as [UInt64])
  func withRefusals(classSteps: Int, seed: UInt64) {
    run(seed: seed, classSteps: classSteps, steps: 600) { $0.refuses = true }
  }

  @Test(arguments: [0, -1, 1])
  func everyPurgeDelay(purgeDelay: Int) {
    run(seed: 7, classSteps: 4, steps: 600, purgeDelay: purgeDelay)
  }
}
