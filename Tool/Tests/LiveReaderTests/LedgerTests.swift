// The ledger adds up: to the resident bytes where they are known, to what the heap accounts for where they are not.

import CLive
@testable import LiveReader
import TestLiveFiles
import Testing

struct LedgerTests {
  let folder = TestFolder()

  private func amounts(_ ledger: Ledger) -> [Int] { Ledger.Key.allCases.map { ledger[$0] } }

  // Of LiveFileWriter.busy(): 3060 live blocks of 64 and 80 of 1024 bytes in 21 spans; 4 slices of medium blocks.
  private let requested = 5_440_000
  private let smallLive = 3060 * 64 + 80 * 1024
  private var rounding: Int { smallLive + 4 * 65536 + (5 << 20) - requested }
  private var free: Int { 21 * 65536 - smallLive }
  private let central = 65536 - 1000 * 64
  private let purgeable = 3 * 65536 + (1 << 20)

  @Test func withoutResidentBytesItIsWhatTheHeapAccountsFor() throws {
    let ledger = Ledger(try folder.snapshot(LiveFileWriter.busy().contents), resident: nil)
    #expect(
      amounts(ledger) == [
        requested, rounding, free - central, central, 65536, purgeable, 200_000, 0, 0,
      ])
    #expect(ledger.total == 21 * 65536 + 5 * 65536 + (5 << 20) + purgeable + 200_000)
    // The writer publishes no peaks of sums: they are what is now.
    #expect(
      ledger.peaks == [
        6_000_000, rounding, free - central, central, 131_072, purgeable, 210_000, nil, nil,
      ])
  }

  @Test func whatIsNotResidentIsTakenFromFreeMemoryFirst() throws {
    let snapshot = try folder.snapshot(LiveFileWriter.busy().contents)
    let whole = Ledger(snapshot, resident: nil)
    for missing in stride(from: 0, through: whole.total, by: 9973) {
      let ledger = Ledger(snapshot, resident: whole.total - missing)
      #expect(ledger.total == whole.total - missing)
      #expect(ledger[.requested] == requested && ledger[.rounding] == rounding)
      #expect(amounts(ledger).dropLast().allSatisfy { $0 >= 0 })
      if missing < free {
        #expect(ledger[.threadCaches] + ledger[.centralLists] == free - missing)
        #expect(ledger[.freeSpans] == 65536)
      } else if missing < free + 65536 {
        #expect(ledger[.freeSpans] == free + 65536 - missing && ledger[.purgeable] == purgeable)
      } else if missing < free + 65536 + purgeable {
        #expect(ledger[.untouched] == 0)
      } else {
        #expect(ledger[.untouched] == free + 65536 + purgeable - missing)
      }
    }
  }

  @Test func moreResidentThanAccountedForIsInHugePages() throws {
    let snapshot = try folder.snapshot(LiveFileWriter.busy().contents)
    let whole = Ledger(snapshot, resident: nil).total
    let ledger = Ledger(snapshot, resident: whole + 123_456)
    #expect(ledger.total == whole + 123_456)
    #expect(ledger[.freeSpans] == 65536 && ledger[.hugePages] == 123_456)
  }

  @Test func theDebugHeapHasThreeLines() throws {
    var file = LiveFileWriter()
    file.header.mode = 1
    file.setThread(1, id: 1, name: [])
    file.setCounts(1, 2, allocations: 10, frees: 3, requested: 1000, returned: 300)
    file.setQuantity(SWIFTMALLOC_LIVE_REQUESTED, 700)
    file.setQuantity(SWIFTMALLOC_LIVE_RESIDENT, 9000)
    file.setQuantity(SWIFTMALLOC_LIVE_OVERHEAD, 500, peak: 600)
    let snapshot = try folder.snapshot(file.contents)
    let ledger = Ledger(snapshot, resident: 9500)
    #expect(amounts(ledger) == [700, 8300, 0, 0, 0, 0, 500, 0, 0])
    #expect(Ledger.name(.rounding, mode: .debug) == "Canaries, rounding, quarantine")
    #expect(ProcessView(snapshot, facts: ProcessFacts()).residentBytes == 9500)
    #expect(snapshot.givenBytes(ofClass: 2) == 700)
  }

  @Test func peaksAreNeverBelowWhatIsNow() throws {
    var file = LiveFileWriter.busy()
    file.setQuantity(SWIFTMALLOC_LIVE_METADATA, 200_000, peak: 1)
    #expect(Ledger(try folder.snapshot(file.contents), resident: nil).peaks[6] == 200_000)
  }
}
