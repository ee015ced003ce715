// The blocks of real processes, compared with what these say themselves.

import Glibc
import Targets
import Testing

@testable import HeapReader

@Suite(.serialized) struct HeapReaderTests {
  /// The blocks that the program listed.
  private func told(_ program: TestProgram) -> [UInt64: UInt64] {
    var blocks: [UInt64: UInt64] = [:]
    for line in program.lines {
      let words = line.split(separator: " ")
      if words.count == 2, let address = UInt64(words[0].dropFirst(2), radix: 16) {
        blocks[address] = UInt64(words[1])
      }
    }
    return blocks
  }

  @Test(arguments: [
    [], ["SWIFTMALLOC_STATS=1"], ["SWIFTMALLOC_SIZE_CLASSES=8"], ["SWIFTMALLOC_GUARD_SAMPLE=20000"],
  ])
  func everyBlockIsFound(_ environment: [String]) throws {
    let program = try TestProgram("blocks", environment: environment)
    let memory = try ProcessMemory(process: program.process)
    let reader = try HeapReader(memory, threads: ThreadPlaces(process: program.process))
    let blocks = try reader.liveBlocks()
    let expected = told(program)
    #expect(expected.count > 6000)
    var sizes: [UInt64: UInt64] = [:]
    for index in 0..<blocks.count { sizes[blocks.addresses[index]] = blocks.sizes[index] }
    #expect(sizes.count == blocks.count)
    for (address, size) in expected { #expect(sizes[address] == size) }
    // The C library and the loader have some of their own.
    let others = blocks.count - expected.count
    #expect(others >= 0 && others < 60, "\(others) more than the program's")
    #expect(zip(blocks.addresses, blocks.addresses.dropFirst()).allSatisfy { $0 < $1 })
    #expect(blocks.heaps.map(\.name) == ["process"])
    #expect(blocks.lostSpans == 0)
    let owners = Set((0..<blocks.count).map { blocks.thread(of: $0) })
    #expect(owners.contains(program.process))
    #expect(owners.count >= 4)
  }

  @Test(arguments: [[], ["SWIFTMALLOC_LIVE=1"]])
  func heapsOfTheProgramAreFound(_ environment: [String]) throws {
    let program = try TestProgram("heaps", environment: environment)
    let reader = try HeapReader(
      try ProcessMemory(process: program.process), threads: ThreadPlaces(process: program.process))
    let (capture, _) = try ProcessStop.hold(program.process) { try reader.capture(isStill: true) }
    let blocks = try reader.liveBlocks(of: capture)
    var found: [String] = []
    for index in 0..<blocks.count where blocks.heap(of: index) != 0 {
      let name = blocks.heaps[blocks.heap(of: index)].name
      found.append("0x\(String(blocks.addresses[index], radix: 16)) \(blocks.sizes[index]) \(name)")
    }
    #expect(Set(found) == Set(program.lines.map(String.init)))
    #expect(found.count == program.lines.count)
    #expect(blocks.heaps.first?.name == "process")
    #expect(blocks.busyThreads == 0)
    let local = blocks.heaps.firstIndex { $0.name == "local" }
    #expect(
      (0..<blocks.count).allSatisfy {
        blocks.heap(of: $0) != local || blocks.thread(of: $0) == program.process
      })
  }

  @Test func aMillionBlocksAreReadWhileTheProcessStandsStillForMilliseconds() throws {
    let program = try TestProgram("load", arguments: ["0", "1000000"])
    let reader = try HeapReader(try ProcessMemory(process: program.process))
    var shortest = Double.infinity
    var blocks = LiveBlocks()
    for _ in 0..<5 {
      let (capture, seconds) = try ProcessStop.hold(program.process) {
        try reader.capture(isStill: true)
      }
      shortest = min(shortest, seconds)
      blocks = try reader.liveBlocks(of: capture)
    }
    #expect(blocks.count >= 1_000_000 && blocks.count < 1_000_060)
    // Half of it goes to a build that is not optimized.
    #expect(shortest < 0.1, "stopped for \(shortest) s")
  }

  // MARK: Under load

  private func counters(_ program: TestProgram, _ memory: ProcessMemory) throws -> Int {
    let address = try #require(UInt64(program.lines[0].dropFirst(2), radix: 16))
    return (0..<16).reduce(0) {
      $0 + Int(memory.load(at: address + UInt64($1 * 8), as: Int64.self)!)
    }
  }

  @Test(arguments: [4, 16])
  func underLoadTheCountIsThatOfTheProgram(_ threads: Int) throws {
    let program = try TestProgram("load", arguments: ["\(threads)", "20000"])
    let memory = try ProcessMemory(process: program.process)
    for _ in 0..<(threads == 16 ? 20 : 100) {
      let reader = try HeapReader(try ProcessMemory(process: program.process))
      let ((capture, told), _) = try ProcessStop.hold(program.process) {
        (try reader.capture(isStill: true), try self.counters(program, memory))
      }
      let count = try reader.liveBlocks(of: capture).count
      #expect(abs(count - told) * 100 <= told, "\(count) blocks, and the program has \(told)")
    }
  }

  @Test func aProcessThatRunsIsReadNearlyExactly() throws {
    let program = try TestProgram("load", arguments: ["4", "20000"])
    let memory = try ProcessMemory(process: program.process)
    for _ in 0..<20 {
      let before = try counters(program, memory)
      let count = try HeapReader(memory).liveBlocks().count
      let told = (before + (try counters(program, memory))) / 2
      #expect(abs(count - told) * 50 <= told, "\(count) blocks, and the program has \(told)")
    }
  }

  @Test func aHeldProcessDoesNothingAndGoesOn() throws {
    let program = try TestProgram("load", arguments: ["4", "0"])
    let memory = try ProcessMemory(process: program.process)
    for _ in 0..<10 {
      let ((before, after), _) = try ProcessStop.hold(program.process) {
        let before = try self.counters(program, memory)
        usleep(10_000)
        return (before, try self.counters(program, memory))
      }
      #expect(before == after)
      #expect(throws: TestProgram.Failure.self) {
        try ProcessStop.hold(program.process) { throw TestProgram.Failure(text: "on purpose") }
      }
      // The sum may be the same by chance, but not for long.
      var tries = 0
      while try counters(program, memory) == after, tries < 10_000 {
        usleep(1000)
        tries += 1
      }
      #expect(tries < 10_000, "the process stands still")
    }
  }
}
