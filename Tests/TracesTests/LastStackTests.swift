// A thread's last stack against plain arrays: frames come and go at the inner end of a stack of the
// test's own.

import TestPages
import Testing

@testable import Traces

@Suite struct LastStackTests {
  private typealias Stack = UnsafeMutablePointer<LastStack>

  /// A stack of return addresses, the outermost at the highest place.
  private struct Model {
    static let size = 2000
    let words = UnsafeMutablePointer<UInt>.allocate(capacity: size)
    /// Indices of the frames' words, the innermost first.
    var frames: [Int] = []

    init() { words.initialize(repeating: 0, count: Self.size) }

    func place(_ index: Int) -> UInt { UInt(bitPattern: words + frames[index]) }
    func address(_ index: Int) -> UInt { words[frames[index]] }

    mutating func change(_ random: inout SeededRandom) {
      let deepest = random.once(in: 10) ? 300 : 60
      for _ in 0..<random.below(random.once(in: 8) ? 90 : 6) where !frames.isEmpty {
        frames.removeFirst()
      }
      for _ in 0..<random.below(random.once(in: 8) ? 90 : 6) where frames.count < deepest {
        let length = 1 + random.below(5)
        let next = (frames.first ?? Self.size) - length
        if next < 0 { return }
        // Few addresses: recursion, and the same one in another place. As in code, an address tells
        // how far the caller's frame is.
        words[next] = UInt(length + 8 * random.below(2))
        frames.insert(next, at: 0)
      }
    }
  }

  /// As `Unwinder.walk`: the trace, in which an address is its own number, and how many frames were
  /// fresh.
  private func walk(_ stack: Stack, _ model: Model, depth: Int) -> (trace: [UInt32], fresh: Int) {
    var count = 0
    var index = stack.firstIndex
    let limit = depth + 24
    func trace(_ length: Int) -> [UInt32] { (0..<length).map { stack.trace[$0] } }
    while true {
      let isWhole = count == model.frames.count
      let place = isWhole ? UInt.max : model.place(count)
      let address = isWhole ? 0 : model.address(count)
      if count < depth {
        index = stack.search(place, from: index)
        let length = stack.frameCount(index, place, address, fresh: count, wanted: depth)
        if length != 0 {
          stack.join(count, before: index)
          return (trace(length), count)
        }
      }
      if !isWhole {
        stack.add(count, UInt32(address), place, address)
        count += 1
      }
      if isWhole || count == limit {
        stack.replace(count, isWhole: isWhole)
        return (trace(min(count, depth)), count)
      }
    }
  }

  @Test(arguments: [1, 2, 16, 30, 64], [1, 2] as [UInt64])
  func tracesAreThoseOfTheStack(depth: Int, seed: UInt64) {
    #expect(TestTables.isStarted)
    guard let stack = LastStackPool.take() else {
      Issue.record("no memory")
      return
    }
    defer { LastStackPool.giveBack(stack) }
    var model = Model()
    defer { model.words.deallocate() }
    var random = SeededRandom(seed: seed)
    var shortcuts = 0
    for step in 0..<8000 {
      model.change(&random)
      if random.once(in: 500) { stack.forget() }
      let expected = model.frames.prefix(depth).map { UInt32(model.words[$0]) }
      let found = walk(stack, model, depth: depth)
      if found.trace != expected {
        Issue.record("seed \(seed), depth \(depth), step \(step): \(found.trace) ≠ \(expected)")
        return
      }
      if found.fresh < expected.count { shortcuts += 1 }
    }
    #expect(shortcuts > 1000, "\(shortcuts) traces were joined")
  }

  /// The same inner frames above an outer frame that has changed.
  @Test func changedOuterFrameIsNoticed() throws {
    #expect(TestTables.isStarted)
    let stack = try #require(LastStackPool.take())
    defer { LastStackPool.giveBack(stack) }
    var model = Model()
    defer { model.words.deallocate() }
    model.frames = (0..<40).map { 1000 + 2 * $0 }
    for frame in model.frames { model.words[frame] = 9 }
    _ = walk(stack, model, depth: 30)
    for changed in [0, 1, 15, 29] {
      model.words[1000 + 2 * changed] += 1
      let expected = model.frames.prefix(30).map { UInt32(model.words[$0]) }
      #expect(walk(stack, model, depth: 30).trace == expected, "frame \(changed)")
      #expect(walk(stack, model, depth: 30) == (expected, 0))
    }
  }

  /// A deep stack is cut off to make room: what is left of it has no end of its own.
  @Test func cutStackIsNotTakenForAWholeOne() throws {
    #expect(TestTables.isStarted)
    let stack = try #require(LastStackPool.take())
    defer { LastStackPool.giveBack(stack) }
    var model = Model()
    defer { model.words.deallocate() }
    let all = (0..<400).map { 1000 + 2 * $0 }
    for frame in all { model.words[frame] = 9 }
    for deepest in stride(from: 130, through: 390, by: 10) {
      stack.forget()
      for count in Array(stride(from: 60, through: deepest, by: 10)) + [deepest - 75] {
        model.frames = Array(all.suffix(count))
        let expected = model.frames.prefix(64).map { UInt32(model.words[$0]) }
        #expect(walk(stack, model, depth: 64).trace == expected, "\(count) of \(deepest)")
      }
    }
  }

  @Test func poolGivesEmptyStacks() throws {
    #expect(TestTables.isStarted)
    let stack = try #require(LastStackPool.take())
    stack.add(0, 5, 100, 7)
    stack.replace(1, isWhole: true)
    #expect(stack.trace[0] == 5 && stack.search(100, from: stack.firstIndex) == stack.firstIndex)
    LastStackPool.giveBack(stack)
    let again = try #require(LastStackPool.take())
    #expect(again.frameCount(again.firstIndex, 100, 7, fresh: 0, wanted: 10) == 0)
    LastStackPool.giveBack(again)
  }
}
