// What is no object has no type, and memory that lies ends nothing.

import HeapTypes
import Targets
import Testing

/// Numbers that are the same in every run.
private struct Numbers {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ state >> 29) &* 0x9e37_79b9_7f4a_7c15
  }
}

/// A process' memory, with wrong words here and there: always the same ones.
private struct DamagedMemory: TargetMemory {
  let memory: ProcessMemory
  let seed: UInt64
  /// One word of so many is wrong.
  let rarity: UInt64

  var mappings: [TargetMapping] { memory.mappings }

  func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = memory.read(address, into: buffer)
    for place in stride(from: 0, to: count - 7, by: 8) {
      var numbers = Numbers(state: seed ^ (address &+ UInt64(place)))
      guard numbers.next() % rarity == 0 else { continue }
      let kind = numbers.next() % 4
      let wrong: UInt64 =
        switch kind {
        case 0: numbers.next()
        case 1: numbers.next() % 64
        case 2: address &+ UInt64(place) &- numbers.next() % 16 &* 8
        default: .max
        }
      buffer.storeBytes(of: wrong, toByteOffset: place, as: UInt64.self)
    }
    return count
  }
}

struct DamageTests {
  @Test func inCxx() throws {
    whatOnlyLooksSoHasNoType(try TestProgram(["g++ -O1 $SOURCES/objects.cc -o app", "./app"]))
  }

  @Test func inPython() throws {
    whatOnlyLooksSoHasNoType(
      try TestProgram([
        "python=$(python3 -c 'import sys; print(sys.executable)')",
        "env PYTHONMALLOC=malloc $python $SOURCES/objects.py",
      ]))
  }

  @Test func inSwift() throws {
    let program = try TestProgram([
      "swiftc -parse-as-library -module-name MyApp $SOURCES/objects.swift -o app", "./app",
    ])
    whatOnlyLooksSoHasNoType(program)
    for rarity in [20, 200, 5000] as [UInt64] { memoryThatLies(program, rarity) }
  }

  /// Words of any kind, small numbers, and pointers into all that is mapped.
  private func whatOnlyLooksSoHasNoType(_ program: TestProgram) {
    let finder = TypeFinder(program.memory)
    let readable = program.memory.mappings.filter(\.isReadable)
    var numbers = Numbers(state: 1)
    func pointer() -> UInt64 {
      let mapping = readable[Int(numbers.next() % UInt64(readable.count))]
      return (mapping.start + numbers.next() % (mapping.end - mapping.start)) & ~7
    }
    let count = 100_000
    var found = 0
    for turn in 0..<count {
      let first =
        turn % 4 == 0 ? numbers.next() : turn % 4 == 1 ? numbers.next() % 1000 : pointer()
      // The second is a reference count as Swift has it.
      let words = [first, 3, pointer(), numbers.next() % 50, pointer(), 0, pointer(), 0]
      let size = 24 + Int(numbers.next() % 30) * 8
      let id = words.withUnsafeBufferPointer {
        finder.type(
          ofBlockAt: 0x1000_0000, size: size,
          firstWords: UnsafeBufferPointer(rebasing: $0.prefix(size / 8)))
      }
      if id != .untyped { found += 1 }
    }
    #expect(found < count / 1000, "\(found) of \(count)")
  }

  private func memoryThatLies(_ program: TestProgram, _ rarity: UInt64) {
    for seed in 0..<20 as Range<UInt64> {
      let memory = DamagedMemory(memory: program.memory, seed: seed, rarity: rarity)
      let finder = TypeFinder(memory)
      for block in program.blocks {
        let id = program.type(block, finder)
        _ = (finder.name(id), finder.fields(id), finder.elements(id))
      }
    }
  }

  @Test func aProcessThatHasEnded() throws {
    var program: TestProgram? = try TestProgram(["g++ $SOURCES/objects.cc -o app", "./app"])
    let memory = try #require(program?.memory)
    let finder = TypeFinder(memory)
    let blocks = try #require(program?.blocks)
    program = nil
    for block in blocks {
      let words = [block.address, 3, 0, 0]
      let id = words.withUnsafeBufferPointer {
        finder.type(ofBlockAt: block.address, size: block.size, firstWords: $0)
      }
      #expect(id == .untyped && finder.name(id) == .untyped && finder.fields(id).isEmpty)
    }
  }
}
