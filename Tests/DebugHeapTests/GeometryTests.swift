// Where blocks stand: in areas, in slots of buckets; and what a slot's record keeps.

import Memory
import Platform
import TestPages
import Testing

@testable import DebugHeap

@Suite struct GeometryTests {
  private static let placements: [DebugSettings.Placement] = [.slots, .guardBehind, .guardBefore]

  private func isFine(
    _ area: Area, _ size: Int, _ alignment: Int, _ placement: DebugSettings.Placement
  )
    -> Bool
  {
    let block = area.block(size, alignment: alignment, placement)
    if block % UInt(alignment) != 0 { return false }
    if size == 0, placement != .slots {
      // In an inaccessible page next to the area, or nowhere else to go.
      let page = UInt(System.pageSize)
      let isNear = block >= area.start - page && block < area.end + page
      return isNear && (alignment > System.pageSize || block < area.start || block >= area.end)
    }
    if block < area.start || block + UInt(size) > area.end { return false }
    switch placement {
    case .slots: return block - area.start < UInt(alignment)
    case .guardBehind: return area.end - block - UInt(size) < UInt(alignment)
    case .guardBefore: return block == area.start
    }
  }

  @Test(arguments: placements) func guardedBlocksAreInTheirPage(placement: DebugSettings.Placement)
  {
    let start: UInt = 1 << 40
    let area = Area(start: start, end: start + UInt(System.pageSize))
    for shift in 4...12 {
      for size in 0...System.pageSize where placement != .slots || size + 1 << shift <= 4096 {
        if !isFine(area, size, 1 << shift, placement) {
          Issue.record("\(size) bytes at \(1 << shift)")
          return
        }
      }
    }
  }

  @Test(arguments: placements) func largeBlocksAreInTheirArea(placement: DebugSettings.Placement) {
    var random = SeededRandom(seed: 1)
    for shift in 4...21 {
      for _ in 0..<200 {
        let size = random.below(1 << (1 + random.below(22)))
        let start = UInt(1 << 40) + UInt(random.below(64) << max(shift, 12))
        let end = start + UInt(System.roundUpToPage(max(size, 1)))
        if !isFine(Area(start: start, end: end), size, 1 << shift, placement) {
          Issue.record("\(size) bytes at \(1 << shift), area at \(start)")
          return
        }
      }
    }
  }

