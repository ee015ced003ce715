// What a debug heap is made of at compile time, and what is chosen when one is made.

import Memory

/// The parts of a debug heap that are fixed at compile time.
package protocol DebugPolicy {
  /// Where its memory comes from.
  associatedtype Pages: PageSource
  /// Whether several threads may use the heap. Where they may not, no lock is taken, and the use by a
  /// second thread is reported.
  static var isShared: Bool { get }
  /// Canary bytes behind every block at the least: a multiple of 16.
  static var canaryByteCount: Int { get }
}

/// Any program's heap: the kernel's pages, all threads.
package struct SharedSystemPolicy: DebugPolicy {
  package typealias Pages = SystemPages
  package static var isShared: Bool { true }
  package static var canaryByteCount: Int { 16 }
}

/// What is chosen when a debug heap is made.
package struct DebugSettings {
  /// Bytes of freed memory that must be freed after a block before its address is given out again.
  package var quarantine = 64 << 20
  package var placement = Placement.slots
  /// Whether the heap's records are read-only between calls.
  package var protectsRecords = false
  /// Bytes asked for and in use, beyond which allocation fails; none when nil.
  package var limit: Int?
  /// Whether the process ends at the first error.
  package var stopsAtError = true
  /// Inaccessible pages between accessible ones that the heap may make.
  package var mappingBudget = 24_000

  package init() {}

  /// Whether blocks stand next to each other, as many as there is memory for.
  @inline(__always)
  var isPlain: Bool { placement == .slots && limit == nil }

  /// Where blocks stand.
  package enum Placement: UInt8 {
    /// Next to each other, with canary bytes between them.
    case slots
    /// Each with its end at an inaccessible page.
    case guardBehind
    /// Each with its beginning at an inaccessible page.
    case guardBefore
  }
}
