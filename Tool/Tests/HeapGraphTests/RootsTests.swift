// Which places outside of the heap count as roots.

import Glibc
import Targets
import TestTargets
import Testing

@testable import HeapGraph

@Suite struct RootsTests {
  private let blocks = BlockTable(
    addresses: [0x10000, 0x10100, 0x10200], sizes: [0x100, 0x100, 0x100])

  private func mapping(
    _ start: UInt64, _ count: Int, inode: UInt64 = 0, path: String = "", isReadable: Bool = true,
    isWritable: Bool = true
  ) -> TargetMapping {
    TargetMapping(
      start: start, end: start + UInt64(count), isReadable: isReadable, isWritable: isWritable,
      inode: inode, path: path)
  }

  private func bytes(_ words: [UInt64]) -> [UInt8] {
    words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
  }

  private func roots(
    _ memory: MadeUpMemory, own: [Range<UInt64>] = [], threads: [ThreadState] = []
  ) -> [HeapRoot] {
    RootReader(memory, blocks, own: own, threads: threads).read { range, mapping in
      mapping.path == "/bin/clean" ? [] : [range]
    }
  }

  @Test func variablesComeFirstAndWhatNobodyWroteIsNone() {
    var memory = MadeUpMemory()
    memory.add(0x1000, bytes([0, 0x10210]))
    memory.add(0x4000, bytes([0x10100]), mapping: mapping(0x4000, 8, inode: 7, path: "/bin/app"))
    memory.add(
      0x5000, bytes([0x10000]),
      mapping: mapping(0x5000, 8, inode: 7, path: "/bin/clean", isWritable: false))
    memory.add(0x6000, bytes([0x10000]), mapping: mapping(0x6000, 8, path: "[vvar]"))
    #expect(
      roots(memory) == [
        HeapRoot(place: .global, address: 0x4000, block: 1),
        HeapRoot(place: .mapping, address: 0x1008, block: 2),
      ])
  }

  @Test func ofAStackWhatIsInUseCounts() {
    var memory = MadeUpMemory()
    memory.add(0x7000, [], mapping: mapping(0x7000, 0x1000, isReadable: false, isWritable: false))
    var words = [UInt64](repeating: 0, count: 2048)
    words[10] = 0x10000
    words[300] = 0x10100
    words[500] = 0x10200
    memory.add(0x8000, words: words)
    let thread = ThreadState(
      thread: 12, stackPointer: 0x8000 + 200 * 8, threadPointer: 0x8000 + 2047 * 8,
      registers: [5, 0x10008])
    #expect(
      roots(memory, threads: [thread]) == [
        HeapRoot(place: .register, address: 0, block: 0, thread: 12),
        HeapRoot(place: .stack, address: 0x8000 + 300 * 8, block: 1, thread: 12),
        HeapRoot(place: .stack, address: 0x8000 + 500 * 8, block: 2, thread: 12),
      ])
  }

  @Test func whatIsTheAllocatorsOwnIsLeftOut() {
    var memory = MadeUpMemory()
    memory.add(0x2000, words: [0x10000, 0x10000, 0x10100, 0x10100])
    #expect(
      roots(memory, own: [0x2008..<0x2018, 0x9000..<0xa000]).map(\.address) == [0x2000, 0x2018])
    #expect(roots(memory, own: [0x1000..<0x3000]).isEmpty)
  }

  @Test func ofABlockFourRootsAreKept() {
    let memory = MadeUpMemory(0x2000, bytes([UInt64](repeating: 0x10000, count: 100)))
    #expect(roots(memory).count == 4)
  }

  @Test func belowTheStackPointerOfACoroutineAnotherOneMayWait() {
    var memory = MadeUpMemory()
    memory.add(0x7000, [], mapping: mapping(0x7000, 0x1000, isReadable: false, isWritable: false))
    var words = [UInt64](repeating: 0, count: 512)
    words[10] = 0x10000
    memory.add(0x8000, words: words)
    // Its control block lies elsewhere.
    let thread = ThreadState(
      thread: 12, stackPointer: 0x8000 + 200 * 8, threadPointer: 0xf000, registers: [])
    #expect(roots(memory, threads: [thread]).map(\.address) == [0x8000 + 10 * 8])
  }

  @Test func memoryThatMayNotBeReadNowCounts() {
    var memory = MadeUpMemory()
    memory.add(
      0x4000, bytes([0x10100]), mapping: mapping(0x4000, 8, isReadable: false, isWritable: false))
    memory.add(
      0x5000, bytes([0x10000]),
      mapping: mapping(0x5000, 8, inode: 7, path: "/bin/app", isReadable: false, isWritable: false))
    #expect(roots(memory).map(\.address) == [0x5000, 0x4000])
  }

  private func parts(
    _ pages: Int, _ flags: Int32, _ file: Int32,
    _ body: (UnsafeMutableRawPointer) -> Void = { _ in }
  ) throws -> [Range<Int>] {
    let size = Int(sysconf(Int32(_SC_PAGESIZE)))
    let start = try #require(mmap(nil, pages * size, PROT_READ | PROT_WRITE, flags, file, 0))
    defer { munmap(start, pages * size) }
    start.storeBytes(of: 1, toByteOffset: 3 * size, as: UInt8.self)
    body(start)
    let memory = try ProcessMemory(process: getpid())
    let first = UInt64(UInt(bitPattern: start))
    let range = first..<first + UInt64(pages * size)
    let mapping = try #require(memory.mapping(of: first))
    let touched = try #require(TouchedPages(process: getpid()))
    return touched.parts(of: range, in: mapping).map {
      Int($0.lowerBound - first) / size..<Int($0.upperBound - first) / size
    }
  }

  @Test func onlyPagesThatWereWrittenToAreRead() throws {
    let size = Int(sysconf(Int32(_SC_PAGESIZE)))
    #expect(try parts(64, MAP_PRIVATE | MAP_ANONYMOUS, -1) == [3..<4])
    #expect(try parts(64, MAP_SHARED | MAP_ANONYMOUS, -1) == [3..<4])
    let file = fileno(tmpfile())
    defer { close(file) }
    #expect(ftruncate(file, 64 * size) == 0)
    // Of a file what was only read is the file's, also where the program has no right to write any more.
    let written = try parts(64, MAP_PRIVATE, file) { start in
      _ = start.load(fromByteOffset: 9 * size, as: UInt8.self)
      mprotect(start, 64 * size, PROT_READ)
    }
    #expect(written == [3..<4])
  }
}
