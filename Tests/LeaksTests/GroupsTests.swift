// Groups of what was found: sums, order, and what is new.

import Platform
import TestPages
import Testing

@testable import DebugHeap
@testable import Leaks

@Suite struct GroupsTests {
  private func block(_ bytes: Int, trace: UInt32) -> CheckedBlock {
    CheckedBlock(start: 4096, byteCount: bytes, trace: trace, thread: 3, kind: .cMalloc)
  }

  @Test func sumsAndOrder() throws {
    System.initialize()
    let groups = try #require(LeakGroups(blockCount: 100))
    defer { groups.release() }
    for _ in 0..<3 { groups.add(.definite, block(10, trace: 7), sizeLimit: 0) }
    groups.add(.definite, block(1000, trace: 8), sizeLimit: 0)
    groups.add(.indirect, block(99_999, trace: 7), sizeLimit: 0)
    groups.add(.indirect, block(30, trace: 0), sizeLimit: 32)
    groups.add(.indirect, block(20, trace: 0), sizeLimit: 32)
    groups.add(.reachable, 77)
    let list = try #require(groups.sorted())
    defer { list.release() }
    let found = (0..<list.count).map { list[$0].group.pointee }
    #expect(found.map(\.kind) == [.definite, .definite, .indirect, .indirect])
    #expect(found.map(\.total.bytes) == [1000, 30, 99_999, 50])
    #expect(found.map(\.total.blocks) == [1, 3, 1, 2])
    #expect(found.map(\.trace) == [8, 7, 7, 0])
    #expect(found[3].sizeLimit == 32)
    #expect(groups.totals.pointee.kinds[LeakKind.reachable.rawValue].bytes == 77)
    #expect(groups.totals.pointee.kinds[LeakKind.definite.rawValue].blocks == 4)
    list[1].group.pointee.isSuppressed = true
    #expect(groups.suppressedCount(.definite).bytes == 30)
    #expect(groups.suppressedCount(.indirect).bytes == 0)
    #expect(groups.count(found[0].key).bytes == 1000)
    #expect(groups.count(LeakGroup.key(.definite, trace: 99, sizeLimit: 0)).blocks == 0)
  }

  /// More groups than there is room for are left to the totals.
  @Test func fullTable() throws {
    System.initialize()
    let groups = try #require(LeakGroups(blockCount: 1))
    defer { groups.release() }
    for trace in 1...1000 as ClosedRange<UInt32> {
      groups.add(.definite, block(8, trace: trace), sizeLimit: 0)
    }
    #expect(groups.totals.pointee.kinds[0].blocks == 1000)
    #expect(groups.totals.pointee.groupCount == 128)
    let list = try #require(groups.sorted())
    #expect(list.count == 128)
    list.release()
  }
}