  /// A bucket and its records in memory of the test's own, as for a class.
  private func withBucket(
    _ sizeClass: Int, _ body: (UnsafeMutablePointer<Bucket>) -> Void
  ) {
    let isGuarded = sizeClass == TestHeap.guardedClass
    let slotSize = TestHeap.slotSize(sizeClass)
    let count = (PageMap.sliceSize - (isGuarded ? 0 : Bucket.lead)) / slotSize
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: MemoryLayout<Bucket>.stride + count * 16, alignment: 64)
    defer { memory.deallocate() }
    let bucket = memory.assumingMemoryBound(to: Bucket.self)
    bucket.initialize(
      to: Bucket(
        start: 5 << 40, ordinal: 3, sizeClass: sizeClass, slotSize: slotSize,
        isGuarded: isGuarded, isMoved: false))
    bucket.pointee.state = .inUse
    bucket.pointee.handedOut = bucket.pointee.slotCount
    body(bucket)
  }

  private static let alignments = (4...14).map { 1 << $0 }

  /// Every size and alignment: the block is in its slot, and canary bytes are behind it.
  @Test func slotsOfAllClasses() {
    #expect(MemoryLayout<SlotRecord>.stride == 16)
    for alignment in Self.alignments {
      for size in 0...TestHeap.largestSlot {
        guard let sizeClass = TestHeap.sizeClass(size, alignment: alignment) else {
          if size + 16 + (alignment > 16 ? alignment : 0) <= TestHeap.largestSlot {
            Issue.record("no class for \(size) bytes at \(alignment)")
            return
          }
          continue
        }
        let slotSize = UInt(TestHeap.slotSize(sizeClass))
        let area = Area(start: 5 << 40 + 16, end: 5 << 40 + 16 + slotSize)
        let block = area.block(size, alignment: alignment, .slots)
        if block < area.start || block % UInt(alignment) != 0 || block + UInt(size) + 16 > area.end
        {
          Issue.record("\(size) bytes at \(alignment)")
          return
        }
      }
    }
  }

  @Test(arguments: placements) func addressesLeadToTheirSlots(placement: DebugSettings.Placement) {
    let classes = (0..<TestHeap.classLimit).filter {
      placement == .slots ? $0 != 0 && $0 != TestHeap.guardedClass : $0 == TestHeap.guardedClass
    }
    var random = SeededRandom(seed: 2)
    for sizeClass in classes where TestHeap.slotSize(sizeClass) > 0 {
      withBucket(sizeClass) { bucket in
        var end: UInt = 5 << 40
        for index in 0..<Int(bucket.pointee.slotCount) {
          let area = bucket.area(index, placement)
          let room = placement == .slots ? area.byteCount - 16 : area.byteCount
          let size = random.below(room + 1)
          bucket.slot(index).initialize(
            to: SlotRecord(
              Origin(kind: .cMalloc, thread: 0, trace: 0), requested: size, alignment: 16))
          let block = bucket.block(index, placement)
          let isIn = [block, block + UInt(max(size, 1)) - 1].allSatisfy {
            bucket.index(of: $0) == index
          }
          let isApart = area.start >= end && area.end <= 5 << 40 + 65536
          if !isIn || !isApart {
            Issue.record("class \(sizeClass), slot \(index), \(size) bytes")
            return
          }
          end = area.end
        }
        #expect(bucket.index(of: 5 << 40) == 0)
        #expect(bucket.index(of: 5 << 40 + 65535) == Int(bucket.pointee.slotCount) - 1)
      }
    }
  }

  /// The multiplication by the reciprocal divides every offset, and only beginnings of slots are found.
  @Test func offsetsAreDividedExactly() {
    for sizeClass in 1..<TestHeap.guardedClass where TestHeap.slotSize(sizeClass) > 0 {
      withBucket(sizeClass) { bucket in
        let slotSize = TestHeap.slotSize(sizeClass)
        let last = Int(bucket.pointee.slotCount) - 1
        for offset in 0..<PageMap.sliceSize {
          let address: UInt = 5 << 40 + UInt(offset)
          let index = min(max(offset - Bucket.lead, 0) / slotSize, last)
          let isStart = offset == Bucket.lead + index * slotSize
          let slot = bucket.usedSlot(at: address)
          if bucket.index(of: address) != index || (slot != nil) != isStart
            || isStart && (slot?.index != index || slot?.end != address + UInt(slotSize))
          {
            Issue.record("slots of \(slotSize) bytes, offset \(offset)")
            return
          }
        }
      }
    }
  }

  @Test func recordsKeepEverything() {
    let threads = [0, 1, 77, 1 << 18 - 1]
    let traces: [UInt32] = [0, 1, .max]
    for shift in 0...31 {
      for size in [0, 1, 16384, 65535] {
        for kind in [BlockKind.cMalloc, .operatorNew, .operatorNewArray] {
          for (thread, trace) in zip(threads + threads.reversed(), traces + traces + traces) {
            var record = SlotRecord(
              Origin(kind: kind, thread: thread, trace: trace), requested: size,
              alignment: 1 << shift)
            func isSame() -> Bool {
              record.requested == size && record.alignment == 1 << shift && record.kind == kind
                && record.allocatingThread == thread && record.allocation == trace
            }
            var isRight = isSame() && record.state == .live && record.freeingThread == 0
            for other in threads {
              let generation = UInt8(other & 1)
              record.free(thread: other, trace: ~trace, generation: generation)
              isRight = isRight && isSame() && record.state == .freed
              isRight = isRight && record.freeingThread == other && record.release == ~trace
              isRight = isRight && record.isFreed(before: generation ^ 1)
              isRight = isRight && !record.isFreed(before: generation)
            }
            record.state = .setAside
            if !isRight || !isSame() || record.state != .setAside
              || record.freeingThread != threads.last
            {
              Issue.record("\(size) bytes at 2^\(shift), thread \(thread)")
              return
            }
          }
        }
      }
    }
  }
}
