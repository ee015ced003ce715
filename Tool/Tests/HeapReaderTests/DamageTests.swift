// What is read lies: the reader ends with an error or with blocks, never with a crash or without an end.

import Targets
import Testing

@testable import HeapReader

/// A process' memory in which some bytes are others, by chance, but the same ones each time they are read.
private struct LyingMemory: TargetMemory {
  let memory: ProcessMemory
  let seed: UInt64
  /// One word of so many lies.
  let rarity: UInt64
  var mappings: [TargetMapping] { memory.mappings }

  func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = memory.read(address, into: buffer)
    if count == 0 { return 0 }
    var word = (address &+ 7) & ~7
    while word &+ 8 <= address &+ UInt64(count) {
      var random = (word ^ seed) &* 0x9e37_79b9_7f4a_7c15
      random ^= random >> 29
      random = random &* 0xbf58_476d_1ce4_e5b9
      random ^= random >> 32
      if random % rarity == 0 {
        let place = Int(word - address)
        let old = buffer.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        let lies = [0, .max, old &+ 64, old ^ 1 << (random >> 40 & 63), random, old << 8]
        buffer.storeBytes(
          of: lies[Int(random >> 33 % 6)], toByteOffset: place, as: UInt64.self)
      }
      word += 8
    }
    return count
  }
}

@Suite(.serialized) struct DamageTests {
  @Test func liesAreErrors() throws {
    let program = try TestProgram("heaps")
    let memory = try ProcessMemory(process: program.process)
    var (errors, answers) = (0, 0)
    for seed in 0..<150 as Range<UInt64> {
      let lying = LyingMemory(
        memory: memory, seed: seed, rarity: [20, 300, 5000, 50000][Int(seed % 4)])
      do throws(HeapReaderError) {
        let blocks = try HeapReader(lying).liveBlocks(isStill: seed % 3 != 0)
        #expect(blocks.count < 10_000_000)
        answers += 1
      } catch {
        #expect(!error.description.isEmpty)
        errors += 1
      }
    }
    #expect(errors > 10 && answers > 0, "\(errors) errors, \(answers) answers")
  }

  @Test func aBrokenRecordIsAnError() throws {
    let program = try TestProgram("heaps")
    let memory = try ProcessMemory(process: program.process)
    let reader = try HeapReader(memory)
    let record = try #require(
      RecordTable(memory: memory, layout: reader.layout).all().first { $0.isSmall(reader.layout) })
    let broken = OneWord(memory: memory, place: record.address + 8, word: record.state ^ 0x1000)
    #expect(throws: HeapReaderError.self) { try HeapReader(broken).liveBlocks() }
    #expect(throws: HeapReaderError.self) { try HeapReader(broken).liveBlocks(isStill: true) }
  }

  // Until the loader has written its addresses, the library's table has none.
  @Test func aProcessThatHasOnlyBegunIsNotDamaged() throws {
    let program = try TestProgram("heaps")
    let memory = try ProcessMemory(process: program.process)
    let layout = try HeapReader(memory).layout
    let words = withUnsafeBytes(of: layout.table) { Array($0.bindMemory(to: UInt64.self)) }
    let window = try #require(words.firstIndex(of: layout.address(layout.table.window)))
    let early = OneWord(memory: memory, place: layout.address + UInt64(window) * 8, word: 0)
    let error = #expect(throws: HeapReaderError.self) { try HeapReader(early) }
    #expect(error == .beginning)
  }

  @Test func aProcessThatEndedIsAnError() throws {
    let program = try TestProgram("heaps")
    let memory = try ProcessMemory(process: program.process)
    let reader = try HeapReader(memory)
    program.end()
    #expect(throws: HeapReaderError.self) { try reader.liveBlocks() }
    #expect(throws: HeapReaderError.self) { try HeapReader(memory) }
    #expect(throws: TargetError.self) { try ProcessStop.hold(program.process) {} }
  }

  @Test(arguments: ["DEBUG", "LEAKS"])
  func theDebugHeapIsNotRead(_ option: String) throws {
    let program = try TestProgram("heaps", environment: ["SWIFTMALLOC_\(option)=1"])
    let memory = try ProcessMemory(process: program.process)
    let error = #expect(throws: HeapReaderError.self) { try HeapReader(memory) }
    #expect(error?.description.contains("SWIFTMALLOC_\(option)") ?? false)
  }
}

/// A process' memory in which one word is another.
private struct OneWord: TargetMemory {
  let memory: ProcessMemory
  let place: UInt64
  let word: UInt64
  var mappings: [TargetMapping] { memory.mappings }

  func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = memory.read(address, into: buffer)
    if count > 0, place >= address, place + 8 <= address + UInt64(count) {
      buffer.storeBytes(of: word, toByteOffset: Int(place - address), as: UInt64.self)
    }
    return count
  }
}
