// Size classes of a list: what it refuses, and that everything that relies on a class' length holds for each length that a list may have.

import Heap
import Memory
import Testing

@Suite struct SizeClassTableTests {
  static let powers = (4...15).map { 1 << $0 }

  /// Of a list and what comes of it first: a problem, or the classes.
  private func withTable(
    _ sizes: [Int], _ body: (SizeClassProblem?, SizeClasses) -> Void
  ) {
    let table = SizeClassTable.make()!
    defer { table.giveBack() }
    var problem: SizeClassProblem?
    for size in sizes where problem == nil { problem = table.pointee.append(size) }
    body(problem ?? table.pointee.problem, SizeClasses(table))
  }

  /// Sizes between the powers, in the manner of a program's own.
  static func sizes(seed: UInt64, count: Int) -> [Int] {
    var (state, sizes) = (seed, Set(powers))
    while sizes.count < count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let range = Int(state >> 60) % 11 + 4
      sizes.insert((1 << range) + Int(state >> 33) % (1 << range) / 16 * 16)
    }
    return sizes.sorted()
  }

  @Test(arguments: [12, 40, 89])
  func everySizeGetsTheShortestBlockOfTheList(count: Int) {
    let sizes = Self.sizes(seed: UInt64(count), count: count)
    withTable(sizes) { problem, classes in
      #expect(problem == nil && classes.areListed && classes.steps == 0)
      #expect(classes.count == count && (0..<count).map(classes.blockSize) == sizes)
      var shortest = 0
      for byteCount in 0...SizeClasses.largestBlock {
        if sizes[shortest] < byteCount { shortest += 1 }
        let index = classes.index(byteCount)
        guard index == shortest, byteCount <= 128 || classes.longIndex(byteCount) == index else {
          Issue.record("\(byteCount) bytes: class \(index), not \(shortest)")
          return
        }
      }
    }
  }

  @Test func everyAlignmentHasTheShortestBlockThatKeepsIt() {
    let sizes = Self.sizes(seed: 7, count: 60)
    withTable(sizes) { _, classes in
      for alignment in Self.powers {
        for byteCount in stride(from: 0, through: SizeClasses.largestBlock, by: 7) {
          let size = classes.blockSize(classes.index(byteCount, alignment: alignment))
          let shortest = sizes.first { $0 >= max(byteCount, alignment) && $0 % alignment == 0 }
          guard size == shortest else {
            Issue.record("\(byteCount) bytes at \(alignment): \(size), not \(shortest ?? 0)")
            return
          }
        }
      }
    }
  }

  @Test func whatAListMustNotBe() {
    func problem(_ sizes: [Int]) -> SizeClassProblem? {
      var found: SizeClassProblem?
      withTable(sizes) { problem, _ in found = problem }
      return found
    }
    #expect(problem([]) == .lacks(16))
    #expect(problem([0] + Self.powers) == .tooShort(0))
    #expect(problem([-16] + Self.powers) == .tooShort(-16))
    #expect(problem([24] + Self.powers) == .notAMultiple(24))
    #expect(problem(Self.powers + [32784]) == .tooLong(32784))
    #expect(problem(Self.powers + [1 << 47]) == .tooLong(1 << 47))
    #expect(problem([16, 32, 32]) == .twice(32))
    #expect(problem([16, 64, 32]) == .outOfOrder(32, behind: 64))
    #expect(problem(Self.sizes(seed: 1, count: 90)) == .tooMany)
    for power in Self.powers {
      #expect(problem(Self.powers.filter { $0 != power }) == .lacks(power))
    }
  }

  /// What SpanRecord finds out by a multiplication, around the beginning of each block of each length.
  @Test func blocksOfEveryLengthAreFound() {
    let record = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
    defer { record.deallocate() }
    record.initializeMemory(as: UInt8.self, repeating: 0, count: 64)
    let span = record.assumingMemoryBound(to: SpanRecord.self)
    span.pointee.start = 5 << 40
    span.pointee.byteCount = PageMap.sliceSize
    for size in stride(from: 16, through: SizeClasses.largestBlock, by: 16) {
      span.setSmall(blockSize: size, sizeClass: 0, heap: nil)
      let capacity = PageMap.sliceSize / size
      #expect(span.capacity == capacity && span.wordCount == (capacity + 63) / 64, "\(size) bytes")
      for index in 0..<capacity {
        let start = span.firstBlock + UInt(index * size)
        guard span.index(start) == index, span.index(start + 1) == nil,
          span.index(start + UInt(size) - 1) == nil, span.index(start + 16) == nil || size == 16
        else {
          Issue.record("\(size) bytes, block \(index)")
          return
        }
      }
    }
  }
}
