// The functions of malloc(3), called beside the C library's own in one process.

import CShims
import Heap
import Malloc
import Memory
import TestPages
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct MallocTests {
  init() { TestWindow.make() }

  private func address(_ block: UnsafeMutableRawPointer?) -> UInt { UInt(bitPattern: block) }

  private func isZero(_ block: UnsafeMutableRawPointer, _ count: Int) -> Bool {
    UnsafeRawBufferPointer(start: block, count: count).allSatisfy { $0 == 0 }
  }

  /// errno after `body`, which finds it at 77.
  private func errnoAfter(_ body: () -> Void) -> Int32 {
    errno = 77
    body()
    return errno
  }

  /// errno after a call that gave null; -1 when it gave a block.
  private func errnoOfNull(_ body: () -> UnsafeMutableRawPointer?) -> Int32 {
    var block: UnsafeMutableRawPointer?
    let number = errnoAfter { block = body() }
    return block == nil ? number : -1
  }

  @Test func everySmallSizeIsAlignedUsableAndItsOwn() {
    var blocks: [UnsafeMutableRawPointer] = []
    for size in UInt(0)...5000 {
      guard let block = Malloc.malloc(size), address(block) % 16 == 0 else {
        Issue.record("\(size) bytes")
        return
      }
      let usable = Malloc.usableSize(block)
      guard usable >= max(size, 1), usable < size + max(17, size / 4 + 1) else {
        Issue.record("usable size of \(size): \(usable)")
        return
      }
      memset(block, Int32(size & 0xff), Int(size))
      blocks.append(block)
    }
    #expect(Set(blocks).count == blocks.count)
    for (size, block) in blocks.enumerated() {
      let bytes = UnsafeRawBufferPointer(start: block, count: size)
      #expect(bytes.allSatisfy { $0 == UInt8(size & 0xff) }, "\(size) bytes")
      Malloc.free(block)
    }
  }

  @Test func impossibleSizesFailWithENOMEM() {
    let sizes: [UInt] = [.max, .max - 15, .max - 4095, 1 << 63, 1 << 63 - 1, 1 << 57, 1 << 48]
    for size in sizes {
      #expect(errnoOfNull { Malloc.malloc(size) } == ENOMEM, "\(size)")
      #expect(errnoOfNull { Malloc.calloc(1, size) } == ENOMEM)
      #expect(errnoOfNull { Malloc.realloc(nil, size) } == ENOMEM)
      #expect(errnoOfNull { Malloc.memalign(64, size) } == ENOMEM)
      #expect(errnoOfNull { Malloc.valloc(size) } == ENOMEM)
      #expect(errnoOfNull { Malloc.pvalloc(size) } == ENOMEM)
      var result = UnsafeMutableRawPointer(bitPattern: 1)
      var error: Int32 = 0
      #expect(errnoAfter { error = Malloc.posixMemalign(&result, 64, size) } == ENOMEM)
      #expect(error == ENOMEM)
      #expect(result == UnsafeMutableRawPointer(bitPattern: 1))
    }
  }

  @Test func overflowingProductsFail() {
    let products: [(UInt, UInt)] = [(.max, 2), (2, .max), (1 << 32, 1 << 32), (1 << 63, 2)]
    let block = Malloc.malloc(50)
    for (count, size) in products {
      #expect(errnoOfNull { Malloc.calloc(count, size) } == ENOMEM)
      #expect(errnoOfNull { Malloc.reallocarray(block, count, size) } == ENOMEM)
    }
    #expect(Malloc.usableSize(block) >= 50)
    Malloc.free(block)
    #expect(Malloc.calloc(0, .max) != nil && Malloc.calloc(.max, 0) != nil)
  }

  @Test func callocIsZeroWhereOtherContentsWere() {
    for size: UInt in [1, 16, 100, 1024, 1025, 5000, 40_000, 300_000, 3 << 20] {
      for _ in 0..<3 {
        let used = (0..<4).map { _ in Malloc.malloc(size) }
        for case let block? in used { memset(block, 0xee, Int(size)) }
        for block in used { Malloc.free(block) }
        for _ in 0..<6 {
          guard let block = Malloc.calloc(size, 1), isZero(block, Int(size)) else {
            Issue.record("\(size) bytes")
            return
          }
          memset(block, 0xdd, Int(size))
          Malloc.free(block)
        }
      }
    }
  }

  @Test func reallocKeepsContentsThroughAllSizes() {
    var random = SystemRandomNumberGenerator()
    let sizes: [UInt] = [1, 20, 1000, 1100, 40_000, 20, 90_000, 2_000_000, 5_000_000, 70_000, 3]
    var block = Malloc.realloc(nil, 8)
    var kept = 0
    let pattern = (0..<64).map { _ in UInt8.random(in: 0...255, using: &random) }
    for size in sizes {
      block = Malloc.realloc(block, size)
      guard let block else { return #expect(size == 0) }
      let bytes = block.assumingMemoryBound(to: UInt8.self)
      for index in 0..<min(kept, Int(size)) where bytes[index] != pattern[index] {
        Issue.record("byte \(index) after realloc to \(size)")
        return
      }
      kept = min(64, Int(size))
      for index in 0..<kept { bytes[index] = pattern[index] }
    }
    #expect(errnoOfNull { Malloc.realloc(block, 0) } == 77)
  }

  @Test func failedReallocLeavesTheBlock() throws {
    let block = try #require(Malloc.calloc(1, 100))
    memset(block, 7, 100)
    #expect(errnoOfNull { Malloc.realloc(block, .max) } == ENOMEM)
    #expect(errnoOfNull { Malloc.realloc(block, 1 << 50) } == ENOMEM)
    #expect(UnsafeRawBufferPointer(start: block, count: 100).allSatisfy { $0 == 7 })
    Malloc.free(block)
  }

  @Test func freeLeavesErrno() {
    for size: UInt in [0, 100, 10_000, 100_000, 5 << 20] {
      let block = Malloc.malloc(size)
      #expect(errnoAfter { Malloc.free(block) } == 77)
    }
    #expect(errnoAfter { Malloc.free(nil) } == 77)
  }

  @Test func memalignTakesEveryAlignment() {
    for exponent in 0...24 {
      for size: UInt in [0, 1, 100, 5000, 70_000, 2 << 20] {
        let alignment: UInt = 1 << exponent
        let block = Malloc.memalign(alignment, size)
        var other: UnsafeMutableRawPointer?
        let error = Malloc.posixMemalign(&other, alignment, size)
        #expect(block != nil && address(block) % max(alignment, 16) == 0)
        #expect(Malloc.usableSize(block) >= size)
        #expect(error == (alignment < 8 ? EINVAL : 0))
        if error == 0 { #expect(address(other) % alignment == 0 && other != nil) }
        Malloc.free(block)
        Malloc.free(other)
      }
    }
  }

  @Test func oddAlignmentsAreRoundedUpOrRefused() {
    for (alignment, rounded): (UInt, UInt) in [(0, 16), (3, 16), (17, 32), (48, 64), (65, 128)] {
      let block = Malloc.memalign(alignment, 100)
      #expect(block != nil && address(block) % rounded == 0)
      Malloc.free(block)
      var result: UnsafeMutableRawPointer?
      #expect(Malloc.posixMemalign(&result, alignment, 100) == EINVAL && result == nil)
    }
    #expect(errnoOfNull { Malloc.memalign(1 << 63 + 1, 1) } == EINVAL)
    #expect(errnoOfNull { Malloc.memalign(1 << 63, 1) } == ENOMEM)
    var result: UnsafeMutableRawPointer?
    #expect(Malloc.posixMemalign(&result, 1 << 62, 1) == ENOMEM)
  }

  @Test func vallocAndPvallocGivePages() {
    for size: UInt in [0, 1, 4096, 4097] {
      let first = Malloc.valloc(size)
      let second = Malloc.pvalloc(size)
      #expect(address(first) % 4096 == 0 && first != nil && Malloc.usableSize(first) >= size)
      #expect(address(second) % 4096 == 0 && second != nil)
      #expect(Malloc.usableSize(second) >= (size + 4095) / 4096 * 4096)
      Malloc.free(first)
      Malloc.free(second)
    }
  }

  @Test func usableSizeOfWhatIsNoBlockIsZero() {
    #expect(Malloc.usableSize(nil) == 0)
    let foreign = malloc(100)
    #expect(Malloc.usableSize(foreign) == 0)
    free(foreign)
    let block = Malloc.malloc(100)
    #expect(Malloc.usableSize(block.map { $0 + 1 }) == 0)
    Malloc.free(block)
  }

  @Test func informationFollowsAllocation() {
    let before = Malloc.mallinfo2()
    let blocks = (0..<3).map { _ in Malloc.malloc(9 << 20) }
    let after = Malloc.mallinfo2()
    #expect(after.hblkhd >= before.hblkhd + 3 * (9 << 20) - (1 << 20))
    #expect(after.hblks >= 3 && Malloc.mallinfo().hblks >= 3)
    for block in blocks { Malloc.free(block) }
    // Another test of the process may give it back in between.
    #expect(
      (0..<20).contains { _ in
        Malloc.free(Malloc.malloc(9 << 20))
        return Malloc.trim() == 1
      })
    #expect(Malloc.mallopt(1, 160) == 1 && Malloc.mallopt(1, 161) == 0)
    #expect(Malloc.mallopt(1, -1) == 0 && Malloc.mallopt(-3, 1 << 20) == 1)
    #expect(Malloc.info(1, nil) == EINVAL && Malloc.info(0, nil) == EINVAL)
  }

  @Test func operatorNewGivesBlocks() {
    for size: UInt in [0, 1, 100, 2000, 100_000] {
      let plain = Malloc.operatorNew(size)
      let aligned = Malloc.operatorNew(size, alignment: 256)
      let orNull = Malloc.operatorNewOrNull(size, alignment: 16, tag: nil)
      for block in [plain, aligned, orNull] {
        #expect(block != nil && Malloc.usableSize(block) >= size)
        Malloc.free(block)
      }
      #expect(address(aligned) % 256 == 0)
    }
  }
}
