// What a debug heap is made of at compile time, and what is chosen when one is made.

import Memory

/// The parts of a debug heap that are fixed at compile time. Only the source of pages must be named: the rest is
/// as in a program that the library was preloaded into.
public protocol DebugPolicy {
  /// Where its memory comes from.
  associatedtype Pages: PageSource
  /// Whether several threads may use the heap: true. Where they may not, no lock is taken; a call by another
  /// thread than the first one is reported and does nothing.
  static var isShared: Bool { get }
  /// Canary bytes behind every block at the least, a multiple of 16, at least 16: 16. Blocks of more than 16 KiB have them
  /// up to the end of their last page.
  static var canaryByteCount: Int { get }
  /// Stack frames of each trace, at most 64: 16. 0 takes no traces.
  static var frames: Int { get }
  /// Bytes that must be freed after a block before its address is given out again: 64 MiB.
  static var quarantine: Int { get }
  /// Where blocks stand: next to each other.
  static var placement: DebugSettings.Placement { get }
  /// Whether the heap's records are read-only between calls: false. Two system calls for each call.
  static var protectsRecords: Bool { get }
  /// Bytes asked for and in use, beyond which allocation fails: nil, no limit.
  static var limit: Int? { get }
  /// Whether the process ends at the first error: true. Otherwise each distinct error is reported once, and its
  /// harm is not done.
  static var stopsAtError: Bool { get }
}

extension DebugPolicy {
  /// The usual value.
  public static var isShared: Bool { true }
  /// The usual value.
  public static var canaryByteCount: Int { 16 }
  /// The usual value.
  public static var frames: Int { 16 }
  /// The usual value.
  public static var quarantine: Int { 64 << 20 }
  /// The usual value.
  public static var placement: DebugSettings.Placement { .slots }
  /// The usual value.
  public static var protectsRecords: Bool { false }
  /// The usual value.
  public static var limit: Int? { nil }
  /// The usual value.
  public static var stopsAtError: Bool { true }
}

/// Any program's heap: the kernel's pages, all threads. The options of the process are its settings.
package struct SharedSystemPolicy: DebugPolicy {
  package typealias Pages = SystemPages
}

/// What is chosen when a debug heap is made.
public struct DebugSettings: Sendable {
  /// Bytes of freed memory that must be freed after a block before its address is given out again.
  public var quarantine = 64 << 20
  /// Where blocks stand.
  public var placement = Placement.slots
  /// Whether the heap's records are read-only between calls.
  public var protectsRecords = false
  /// Bytes asked for and in use, beyond which allocation fails; none when nil.
  public var limit: Int?
  /// Whether the process ends at the first error.
  public var stopsAtError = true
  /// Inaccessible pages between accessible ones that the heap may make.
  public var mappingBudget = 24_000
  /// Whether misuse is looked for: canary bytes, fills, quarantine. Otherwise blocks are only known, with who
  /// allocated them.
  package var isChecked = true
  /// Whether the free of an address that may be another allocator's block is left alone, with a warning.
  package var leavesForeignBlocks = true
  /// Whether the first allocation that fails for the limit is reported.
  package var warnsOfLimit = false

  package init() {}

  /// Those of a policy.
  public init<Policy: DebugPolicy>(_ policy: Policy.Type) {
    quarantine = policy.quarantine
    placement = policy.placement
    protectsRecords = policy.protectsRecords
    limit = policy.limit
    stopsAtError = policy.stopsAtError
    leavesForeignBlocks = false
  }

  /// Whether blocks stand next to each other, as many as there is memory for.
  @inline(__always)
  var isPlain: Bool { placement == .slots && limit == nil }

  /// Where blocks stand.
  public enum Placement: UInt8, Sendable {
    /// Next to each other, with canary bytes between them.
    case slots
    /// Each with its end at an inaccessible page.
    case guardBehind
    /// Each with its beginning at an inaccessible page.
    case guardBefore
  }
}
