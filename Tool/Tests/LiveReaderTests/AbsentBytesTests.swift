// What of a heap is not in memory, by the pages of this process: slices of each kind, of which a part is touched.

import CLive
import Foundation
@testable import LiveReader
import TestLiveFiles
import Testing

struct AbsentBytesTests {
  let folder = TestFolder()
  private let page = Int(getpagesize())
  private let slice = 65536

  /// Mapped memory of this process, of whole slices.
  private final class Memory {
    let start: UnsafeMutableRawPointer
    let byteCount: Int

    init(slices: Int) throws {
      byteCount = (slices + 1) * 65536
      let mapping = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      start = try #require(mapping == MAP_FAILED ? nil : mapping)
      madvise(start, byteCount, Int32(MADV_NOHUGEPAGE))
    }

    deinit { munmap(start, byteCount) }

    /// Where the first slice begins.
    var address: UInt64 { (UInt64(UInt(bitPattern: start)) + 65535) & ~65535 }

    func touch(_ pages: Int, atSlice slice: Int) {
      let first = UnsafeMutableRawPointer(bitPattern: UInt(address))! + slice * 65536
      for page in 0..<pages {
        first.storeBytes(of: 1, toByteOffset: page * Int(getpagesize()), as: UInt8.self)
      }
    }
  }

