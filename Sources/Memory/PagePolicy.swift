// What differs between page heaps, decided when the code is compiled: where pages come from, whether several threads
// use the heap, and who is told what its pages are used for.

import Platform

package protocol PagePolicy {
  associatedtype Pages: PageSource
  associatedtype Observer: PageObserver
  /// Whether several threads use the heap. Where one does, no lock is taken.
  static var isShared: Bool { get }
}

/// Who is told what a heap's pages are used for: where that changes, mostly under the lock of what
/// changes. Nobody, if a type says nothing else.
package protocol PageObserver {
  /// Whether somebody looks, so that it is worth while to find out what to tell.
  static var isOn: Bool { get }
  /// An amount is so great now.
  static func set(_ amount: PageGauge, _ byteCount: Int)
  /// An amount that several threads change has changed by so much.
  static func add(_ amount: PageGauge, _ byteCount: Int)
  /// There are more free slices, from `start` on.
  static func cover(_ start: UInt, byteCount: Int)
  /// The slices from `start` on are used so.
  static func use(_ start: UInt, byteCount: Int, for use: SliceUse)
  /// There are so many arenas, and this is the readable and writable part of one.
  static func setArenaCount(_ count: Int)
  static func setArena(_ index: Int, start: UInt, committedBytes: Int)
  /// In a forked child: what was told of slices is forgotten, and is told again.
  static func coverAgain()
}

/// Bytes of a heap by what they are.
package enum PageGauge {
  case committed
  case used
  case dirty
  case clean
  case purging
  case stashed
  case metadata
  /// Of live large blocks, and of freed ones that are kept.
  case large
  case largeKept
}

/// What a slice is used for.
package enum SliceUse {
  case free
  case small
  case medium
  case stashed
  case metadata
}

extension PageObserver {
  @inline(__always)
  package static var isOn: Bool { false }
  @inline(__always)
  package static func set(_ amount: PageGauge, _ byteCount: Int) {}
  @inline(__always)
  package static func add(_ amount: PageGauge, _ byteCount: Int) {}
  @inline(__always)
  package static func cover(_ start: UInt, byteCount: Int) {}
  @inline(__always)
  package static func use(_ start: UInt, byteCount: Int, for use: SliceUse) {}
  @inline(__always)
  package static func setArenaCount(_ count: Int) {}
  @inline(__always)
  package static func setArena(_ index: Int, start: UInt, committedBytes: Int) {}
  @inline(__always)
  package static func coverAgain() {}
}

/// The lock of something that threads share, where several threads use the heap; nothing in the heap of one thread.
package struct HeapLock<Policy: PagePolicy>: ~Copyable {
  private let word: Lock

  package init(_ kind: SharedWrite) { word = Lock(kind) }

  /// As that of `Lock`.
  package borrowing func lock(milliseconds: Int) -> Bool {
    Policy.isShared ? word.lock(milliseconds: milliseconds) : true
  }

  @inline(__always)
  package borrowing func lock() { if Policy.isShared { word.lock() } }

  @inline(__always)
  package borrowing func unlock() { if Policy.isShared { word.unlock() } }

  @inline(__always)
  package borrowing func tryLock() -> Bool { Policy.isShared ? word.tryLock() : true }

  /// As `Lock.reset`.
  package borrowing func reset() { if Policy.isShared { word.reset() } }
}
