// Pointers into the middle of a block that stand for its beginning, and neighbours that do not.

import Platform
import TestPages
import Testing

@testable import DebugHeap
@testable import Leaks

@Suite struct InteriorPointerTests {
  private func isBeginning(
    _ offset: Int, _ byteCount: Int, _ contents: [Int: UInt], kind: BlockKind = .cMalloc
  ) throws -> Bool {
    System.initialize()
    let own = try #require(MappedArray<AddressRange>(capacity: 1))
    let roots = try #require(Roots(own: own))
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 64), alignment: 64)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 64))
    for (place, word) in contents {
      memory.storeBytes(of: word, toByteOffset: place, as: UInt.self)
    }
    let block = CheckedBlock(
      start: UInt(bitPattern: memory), byteCount: byteCount, trace: 0, thread: 0, kind: kind)
    return InteriorPointer.isBeginning(offset, block, roots)
  }

  @Test func arraysOfNew() throws {
    #expect(try isBeginning(8, 8 + 5 * 24, [0: 5]))
    #expect(try !isBeginning(8, 8 + 5 * 24, [0: 7]))
    #expect(try !isBeginning(8, 8 + 5 * 24, [0: 0]))
    #expect(try isBeginning(16, 16 + 3 * 32, [8: 3]))
    #expect(try !isBeginning(16, 16 + 3 * 32, [8: 5]))
    #expect(try !isBeginning(9, 8 + 5 * 24, [0: 5]))
    #expect(try isBeginning(8, 9, [0: 1]))
    #expect(try !isBeginning(8, 9, [0: 2]))
    #expect(try isBeginning(32, 32 + 2 * 96, [24: 2]))
    #expect(try !isBeginning(24, 24 + 2 * 96, [16: 2]))
  }

  /// The pointer is one past the end of a count of nothing.
  @Test func arraysOfNothing() throws {
    #expect(try isBeginning(8, 8, [0: 0]))
    #expect(try !isBeginning(8, 8, [0: 1]))
    #expect(try isBeginning(64, 64, [56: 0], kind: .operatorNewArray))
    #expect(try !isBeginning(64, 64, [56: 1], kind: .operatorNewArray))
    #expect(try !isBeginning(64, 64, [56: 0]))
    #expect(try !isBeginning(48, 48, [40: 0], kind: .operatorNewArray))
    #expect(try !isBeginning(7, 7, [:]))
  }

  @Test func lengthInFront() throws {
    #expect(try isBeginning(8, 71, [0: 63]))
    #expect(try !isBeginning(8, 71, [0: 64]))
  }

  @Test func oldStrings() throws {
    #expect(try isBeginning(24, 24 + 11, [0: 5, 8: 10, 16: 0]))
    #expect(try !isBeginning(24, 24 + 11, [0: 11, 8: 10, 16: 0]))
    #expect(try !isBeginning(24, 24 + 10, [0: 5, 8: 10, 16: 0]))
  }

  /// A table whose first entry is code of a loaded file.
  @Test func secondBases() throws {
    let table = try #require(try functionTable())
    #expect(try isBeginning(24, 64, [0: table, 24: table]))
    #expect(try !isBeginning(24, 64, [0: table, 24: table + 1]))
    #expect(try !isBeginning(24, 64, [24: table]))
    #expect(try !isBeginning(24, 64, [0: table, 24: UInt(bitPattern: 64)]))
  }

  /// The address of such a word in this process' own data.
  private func functionTable() throws -> UInt? {
    let own = try #require(MappedArray<AddressRange>(capacity: 1))
    let roots = try #require(Roots(own: own))
    for index in 0..<roots.mappings.count {
      let mapping = roots.mappings[index]
      if !mapping.isFile || !mapping.isReadable || !mapping.isRoot { continue }
      for place in stride(from: mapping.start, to: mapping.end, by: 8) {
        guard let code = roots.mapping(at: Roots.word(place)) else { continue }
        if code.isFile, code.isExecutable { return place }
      }
    }
    return nil
  }
}
