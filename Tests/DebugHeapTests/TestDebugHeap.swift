// A debug heap of a test's own, which goes on after errors.

import Memory
import Platform
import Synchronization
import TestPages
import Testing

@testable import DebugHeap

/// All threads.
enum SharedTestPolicy: DebugPolicy {
  typealias Pages = TestPages
  static var isShared: Bool { true }
  static var canaryByteCount: Int { 16 }
}

/// One thread, longer canaries.
enum LonelyTestPolicy: DebugPolicy {
  typealias Pages = TestPages
  static var isShared: Bool { false }
  static var canaryByteCount: Int { 48 }
}

typealias TestHeap = DebugHeap<SharedTestPolicy>

extension DebugHeap {
  var distinctCount: Int { storage.pointee.gate.pointee.reports.distinct }
}

/// A heap for a thread of the test's own.
struct Unchecked<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}

extension DebugSettings {
  static func forTests(_ placement: Placement = .slots, quarantine: Int = 1 << 20) -> DebugSettings
  {
    var settings = DebugSettings()
    settings.stopsAtError = false
    settings.placement = placement
    settings.quarantine = quarantine
    return settings
  }
}

extension DebugSettings {
  /// Those of a heap that only knows its blocks.
  static var unchecked: DebugSettings {
    var settings = forTests(quarantine: 0)
    settings.isChecked = false
    return settings
  }
}

/// Runs `body` with a new heap, and gives its memory back.
func withHeap<Policy: DebugPolicy>(
  _ policy: Policy.Type, _ settings: DebugSettings, pages: TestPages = .forDebugHeap(),
  _ body: (DebugHeap<Policy>) -> Void
) where Policy.Pages == TestPages {
  guard TestProcess.start(), let heap = DebugHeap<Policy>(pages: pages, settings: settings) else {
    Issue.record("no heap")
    return
  }
  body(heap)
  pages.refuseNothing()
  pages.releaseAll()
}

func withHeap(_ settings: DebugSettings, _ body: (TestHeap) -> Void) {
  withHeap(SharedTestPolicy.self, settings, body)
}

extension TestPages {
  /// Regions of several hundred slices, not of a million.
  static func forDebugHeap(observe: (@Sendable (Call, UInt, Int) -> Void)? = nil) -> TestPages {
    TestPages(longestReservation: 64 << 20, observe: observe)
  }
}

func bytes(_ address: UInt) -> UnsafeMutablePointer<UInt8> {
  UnsafeMutablePointer(bitPattern: address).unsafelyUnwrapped
}

/// Expects that `body` makes one error, whose report says `name`; then that all is well.
func expectError(
  _ heap: TestHeap, _ name: String, _ what: String, address: UInt, _ body: () -> Void
) {
  let before = heap.errorCount
  let distinct = heap.distinctCount
  body()
  #expect(heap.errorCount == before + 1, "\(name), \(what)")
  // Without traces, errors of one kind with blocks of one size are the same: the first is told.
  let head = "\(name) on address 0x\(String(address, radix: 16)) "
  let isTold = heap.distinctCount == distinct || TestProcess.log.contains(head)
  #expect(isTold, "\(head), \(what)")
  #expect(heap.checkAll("check") == 0, "\(name), \(what)")
  let violation = heap.checkInvariants()
  #expect(violation == nil, "\(name), \(what)")
}
