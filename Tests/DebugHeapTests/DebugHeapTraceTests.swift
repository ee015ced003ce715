// Random traces over whole debug heaps: nothing is reported that is no error.

import Memory
import Platform
import TestPages
import Testing

@testable import DebugHeap

@Suite struct DebugHeapTraceTests {
  private func run<Policy: DebugPolicy>(
    _ policy: Policy.Type, _ settings: DebugSettings, seed: UInt64, steps: Int,
    refusing kinds: [TestPages.Call] = []
  ) where Policy.Pages == TestPages {
    let pages = TestPages.forDebugHeap()
    withHeap(policy, settings, pages: pages) { heap in
      var trace = DebugHeapTrace(heap, seed: seed)
      if !kinds.isEmpty {
        trace.disturb = { random in
          let some = kinds.filter { _ in random.once(in: 2) }
          if random.once(in: 2) {
            pages.refuseNothing()
          } else {
            pages.refuse(some, after: random.below(20))
          }
        }
      }
      for step in 0..<steps {
        if let wrong = trace.step() {
          Issue.record("\(settings.placement), seed \(seed), step \(step): \(wrong)")
          return
        }
      }
      pages.refuseNothing()
      if let wrong = trace.finish() {
        Issue.record("\(settings.placement), seed \(seed): \(wrong)")
      }
      #expect(!kinds.isEmpty || trace.failures == 0, "\(trace.failures) failures")
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func slots(seed: UInt64) {
    run(SharedTestPolicy.self, .forTests(), seed: seed, steps: 30_000)
  }

  @Test(arguments: [DebugSettings.Placement.guardBehind, .guardBefore], [1, 2] as [UInt64])
  func guarded(placement: DebugSettings.Placement, seed: UInt64) {
    run(SharedTestPolicy.self, .forTests(placement), seed: seed, steps: 8000)
  }

  @Test(arguments: [DebugSettings.Placement.slots, .guardBehind, .guardBefore])
  func oneThread(placement: DebugSettings.Placement) {
    run(LonelyTestPolicy.self, .forTests(placement), seed: 5, steps: 5000)
  }

  @Test(arguments: [DebugSettings.Placement.slots, .guardBehind, .guardBefore])
  func protectedRecords(placement: DebugSettings.Placement) {
    var settings = DebugSettings.forTests(placement)
    settings.protectsRecords = true
    run(SharedTestPolicy.self, settings, seed: 6, steps: 1500)
    run(LonelyTestPolicy.self, settings, seed: 7, steps: 1500)
  }

  /// Every address is given out again at once.
  @Test(arguments: [DebugSettings.Placement.slots, .guardBehind, .guardBefore])
  func noQuarantine(placement: DebugSettings.Placement) {
    run(SharedTestPolicy.self, .forTests(placement, quarantine: 0), seed: 8, steps: 5000)
  }

  /// Without checks a freed slot is given out again next, and blocks stay where they are when they are resized.
  @Test(arguments: [20, 21, 22] as [UInt64])
  func unchecked(seed: UInt64) {
    run(SharedTestPolicy.self, .unchecked, seed: seed, steps: 30_000)
    run(SharedTestPolicy.self, .unchecked, seed: seed, steps: 6000, refusing: Self.calls)
    run(LonelyTestPolicy.self, .unchecked, seed: seed, steps: 5000)
  }

  private static let calls: [TestPages.Call] = [
    .reserve, .commit, .allocate, .release, .seal, .shift,
  ]

  @Test(arguments: [DebugSettings.Placement.slots, .guardBehind, .guardBefore], [false, true])
  func refusals(placement: DebugSettings.Placement, protects: Bool) {
    var settings = DebugSettings.forTests(placement, quarantine: 100_000)
    settings.protectsRecords = protects
    let steps = protects ? 1500 : 4000
    for seed in 9...10 as ClosedRange<UInt64> {
      run(SharedTestPolicy.self, settings, seed: seed, steps: steps, refusing: Self.calls)
    }
  }

  /// Slices are refused, and nothing else, so that freed ones and the oldest freed slots serve.
  @Test(arguments: [DebugSettings.Placement.slots, .guardBehind])
  func refusedSlices(placement: DebugSettings.Placement) {
    run(
      SharedTestPolicy.self, .forTests(placement, quarantine: 1 << 30), seed: 12, steps: 10_000,
      refusing: [.commit])
  }

  /// The budget of mappings ends: further blocks have no guard.
  @Test func mappingBudget() {
    var settings = DebugSettings.forTests(.guardBehind)
    settings.mappingBudget = 50
    run(SharedTestPolicy.self, settings, seed: 13, steps: 10_000)
  }
}
