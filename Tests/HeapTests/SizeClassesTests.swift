// SizeClasses exhaustively: every size for every number of steps, every pair of size and alignment.

import Heap
import Memory
import Testing

@Suite struct SizeClassesTests {
  private static let allSteps = [1, 2, 4, 8]

  /// All block sizes, by their definition: equal parts of each range, 16 bytes or longer each.
  private func definedSizes(_ steps: Int) -> [Int] {
    var sizes = [16]
    var power = 16
    while power < SizeClasses.largestBlock {
      let part = max(16, power / steps)
      sizes += stride(from: power + part, through: 2 * power, by: part)
      power *= 2
    }
    return sizes
  }

  @Test(arguments: allSteps)
  func everySizeGetsTheShortestBlockThatFits(steps: Int) {
    let classes = SizeClasses(steps: steps)
    var sizes = definedSizes(steps)[...]
    var last = 0
    for byteCount in 0...SizeClasses.largestBlock {
      while let shortest = sizes.first, shortest < byteCount { sizes = sizes.dropFirst() }
      let index = classes.index(byteCount)
      guard index >= last, index < classes.count, classes.blockSize(index) == sizes.first else {
        Issue.record("\(byteCount) bytes: class \(index) of \(classes.blockSize(index)) bytes")
        return
      }
      last = index
    }
    #expect(last == classes.count - 1)
  }

  @Test(arguments: allSteps)
  func everyClassIsUnusedOrItsOwnSizesClass(steps: Int) {
    let classes = SizeClasses(steps: steps)
    #expect(classes.count <= SizeClasses.limit)
    var sizes: [Int] = []
    for index in 0..<classes.count {
      let size = classes.blockSize(index)
      if size == 0 { continue }
      #expect(size % 16 == 0 && classes.index(size) == index, "class \(index)")
      sizes.append(size)
    }
    #expect(sizes == definedSizes(steps))
  }

  /// A block is longer than asked for by less than its part of the range, or 16 bytes.
  @Test(arguments: allSteps)
  func wasteIsBounded(steps: Int) {
    let classes = SizeClasses(steps: steps)
    for byteCount in 1...SizeClasses.largestBlock {
      let waste = classes.blockSize(classes.index(byteCount)) - byteCount
      guard waste < max(16, (byteCount + steps - 1) / steps) else {
        Issue.record("\(byteCount) bytes waste \(waste)")
        return
      }
    }
  }

  @Test(arguments: allSteps)
  func everyAlignmentIsKeptByEveryBlockOfTheSpan(steps: Int) {
    let classes = SizeClasses(steps: steps)
    let defined = definedSizes(steps)
    var sizes = Set(stride(from: 0, through: SizeClasses.largestBlock, by: 61))
    for size in defined { sizes.formUnion([size - 1, size, size + 1]) }
    for exponent in 0...15 {
      let alignment = 1 << exponent
      for byteCount in sizes where byteCount <= SizeClasses.largestBlock {
        let index = classes.index(byteCount, alignment: alignment)
        let size = classes.blockSize(index)
        let shortest = defined.first {
          $0 >= max(byteCount, alignment) && $0 % alignment == 0
        }
        guard size == shortest else {
          Issue.record("\(byteCount) bytes at \(alignment): class of \(size) bytes")
          return
        }
      }
    }
  }

  @Test func spansHoldAtLeastEightBlocks() {
    for size in definedSizes(8) {
      let slices = SizeClasses.sliceCount(blockSize: size)
      #expect(slices * PageMap.sliceSize / size >= 8, "\(size) bytes")
      #expect((slices - 1) * PageMap.sliceSize < 8 * size, "\(size) bytes")
      #expect(size > SizeClasses.largestInOneSlice || slices == 1, "\(size) bytes")
    }
  }

  /// The arithmetic of `ThreadCache.giveBack`: below the magic number exactly for multiples.
  @Test func magicDivisionIsExactForEveryOffsetOfEveryClass() {
    for size in definedSizes(8) where size <= SizeClasses.largestInOneSlice {
      let magic = ((1 << 32) + UInt64(size) - 1) / UInt64(size)
      for offset in 0..<UInt64(PageMap.sliceSize) {
        let product = offset &* magic
        let isStart = product & 0xffff_ffff < magic
        guard isStart == (offset % UInt64(size) == 0), product >> 32 == offset / UInt64(size) else {
          Issue.record("\(size) bytes, offset \(offset)")
          return
        }
      }
    }
  }
}
