// Return addresses and traces: numbers for each, equal ones for equal ones. The tables serve the
// whole process and are made once.

import Platform
import TestPages
import Testing

@testable import Traces

enum TestTables {
  /// Both tables, and no traces of the tests themselves.
  static let isStarted: Bool = {
    ReturnAddresses.start() && StackDepot.start() && LastStackPool.start() && TestProcess.start()
  }()
}

@Suite struct StackDepotTests {
  private func number(_ frames: [UInt32]) -> UInt32 {
    frames.withUnsafeBufferPointer { StackDepot.number($0.baseAddress!, count: $0.count) }
  }

  private func addresses(_ number: UInt32) -> [UInt] {
    var result: [UInt] = []
    StackDepot.eachAddress(number) { result.append($0) }
    return result
  }

  @Test func addressesHaveNumbersOfTheirOwn() {
    #expect(TestTables.isStarted)
    var random = SeededRandom(seed: 1)
    var numbers: [UInt: UInt32] = [:]
    for _ in 0..<20_000 {
      // Neighbours, multiples of a page, and any.
      let kind = random.below(3)
      let place = UInt(random.below(4000))
      let address =
        kind == 0 ? 0x4000_0000 + place : kind == 1 ? place << 12 : UInt(random.next() >> 16)
      if address == 0 { continue }
      let number = ReturnAddresses.number(address)
      if number == 0 || ReturnAddresses.element(number).pointee.address != address
        || ReturnAddresses.find(address) != number
        || numbers.updateValue(number, forKey: address) ?? number != number
      {
        Issue.record("address \(address), number \(number)")
        return
      }
    }
    #expect(Set(numbers.values).count == numbers.count)
    #expect(ReturnAddresses.find(0x7fff_ffff_ffff) == 0)
    #expect(ReturnAddresses.committedBytes > 0)
  }

  @Test func tracesHaveNumbersOfTheirOwn() {
    #expect(TestTables.isStarted)
    var random = SeededRandom(seed: 2)
    let pool = (1...40).map { ReturnAddresses.number(UInt(0x5000_0000 + $0 * 8)) }
    var known: [[UInt32]: UInt32] = [:]
    for step in 0..<20_000 {
      // Short ones are likely to be met again; some differ in their last frame, or are a prefix.
      let length = 1 + random.below(random.once(in: 3) ? 64 : 3)
      let frames = (0..<length).map { _ in pool[random.below(random.once(in: 2) ? 3 : 40)] }
      let number = number(frames)
      if number == 0 || known[frames] ?? number != number {
        Issue.record("step \(step): number \(number), was \(known[frames] ?? 0)")
        return
      }
      known[frames] = number
    }
    #expect(Set(known.values).count == known.count)
    for (frames, number) in known {
      let told = addresses(number)
      if told != frames.map({ ReturnAddresses.element($0).pointee.address }) {
        Issue.record("trace \(number) of \(frames.count) frames gives \(told.count)")
        return
      }
    }
    #expect(StackDepot.number([1], count: 0) == 0)
    #expect(addresses(0) == [])
  }

  /// So many that some have one hash: 32 bits.
  @Test func tracesOfOneHashAreKeptApart() {
    #expect(TestTables.isStarted)
    var numbers: Set<UInt32> = []
    for index in 0..<200_000 as Range<UInt32> {
      numbers.insert(number([index / 500, index % 500]))
    }
    #expect(numbers.count == 200_000 && !numbers.contains(0))
  }

  @Test func threadsAgreeOnNumbers() {
    #expect(TestTables.isStarted)
    let results = ThreadResults()
    let threads = (0..<4).map { index in
      TestThread {
        var random = SeededRandom(seed: 77)
        var numbers: [UInt32] = []
        for _ in 0..<3000 {
          let frames = (0..<3).map { _ in
            ReturnAddresses.number(UInt(0x6000_0000 + random.below(300)))
          }
          numbers.append(
            frames.withUnsafeBufferPointer { StackDepot.number($0.baseAddress!, count: 3) })
        }
        results.put(index, numbers)
      }
    }
    for thread in threads { thread?.join() }
    let all = results.all
    #expect(all.count == 4 && all.values.allSatisfy { $0 == all[0] && !$0.contains(0) })
  }
}

/// What threads found.
final class ThreadResults: @unchecked Sendable {
  private let lock = Lock()
  private var results: [Int: [UInt32]] = [:]

  func put(_ index: Int, _ numbers: [UInt32]) {
    lock.lock()
    results[index] = numbers
    lock.unlock()
  }

  var all: [Int: [UInt32]] {
    lock.lock()
    defer { lock.unlock() }
    return results
  }
}
