// Stacks of samples: the room of those that nobody holds is used again, and only theirs. A sweep takes what other tests have in the
// depot, so each test has a process of its own.

import Platform
import TestPages
import Testing

@testable import Traces

private func hold(_ frames: [UInt32]) -> UInt32 {
  frames.withUnsafeBufferPointer { StackDepot.hold($0.baseAddress!, count: $0.count) }
}

private func numbers(_ trace: UInt32) -> [UInt32] {
  var result: [UInt32] = []
  StackDepot.eachNumber(trace) { result.append($0) }
  return result
}

@Suite struct StackDepotRoomTests {
  @Test func heldTracesStayAndTheRoomOfOthersIsUsedAgain() async {
    await #expect(processExitsWith: .success) {
      #expect(TestTables.isStarted)
      var random = SeededRandom(seed: 4)
      var held: [(trace: UInt32, frames: [UInt32])] = []
      var writtenWords = 0
      for step in 0..<300_000 {
        let length = 1 + random.below(random.once(in: 3) ? 64 : 8)
        let frames = (0..<length).map { _ in UInt32(1 + random.below(5000)) }
        let trace = hold(frames)
        writtenWords += length + StackDepot.headerLength
        if trace == 0 || numbers(trace) != frames { Issue.record("step \(step): \(trace)") }
        if random.once(in: 10) { held.append((trace, frames)) } else { StackDepot.release(trace) }
        // Some are held twice, under the same number.
        if random.once(in: 20), let again = held.isEmpty ? nil : held[random.below(held.count)] {
          if hold(again.frames) != again.trace { Issue.record("step \(step): another number") }
          StackDepot.release(again.trace)
        }
        if held.count > 2000 {
          let old = held.remove(at: random.below(held.count))
          if numbers(old.trace) != old.frames { Issue.record("step \(step): a trace changed") }
          StackDepot.release(old.trace)
        }
      }
      for (trace, frames) in held {
        if numbers(trace) != frames { Issue.record("trace \(trace) changed") }
      }
      #expect(StackDepot.end < writtenWords / 20)
      for (trace, _) in held { StackDepot.release(trace) }
      #expect(StackDepot.heldBytes == 0)
    }
  }

  @Test func whileSomebodyReadsNoRoomIsUsedAgain() async {
    await #expect(processExitsWith: .success) {
      #expect(TestTables.isStarted)
      let frames: [UInt32] = [1, 2, 3]
      let trace = hold(frames)
      StackDepot.beginReading()
      StackDepot.release(trace)
      for index in 0..<50_000 as Range<UInt32> { StackDepot.release(hold([index, 7, 7, 7])) }
      #expect(numbers(trace) == frames)
      let end = StackDepot.end
      StackDepot.endReading()
      for index in 0..<50_000 as Range<UInt32> { StackDepot.release(hold([index, 8, 8, 8])) }
      // Room for some was found among the others.
      #expect(StackDepot.end < end + 50_000 * (4 + StackDepot.headerLength) / 2)
    }
  }
}
