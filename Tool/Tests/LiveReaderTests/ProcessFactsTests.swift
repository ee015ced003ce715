// Which process a file means, and what the system knows of it.

import CLive
import Foundation
@testable import LiveReader
import TestLiveFiles
import Testing

struct ProcessFactsTests {
  let folder = TestFolder()

  private func view(_ change: (inout swiftmalloc_live_header) -> Void) throws -> ProcessView {
    var file = LiveFileWriter.busy()
    change(&file.header)
    return ProcessView(try folder.snapshot(file.contents), facts: ProcessFacts())
  }

  @Test func thisProcessRuns() throws {
    let view = try view { _ in }
    #expect(view.state == .running)
    #expect(try #require(view.uptime) < 10)
    #expect(try #require(view.userTime) >= 0)
    #expect(try #require(view.processResidentBytes) > 1 << 20)
    #expect(view.hugePageBytes != nil)
    #expect(view.threadNames[getpid()] != nil)
  }

  @Test func aNumberThatAnotherProcessHasNowIsNotTheProcess() throws {
    // Counters that began long before this process did: its number was another's then.
    let old = try view { $0.started_boot_ns = 1_000_000 }
    #expect(old.state == .killed)
    #expect(old.uptime == nil && old.processResidentBytes == nil && old.residentBytes == nil)
    // Counters of before the last start of the system.
    #expect(try view { $0.started_boot_ns = Clock.boot() + 1_000_000_000_000 }.state == .killed)
  }

  @Test func aProcessThatIsGoneWasKilledOrEnded() throws {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/bin/true")
    try child.run()
    child.waitUntilExit()
    #expect(try view { $0.process_id = child.processIdentifier }.state == .killed)
    let ended = try view {
      $0.process_id = child.processIdentifier
      $0.state = SWIFTMALLOC_LIVE_ENDED.rawValue
      $0.ended_boot_ns = $0.started_boot_ns + 2_500_000_000
      $0.user_time_ns = 1_250_000_000
    }
    #expect(ended.state == .ended)
    #expect(ended.uptime == 2.5 && ended.userTime == 1.25)
  }

  @Test func aNameWithBracketsDoesNotConfuse() throws {
    let root = TestFolder()
    mkdir(root.path + "/4711", 0o700)
    defer {
      unlink(root.path + "/4711/stat")
      rmdir(root.path + "/4711")
    }
    let line = "4711 (a) R (b c)) S 1 4711 4711 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 3 0 700 1 1"
    root.write("4711/stat", Array(line.utf8))
    let status = try #require(ProcessFacts(root: root.path).status(4711))
    let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    #expect(status.userTime == 250 / ticks && status.systemTime == 50 / ticks)
    #expect(status.startedBoot == UInt64(700 / ticks * 1e9))
    #expect(!status.isZombie)
    root.write("4711/stat", Array("4711 (z".utf8))
    #expect(ProcessFacts(root: root.path).status(4711) == nil)
  }

  @Test func aProcessThatHasTheFileMappedNoMoreExecutedAnother() throws {
    let replaced = try view {
      // Addresses that nobody maps.
      $0.mapped_at = 0x10_0000
      $0.threads_running = 5
    }
    #expect(replaced.state == .replaced)
    #expect(replaced.residentBytes == nil && replaced.threadsRunning == 0)
  }
}
