// SizeClasses exhaustively: every size for every number of steps, every pair of size and alignment.

import Heap
import Memory
import Testing

@Suite struct SizeClassesTests {
  private static let allSteps = [1, 2, 4, 8]

  @Test func aCacheHasAPlaceForEachClass() {
    #expect(ThreadCache.classCount == SizeClasses.limit)
    #expect(ThreadCache.largestDirect == 1024)
  }

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
        // The first block, too, though there is a gap before it.
        guard size == shortest, PageMap.sliceSize % size % alignment == 0 else {
          Issue.record("\(byteCount) bytes at \(alignment): class of \(size) bytes")
          return
        }
      }
    }
  }

  /// Spans are of one slice: the longest blocks share theirs with one other, and of the slice is left less
  /// than a third, by the steps of the heap no more than a quarter.
  @Test func sliceHoldsAtLeastTwoBlocksOfEveryClass() {
    for size in definedSizes(8) {
      #expect(PageMap.sliceSize / size >= 2 && PageMap.sliceSize / size <= 4096, "\(size) bytes")
      #expect(PageMap.sliceSize % size < PageMap.sliceSize / 3, "\(size) bytes")
    }
    for size in definedSizes(4) {
      #expect(PageMap.sliceSize % size <= PageMap.sliceSize / 4, "\(size) bytes")
    }
  }

  /// The arithmetic of `SpanRecord.index`: of all addresses of the slice, those in the gap included, it
  /// finds just the multiples of the block size from the gap on.
  @Test func indexIsExactForEveryAddressOfEveryClass() {
    let record = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
    defer { record.deallocate() }
    record.initializeMemory(as: UInt8.self, repeating: 0, count: 64)
    let span = record.assumingMemoryBound(to: SpanRecord.self)
    span.pointee.start = 5 << 40
    span.pointee.byteCount = PageMap.sliceSize
    for size in definedSizes(8) {
      let capacity = PageMap.sliceSize / size
      let gap = PageMap.sliceSize - capacity * size
      span.setSmall(blockSize: size, sizeClass: 0, heap: nil)
      #expect(span.capacity == capacity && span.firstBlock == span.pointee.start + UInt(gap))
      #expect(span.wordCount == (capacity + 63) / 64)
      for offset in 0..<PageMap.sliceSize {
        let isStart = offset >= gap && (offset - gap) % size == 0
        let index = span.index(span.pointee.start + UInt(offset))
        guard index == (isStart ? (offset - gap) / size : nil) else {
          Issue.record("\(size) bytes, offset \(offset): \(index as Any)")
          return
        }
      }
    }
  }

  @Test func recordOfNoSpanHasNoBlocks() {
    let record = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
    defer { record.deallocate() }
    record.initializeMemory(as: UInt8.self, repeating: 0, count: 64)
    let span = record.assumingMemoryBound(to: SpanRecord.self)
    for offset in 0..<UInt(PageMap.sliceSize) where span.index(offset) != nil {
      Issue.record("offset \(offset)")
      return
    }
  }
}