  private func read(_ file: LiveFileWriter) throws -> (Snapshot, AbsentBytes) {
    let snapshot = try folder.snapshot(file.contents)
    return (snapshot, try #require(AbsentBytes(of: snapshot)))
  }

  @Test func presentPagesAreCounted() throws {
    let memory = try Memory(slices: 4)
    memory.touch(3, atSlice: 0)
    memory.touch(1, atSlice: 2)
    var file = LiveFileWriter()
    file.setArena(0, start: memory.address, committed: UInt64(4 * slice))
    file.setQuantity(SWIFTMALLOC_LIVE_METADATA, 5000)
    #expect(try read(file).1.resident == 4 * page + 5000)
  }

  // Two spans of small blocks, two slices of a medium block, one that is stashed, three dirty, two clean.
  private func heap(_ memory: Memory) -> LiveFileWriter {
    var file = LiveFileWriter()
    let small = LiveFileWriter.smallClasses
    file.setClass(0, blockSize: 1024, spans: 2)
    file.setThread(1, id: getpid(), name: [])
    // 40 live blocks are 40 KiB; 100,000 bytes were asked for of the medium one.
    file.setCounts(1, 0, allocations: 50, frees: 10, requested: 50_000, returned: 10_000)
    file.setCounts(1, small, allocations: 1, frees: 0, requested: 100_000, returned: 0)
    file.setQuantity(SWIFTMALLOC_LIVE_USED, UInt64(5 * slice))
    file.setQuantity(SWIFTMALLOC_LIVE_SMALL_SPANS, UInt64(2 * slice))
    file.setQuantity(SWIFTMALLOC_LIVE_STASHED, UInt64(slice))
    file.setQuantity(SWIFTMALLOC_LIVE_DIRTY, UInt64(3 * slice))
    file.setArena(0, start: memory.address, committed: UInt64(10 * slice))
    // The rows begin one slice below the arena.
    let start = memory.address - UInt64(slice)
    file.setSlices(SWIFTMALLOC_LIVE_SLICE_SMALL, start: start, 1, count: 2)
    file.setSlices(SWIFTMALLOC_LIVE_SLICE_MEDIUM, start: start, 3, count: 2)
    file.setSlices(SWIFTMALLOC_LIVE_SLICE_STASHED, start: start, 5)
    return file
  }

  @Test func whatIsAbsentIsKnownByTheKindOfEachSlice() throws {
    let memory = try Memory(slices: 10)
    let pagesOfSlice = slice / page
    memory.touch(pagesOfSlice, atSlice: 0)
    memory.touch(1, atSlice: 1)
    // What was asked for, and no more.
    memory.touch((100_000 + page - 1) / page, atSlice: 2)
    memory.touch(pagesOfSlice / 2, atSlice: 4)
    memory.touch(2 * pagesOfSlice, atSlice: 5)
    let (snapshot, absent) = try read(heap(memory))
    #expect(absent.freeBlocks == slice - page)
    #expect(absent.tails == 2 * slice - (100_000 + page - 1) / page * page)
    #expect(absent.freeSpans == slice / 2 && absent.purgeable == slice)
    #expect(absent.untouched == 0 && absent.hugePages == 0)
    let ledger = Ledger(snapshot, absent: absent, resident: absent.resident)
    #expect(ledger.total == absent.resident)
    #expect(ledger[.untouched] == 0 && ledger[.purgeable] == 2 * slice)
    #expect(ledger[.freeSpans] == slice / 2)
    #expect(ledger[.threadCaches] == slice + page - 40 * 1024)
    #expect(ledger[.rounding] < 40 * 1024 - 40_000 + page)
  }

  @Test func whatWasAskedForAndNotTouchedIsUntouched() throws {
    let memory = try Memory(slices: 10)
    // Half of the medium block; free slices that are all there, as huge pages make them.
    memory.touch(slice / page, atSlice: 2)
    memory.touch(5 * slice / page, atSlice: 5)
    let (snapshot, absent) = try read(heap(memory))
    #expect(absent.freeBlocks == 2 * slice - 40 * 1024)
    #expect(absent.tails == 2 * slice - 100_000)
    #expect(absent.untouched == 40 * 1024 + slice - (2 * slice - 100_000))
    #expect(absent.freeSpans == slice && absent.purgeable == 0 && absent.hugePages == 2 * slice)
    let ledger = Ledger(snapshot, absent: absent, resident: absent.resident)
    #expect(ledger.total == absent.resident && ledger[.hugePages] == 2 * slice)
    #expect(ledger[.untouched] == -absent.untouched)
  }

  @Test func largeBlocksAreLookedAtOneByOne() throws {
    let memory = try Memory(slices: 4)
    memory.touch(1, atSlice: 0)
    var file = LiveFileWriter()
    file.setThread(1, id: getpid(), name: [])
    file.setCounts(
      1, LiveFileWriter.smallClasses + 1, allocations: 1, frees: 0, requested: 70_000, returned: 0)
    file.setQuantity(SWIFTMALLOC_LIVE_LARGE_BYTES, UInt64(4 * slice))
    file.setLarge(
      0, address: memory.address, requested: 70_000, given: UInt64(4 * slice), thread: getpid())
    let (_, absent) = try read(file)
    #expect(absent.resident == page)
    let asked = (70_000 + page - 1) / page * page
    #expect(absent.tails == 4 * slice - asked && absent.untouched == asked - page)
  }

  @Test func slicesThatAreNotToldOfAreNotGuessed() throws {
    let memory = try Memory(slices: 10)
    var file = heap(memory)
    // The rows end before the arena does.
    file.header.slice_count = 5
    let (snapshot, absent) = try read(file)
    #expect(snapshot.arenas[0].slices.isEmpty)
    #expect(absent.resident == 0 && absent.freeBlocks == 0 && absent.untouched == 0)
    // As much as the first arena has is not there for a second one.
    file.header.slice_count = UInt64(LiveFileWriter.sliceLimit)
    for index in 0..<4 {
      file.setArena(index, start: memory.address, committed: UInt64(100 * slice))
    }
    let arenas = try folder.snapshot(file.contents).arenas
    #expect(arenas.map(\.slices.count) == [100, 100, 0, 0])
  }

  @Test func addressesThatNobodyHasAreNotLookedAt() throws {
    var file = LiveFileWriter()
    file.setArena(0, start: 0x7f00_0000_0000, committed: 1 << 39)
    #expect(AbsentBytes(of: try folder.snapshot(file.contents)) == nil)
  }
}
