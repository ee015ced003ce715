// Whatever stands in a right file comes back.

import CLive
import Glibc
@testable import LiveReader
import TestLiveFiles
import Testing

struct SnapshotTests {
  let folder = TestFolder()

  @Test func everyNumberComesBack() throws {
    var file = LiveFileWriter.busy()
    file.header.class_steps = 4
    file.header.threads_unpublished = 1
    file.header.large_unlisted = 2
    file.header.user_time_ns = 77
    file.header.system_time_ns = 78
    let snapshot = try folder.snapshot(file.contents)
    #expect(snapshot.processID == getpid())
    #expect(snapshot.program == "tested")
    #expect(snapshot.libraryVersion == "0.1.0")
    #expect(!snapshot.hasEnded)
    #expect(snapshot.mode == .production)
    #expect(snapshot.pageSize == Int(getpagesize()))
    #expect(snapshot.classSteps == 4)
    #expect(snapshot.purgeDelay == 500)
    #expect(snapshot.startedBoot == file.header.started_boot_ns)
    #expect(snapshot.startedRealtime == file.header.started_realtime_ns)
    #expect((snapshot.userTime, snapshot.systemTime) == (77, 78))
    #expect(
      (snapshot.threadsStarted, snapshot.threadsRunning, snapshot.threadsUnpublished) == (7, 2, 1))
    #expect((snapshot.largeCount, snapshot.largeUnlisted) == (1, 2))
    #expect(
      snapshot[SWIFTMALLOC_LIVE_REQUESTED] == Snapshot.Amount(now: 5_360_000, peak: 6_000_000))
    #expect(snapshot[SWIFTMALLOC_LIVE_METADATA].peak == 210_000)
    #expect(snapshot.calls == [1, 11, 21, 31, 41, 51])
    #expect(
      snapshot.classes[2]
        == Snapshot.ClassTotals(
          blockSize: 64, spanCount: 3, centralSpanCount: 1, centralLiveCount: 1000))
    #expect(snapshot.arenas == [Snapshot.Arena(start: 0x7f00_0000_0000, committedBytes: 4 << 20)])
    #expect(snapshot.threads.map(\.row) == [0, 1, 3])
    #expect(snapshot.threads[2].name == "sixteen letters!")
    // Not what the row says, which is what the thread summed up some time ago: 5,260,000.
    #expect(snapshot.threads[1].requestedBytes == 180_000 + 176_400 + 5_000_000)
    #expect(
      snapshot.threads[1].classes.first
        == Snapshot.ClassCounts(
          index: 2, allocations: 4000, frees: 1000, requestedBytes: 240_000, returnedBytes: 60_000,
          liveBlocks: 3000, liveBytes: 180_000, peakBytes: 200_000))
    #expect(snapshot.large.map(\.address) == [0x7f10_0000_0000])
    #expect(snapshot.sums[2].allocations == 4100)
    #expect(snapshot.sums[2].liveBlocks == 3060)
    #expect(snapshot.requestedBytes == 183_600 + 176_400 + 5_000_000 + 80_000)
    #expect(
      (0..<8).map(snapshot.label(ofClass:)) == [
        "16", "32", "64", "128", "1024", "4096", "medium", "large",
      ])
  }

  @Test(arguments: [0, 1, 2, 3, 4]) func everyModeComesBack(_ mode: UInt32) throws {
    var file = LiveFileWriter()
    file.header.mode = mode
    let names = ["production", "debug", "guard", "guard-before", "leaks"]
    #expect(try folder.snapshot(file.contents).mode.name == names[Int(mode)])
  }

  @Test func rowsBeyondTheLastInUseAreNotRead() throws {
    var file = LiveFileWriter.busy()
    file.setThread(7, id: 99, name: Array("late".utf8))
    file.header.thread_row_end = 3
    file.setLarge(15, address: 4096, requested: 1, given: 1, thread: 1)
    file.header.large_row_end = 5
    let snapshot = try folder.snapshot(file.contents)
    #expect(snapshot.threads.map(\.row) == [0, 1, 3])
    #expect(snapshot.large.count == 1)
  }

  @Test func longerTablesOfALaterLibraryAreRead() throws {
    // A file with more quantities than this reader knows keeps the place of those it knows.
    var file = LiveFileWriter.busy()
    file.header.quantity_count += 4
    #expect(try folder.snapshot(file.contents)[SWIFTMALLOC_LIVE_METADATA].now == 200_000)
    file.header.quantity_count = 2
    #expect(try folder.snapshot(file.contents)[SWIFTMALLOC_LIVE_METADATA].now == 0)
  }

  @Test func aMappingThatGrewSparseIsRead() throws {
    var file = LiveFileWriter.busy()
    file.header.file_bytes = 70 << 20
    let path = folder.write("sparse", file.contents)
    truncate(path, 70 << 20)
    #expect(try Snapshot(reading: OwnedFile.file(path)).threads.count == 3)
  }

  @Test func aFoldInProgressIsTakenAfterSomeTries() throws {
    var file = LiveFileWriter.busy()
    file.header.fold_count = 5
    #expect(try folder.snapshot(file.contents).threads.count == 3)
  }

  @Test func absurdCountersAreBounded() throws {
    var file = LiveFileWriter.busy()
    for index in 0..<UInt32(SWIFTMALLOC_LIVE_QUANTITIES.rawValue) {
      file.setQuantity(swiftmalloc_live_quantity(rawValue: index), .max, peak: .max)
    }
    for index in 0..<LiveFileWriter.classCount {
      file.setClass(index, blockSize: .max, spans: .max, central: .max, centralLive: .max)
      file.setCounts(
        1, index, allocations: .max, frees: 0, requested: .max, returned: 1, peak: .min)
      file.setCounts(
        3, index, allocations: 0, frees: .max, requested: 0, returned: .max, peak: .max)
    }
    file.setArena(1, start: .max, committed: .max)
    file.setLarge(6, address: .max, requested: .max, given: .max, thread: .min)
    let snapshot = try folder.snapshot(file.contents)
    let view = ProcessView(snapshot, facts: ProcessFacts())
    #expect(view.snapshot.requestedBytes >= 0)
    #expect(view.liveBlocks >= 0)
    #expect(view.ledger.bytes.allSatisfy { $0.magnitude <= UInt(Int.greatestAmount) })
  }

  @Test func requestedBytesBeyondTheBoundKeepTheirDifference() throws {
    var file = LiveFileWriter()
    file.setThread(1, id: 1, name: [])
    file.setCounts(
      1, 0, allocations: 3, frees: 1, requested: 1 << 60 + 500, returned: 1 << 60, peak: 0)
    #expect(try folder.snapshot(file.contents).requestedBytes == (1 << 60 + 500) - (1 << 60))
  }

  @Test func namesWithoutEndOrEncodingAreText() throws {
    var file = LiveFileWriter(program: String(repeating: "p", count: 64))
    file.setThread(
      1, id: 1,
      name: [0x66, 0xff, 0xc3, 0x28, 0x1b, 0x5b, 0x0a, 0x7f] + Array(repeating: 0x41, count: 8))
    let snapshot = try folder.snapshot(file.contents)
    #expect(snapshot.program == String(repeating: "p", count: 64))
    let name = snapshot.threads.last?.name ?? ""
    #expect(name.hasPrefix("f\u{fffd}\u{fffd}(?[??"))
    #expect(name.hasSuffix("AAAAAAAA"))
    #expect(name.unicodeScalars.allSatisfy { $0.value >= 0x20 })
  }
}
