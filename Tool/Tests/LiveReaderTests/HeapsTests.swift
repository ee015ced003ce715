// The heaps that a program made, and counts that began again.

import CLive
@testable import LiveReader
import TestLiveFiles
import Testing

struct HeapsTests {
  let folder = TestFolder()

  private func file() -> LiveFileWriter {
    var file = LiveFileWriter.busy()
    file.setHeap(0, name: "parser", flags: SWIFTMALLOC_HEAP_LOCAL, used: 1000, limit: 65536)
    file.setHeap(2, name: "a\"b\n", flags: SWIFTMALLOC_HEAP_BUMP, used: 3000)
    return file
  }

  @Test func heapsComeBackByName() throws {
    var file = file()
    file.header.heaps_unlisted = 7
    let snapshot = try folder.snapshot(file.contents)
    #expect(snapshot.heaps.map(\.name) == ["parser", "a\"b?"])
    #expect(snapshot.heaps.map(\.kind) == ["local", "shared bump"])
    #expect(snapshot.heaps.map(\.usedBytes) == [1000, 3000])
    #expect(snapshot.heaps.map(\.peakBytes) == [1001, 3001])
    #expect(snapshot.heaps.map(\.limit) == [65536, nil])
    #expect(snapshot.heapsUnlisted == 7)
    let view = ProcessView(snapshot, facts: ProcessFacts())
    #expect(view.heapRows.map(\.usedBytes) == [3000, 1000])
    let sample = Sample(time: 1, processes: [view], errors: [])
    let text = PrometheusText(sample).text
    #expect(text.contains("heap=\"parser\",kind=\"local\",handle=\"0x7f0000000000\"} 65536\n"))
    #expect(text.contains("heap=\"a\\\"b?\",kind=\"shared bump\""))
  }

  @Test func tablesOutsideOfTheFileAreRefused() {
    for (offset, stride) in [(512, 64), (1 << 40, 128), (UInt64.max, 128), (8, 128)]
      as [(UInt64, UInt32)]
    {
      var file = file()
      (file.header.heap_offset, file.header.heap_stride) = (offset, stride)
      #expect(throws: LiveFileError.self) { try folder.snapshot(file.contents) }
    }
    for (offset, stride) in [(512, 8), (1 << 40, 256), (UInt64.max, 256), (8, .max)]
      as [(UInt64, UInt64)]
    {
      var file = file()
      file.setBefore(1, 2, allocations: 1, frees: 0, requested: 1, returned: 0)
      (file.header.reset_offset, file.header.reset_stride) = (offset, stride)
      #expect(throws: LiveFileError.self) { try folder.snapshot(file.contents) }
    }
  }

  @Test func whatWasCountedBeforeTheResetIsTakenAway() throws {
    var file = file()
    let whole = try folder.snapshot(file.contents)
    file.setBefore(1, 2, allocations: 3900, frees: 950, requested: 230_000, returned: 50_000)
    let snapshot = try folder.snapshot(file.contents)
    let counts = try #require(snapshot.threads[1].classes.first)
    #expect((counts.allocations, counts.frees) == (100, 50))
    #expect((counts.requestedBytes, counts.returnedBytes) == (10_000, 10_000))
    #expect((counts.liveBlocks, counts.liveBytes) == (3000, 180_000))
    #expect(snapshot.sums[2].liveBlocks == whole.sums[2].liveBlocks)
    #expect(snapshot.sums[2].allocations == whole.sums[2].allocations - 3900)
    #expect(snapshot.sums[4] == whole.sums[4])
    let view = ProcessView(snapshot, facts: ProcessFacts())
    #expect(view.liveBlocks == ProcessView(whole, facts: ProcessFacts()).liveBlocks)
  }

  @Test func classesOfBlocksOfBeforeAreStillListed() throws {
    var file = file()
    file.setBefore(3, 4, allocations: 100, frees: 20, requested: 100_000, returned: 20_000)
    let view = ProcessView(try folder.snapshot(file.contents), facts: ProcessFacts())
    let row = try #require(view.classRows.first { $0.index == 4 })
    #expect((row.sum.allocations, row.sum.liveBlocks) == (0, 80))
  }
}
