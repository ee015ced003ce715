// The lists, against a search through all there are, and what they have to be in every case.

import Testing

@testable import Tuning

@Suite struct ClassListTests {
  private func histogram(_ counts: [Int: Int]) -> SizeHistogram {
    var histogram = SizeHistogram()
    for (byteCount, count) in counts { histogram.add(count, byteCount: byteCount) }
    return histogram
  }

  /// Whether the library takes it.
  private func isTaken(_ list: [Int]) -> Bool {
    list.allSatisfy { $0 % 16 == 0 } && zip(list, list.dropFirst()).allSatisfy { $0 < $1 }
      && Set(ClassList.powers).isSubset(of: list) && list.last == 32768 && list.count <= 89
  }

  private func random(_ seed: UInt64, sizes: Int, below limit: Int) -> SizeHistogram {
    var (state, counts) = (seed, [Int: Int]())
    func next() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33)
    }
    for _ in 0..<sizes { counts[1 + next() % limit] = 1 + next() % 100_000 }
    return histogram(counts)
  }

  /// Every choice of up to `count` further classes among some lengths.
  private func leastOfAll(_ histogram: SizeHistogram, _ lengths: [Int], count: Int) -> Int {
    func search(_ chosen: [Int], from: Int) -> Int {
      let list = (ClassList.powers + chosen).sorted()
      var least = histogram.bytes(list) + list.count * 4096
      if chosen.count == count { return least }
      for index in from..<lengths.count {
        least = min(least, search(chosen + [lengths[index]], from: index + 1))
      }
      return least
    }
    return search([], from: 0)
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func noOtherListWastesLess(seed: UInt64) {
    let histogram = random(seed, sizes: 9, below: seed < 3 ? 600 : 32768)
    let lengths = histogram.counts.indices.filter {
      histogram.counts[$0] > 0 && !ClassList.powers.contains($0 * 16)
    }.map { $0 * 16 }
    for count in [12, 14, 16] {
      let list = ClassList.chosen(histogram, count: count)
      let cost = histogram.bytes(list) + list.count * 4096
      #expect(cost == leastOfAll(histogram, lengths, count: count - 12), "\(count): \(list)")
    }
  }

  @Test(arguments: [12, 13, 40, 89])
  func listsAreThoseThatTheLibraryTakes(count: Int) {
    for (seed, sizes) in [(1, 0), (2, 1), (3, 30), (4, 700)] as [(UInt64, Int)] {
      let list = ClassList.best(random(seed, sizes: sizes, below: 32768), count: count)
      #expect(isTaken(list) && list.count == count, "\(list)")
    }
  }

  @Test func moreClassesNeverWasteMore() {
    let histogram = random(9, sizes: 200, below: 4096)
    var last = Int.max
    for count in stride(from: 12, through: 60, by: 6) {
      let bytes = histogram.bytes(ClassList.best(histogram, count: count))
      #expect(bytes <= last)
      last = bytes
    }
    #expect(histogram.leastBytes <= last)
  }

  @Test func aClassHasToBeWorthAPage() {
    #expect(ClassList.chosen(histogram([33: 10]), count: 40) == ClassList.powers)
    #expect(ClassList.chosen(histogram([33: 1000]), count: 40).contains(48))
    let list = ClassList.chosen(histogram([1000: 5, 1040: 1000, 5008: 200]), count: 14)
    #expect(list == (ClassList.powers + [1040, 5008]).sorted())
  }

  @Test func theRestFillsTheWidestGaps() {
    let list = ClassList.filled(ClassList.powers, count: 89)
    #expect(isTaken(list) && list.count == 89)
    let wide = zip(list, list.dropFirst()).filter { $1 - $0 > 16 && Double($1) / Double($0) > 1.25 }
    #expect(wide.isEmpty, "\(wide)")
  }

  @Test func blocksOfNothingAndTooLongOnes() {
    var histogram = SizeHistogram()
    histogram.add(3, byteCount: 0)
    histogram.add(5, byteCount: 32768)
    histogram.add(7, byteCount: 32769)
    histogram.add(-1, byteCount: 16)
    histogram.add(.max, byteCount: 48)
    #expect(
      histogram.counts[1] == 3 && histogram.counts[2048] == 5 && histogram.counts[3] == 1 << 40)
    #expect(isTaken(ClassList.best(histogram, count: 40)))
  }
}
