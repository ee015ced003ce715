// Targets: lines of /proc/PID/maps, reading of memory that ends, and why a process is not read.

import Glibc
import TestTargets
import Testing

@testable import Targets

@Suite struct TargetsTests {
  @Test func aLineOfMapsIsTakenApart() throws {
    let line = "7f00-7f80 r-xp 00001000 fe:01 42                 /opt/a b/lib (deleted)"
    let mapping = try #require(TargetMapping(line: line[...]))
    #expect(
      mapping
        == TargetMapping(
          start: 0x7f00, end: 0x7f80, isReadable: true, isWritable: false, isExecutable: true,
          fileOffset: 0x1000, inode: 42, path: "/opt/a b/lib (deleted)"))
    let nameless = try #require(TargetMapping(line: "7f80-7fff rw-p 00000000 00:00 0"))
    #expect(nameless.path.isEmpty && nameless.isWritable && !nameless.isExecutable)
    #expect(!nameless.isShared && !nameless.isInMemory)
    let shared = try #require(
      TargetMapping(line: "7f80-7fff rw-s 00000000 00:01 9  /memfd:x (deleted)"))
    #expect(shared.isShared && shared.isInMemory)
  }

  @Test(
    arguments: [
      "", "7f00 r-xp 0 0 0", "7f00-7e00 r-xp 0 0:0 0", "x-y r-xp 0 0:0 0", "1-2 r 0 0:0 0",
    ]) func whatIsNoLineIsLeftOut(_ line: String)
  {
    #expect(TargetMapping(line: line[...]) == nil)
  }

  @Test func memoryThatEndsIsReadUpToItsEnd() {
    let memory = MadeUpMemory(4090, Array("swift\0heap".utf8))
    #expect(memory.string(at: 4090) == "swift")
    #expect(memory.string(at: 4096) == nil)
    #expect(memory.string(at: 4090, limit: 3) == nil)
    #expect(memory.bytes(at: 4096, count: 100) == Array("heap".utf8))
    #expect(memory.load(at: 4096, as: UInt32.self) == 0x7061_6568)
    #expect(memory.load(at: 4097, as: UInt32.self) == nil)
    #expect(memory.word(at: 4096) == nil)
    #expect(memory.mapping(of: 4099)?.start == 4090)
    #expect(memory.mapping(of: 4100) == nil && memory.mapping(of: 4089) == nil)
  }

  @Test func whatWasCopiedIsReadAsItWas() throws {
    let numbers = UnsafeMutablePointer<UInt64>.allocate(capacity: 4)
    defer { numbers.deallocate() }
    numbers.initialize(repeating: 1, count: 4)
    let start = UInt64(UInt(bitPattern: numbers))
    var memory = CopiedMemory(try ProcessMemory(process: getpid()))
    memory.copy(start + 8..<start + 24)
    numbers.update(repeating: 2, count: 4)
    #expect((0..<4).map { memory.word(at: start + $0 * 8) } == [2, 1, 1, 2])
    #expect(memory.bytes(at: start, count: 32).filter { $0 == 1 }.count == 2)
    #expect(memory.word(at: start + 16) == 1)
  }

  @Test func thisProcessIsRead() throws {
    let memory = try ProcessMemory(process: getpid())
    let numbers = UnsafeMutablePointer<UInt64>.allocate(capacity: 2)
    defer { numbers.deallocate() }
    numbers[0] = 0x5eed
    let address = UInt64(UInt(bitPattern: numbers))
    #expect(memory.word(at: address) == 0x5eed)
    #expect(memory.word(at: 8) == nil && memory.isThere)
    let end = try #require(memory.mappings.last { $0.path.hasSuffix("libc.so.6") && $0.isReadable })
    #expect(memory.bytes(at: end.end - 4, count: 4).count == 4)
  }

  @Test func aProcessThatIsNotThereIsNamed() {
    let wanted = TargetError("there is no process 1999999999")
    #expect(throws: wanted) { try ProcessMemory(process: 1_999_999_999) }
  }
}

@Suite struct ThreadStateTests {
  @Test func aLineOfSyscallIsTakenApart() {
    let waits = ThreadState(thread: 7, line: "202 0x1 0x2 0x3 0x4 0x5 0x6 0x7ffe10 0x401000")
    #expect(
      waits
        == ThreadState(
          thread: 7, stackPointer: 0x7ffe10, programCounter: 0x401000,
          registers: [1, 2, 3, 4, 5, 6]))
    #expect(
      ThreadState(thread: 7, line: "-1 0x7ffe10 0x401000")
        == ThreadState(thread: 7, stackPointer: 0x7ffe10, programCounter: 0x401000))
    #expect(ThreadState(thread: 7, line: "running")?.stackPointer == 0)
    #expect(ThreadState(thread: 7, line: "1 2") == nil && ThreadState(thread: 7, line: "") == nil)
  }

  @Test func aHeldProcessTellsItsRegisters() throws {
    var child: pid_t = 0
    var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("100"), nil]
    defer { arguments.forEach { free($0) } }
    try #require(posix_spawnp(&child, "sleep", nil, nil, &arguments, environ) == 0)
    defer {
      kill(child, SIGKILL)
      waitpid(child, nil, 0)
    }
    let states = try ProcessStop.hold(child) { ThreadState.all(of: child, isHeld: true) }.result
    try #require(states.count == 1)
    let memory = try ProcessMemory(process: child)
    #expect(memory.mapping(of: states[0].stackPointer)?.path == "[stack]")
    #expect(memory.mapping(of: states[0].programCounter)?.isExecutable == true)
    #expect(states[0].registers.contains(states[0].stackPointer))
  }
}
