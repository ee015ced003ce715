// Large stacks: what is called there runs there, and a report waits for one where other threads have all of them.

import CShims
import Foundation
import Synchronization
import Testing

// The C functions take no closures: what they share stands here.
private let arrived = Atomic<Int>(0)
private let isOver = Atomic<Bool>(false)
private let place = Atomic<UInt>(0)

@Suite(.serialized) struct LargeStackTests {
  private static var ranges: [Range<UInt>] {
    var ranges: [Range<UInt>] = []
    for index in 0..<Int32.max {
      var start: UInt = 0
      let byteCount = swiftmalloc_large_stack(index, &start)
      if byteCount == 0 { break }
      ranges.append(start..<start + UInt(byteCount))
    }
    return ranges
  }

  private static func isOnLargeStack(_ address: UInt) -> Bool {
    ranges.contains { $0.lowerBound != 0 && $0.contains(address) }
  }

  private static let notePlace: @convention(c) (UnsafeMutableRawPointer?) -> Void = { _ in
    var local = 0
    withUnsafeMutablePointer(to: &local) {
      place.store(UInt(bitPattern: $0), ordering: .relaxed)
    }
  }

  private static let stay: @convention(c) (UnsafeMutableRawPointer?) -> Void = { _ in
    var local = 0
    if withUnsafeMutablePointer(to: &local, { isOnLargeStack(UInt(bitPattern: $0)) }) {
      arrived.add(1, ordering: .relaxed)
      while !isOver.load(ordering: .relaxed) { swiftmalloc_pause(1) }
    }
  }

  @Test func callsRunOnALargeStack() {
    swiftmalloc_report_on_large_stack(Self.notePlace, nil)
    #expect(Self.isOnLargeStack(place.load(ordering: .relaxed)))
  }

  @Test func aReportWaitsForALargeStack() {
    // Other tests may have one for a while.
    while arrived.load(ordering: .relaxed) < Self.ranges.count {
      Thread { swiftmalloc_on_large_stack(Self.stay, nil) }.start()
      swiftmalloc_pause(1)
    }
    swiftmalloc_on_large_stack(Self.notePlace, nil)
    #expect(
      !Self.isOnLargeStack(place.load(ordering: .relaxed)), "there is one more than all of them")
    Thread {
      swiftmalloc_pause(50)
      isOver.store(true, ordering: .relaxed)
    }.start()
    swiftmalloc_report_on_large_stack(Self.notePlace, nil)
    #expect(Self.isOnLargeStack(place.load(ordering: .relaxed)))
  }
}
