// MappedArray and Ring, against the standard library's arrays.

import Leaks
import Platform
import TestPages
import Testing

@Suite struct ArrayTests {
  @Test(arguments: [0, 1, 2, 3, 10, 1000])
  func sortingAndSearching(count: Int) throws {
    System.initialize()
    var random = SeededRandom(seed: UInt64(count) + 1)
    var array = try #require(MappedArray<AddressRange>(capacity: count))
    defer { array.release() }
    var model: [UInt] = []
    for _ in 0..<count {
      let start = UInt(random.below(count * 2))
      model.append(start)
      array.append(AddressRange(start: start, end: start + 1))
    }
    // One too many is lost.
    array.append(AddressRange(start: 0, end: 0))
    #expect(array.count == count)
    array.sort()
    model.sort()
    #expect((0..<count).map { array[$0].start } == model)
    for address in 0...UInt(count * 2 + 1) {
      let expected = model.lastIndex { $0 <= address } ?? -1
      #expect(array.lastIndex(notAbove: address) == expected)
    }
  }

  @Test func stack() throws {
    var array = try #require(MappedArray<Int>(capacity: 3))
    defer { array.release() }
    for element in 1...3 { array.append(element) }
    #expect([array.removeLast(), array.removeLast(), array.removeLast()] == [3, 2, 1])
    #expect(array.count == 0)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func ring(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var ring = Ring(filledWith: -1)
    var model: [Int] = []
    for step in 0..<2000 {
      if random.below(100) < 60 {
        model.append(step)
        let expected = model.count > 16 ? model.removeFirst() : nil
        #expect(ring.exchange(step) == expected)
      } else {
        let expected = model.isEmpty ? nil : model.removeFirst()
        #expect(ring.take() == expected)
      }
    }
  }
}
