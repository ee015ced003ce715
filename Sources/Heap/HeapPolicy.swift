// What differs between heaps, decided when the code is compiled. One code serves them all:
//
//   policy           pages          the thread finds its cache    who is told
//   ProcessPolicy    the kernel's   by a thread-local word, or    the process' amounts, where calls are counted (Live)
//                                   in its places (CachePlaces)
//   SolePolicy       any            in the heap's handle          nobody
//
// CountingPolicy (Live) is a second fast path into the process' heap, which tells the thread's counters of each block.

import Memory

/// What a fast path needs.
@usableFromInline
package protocol FastPathPolicy {
  associatedtype Threads: CacheAccess
  associatedtype Observer: BlockObserver
}

/// What a heap needs.
package protocol HeapPolicy: FastPathPolicy, PagePolicy
where Threads: ThreadAccess, Observer: HeapObserver {
  associatedtype Sampler: HeapSampler = NoSampler
  /// Somebody freed what is no live block of the heap. Ends the process with a report, unless a policy says something else.
  static func found(_ badFree: BadFree)
}

extension HeapPolicy {
  package static func found(_ badFree: BadFree) { badFree.end() }
}

/// How the calling thread finds its cache. On a fast path, so no function of it may call anything.
@usableFromInline
package protocol CacheAccess {
  /// The cache of the calling thread as an owner. Odd where the thread has none, and where it must not touch it now.
  var cacheWord: UInt { get }
  /// The cache of the calling thread; nil where `cacheWord` is odd.
  var readyCache: UInt? { get }
  /// Begins a few instructions that no signal handler of the thread may come between: until `leave` it is told an odd word.
  func enter()
  /// Ends them. `word` is what `cacheWord` was before.
  func leave(_ word: UInt)
}

extension CacheAccess {
  @inlinable @inline(__always)
  package var readyCache: UInt? {
    let word = cacheWord
    return word & 1 != 0 ? nil : word
  }
}

/// What the slow paths ask and tell the calling thread.
package protocol ThreadAccess: CacheAccess {
  /// - Parameter soleCache: the cache of the only thread that uses the heap, and nil where several do.
  init(soleCache: UnsafeMutablePointer<ThreadCache>?)
  /// The thread's cache, if it has one, ready or not.
  var cache: UnsafeMutablePointer<ThreadCache>? { get }
  /// The thread, which is in a slow path, has this cache from now on.
  func take(_ cache: UnsafeMutablePointer<ThreadCache>)
  /// The thread ends, and gets no other cache. The one it had; nil, too, when it ends in the middle of a slow path.
  func end() -> UnsafeMutablePointer<ThreadCache>?
  var hasEnded: Bool { get }
  /// Begins a slow path. False in a signal handler that came between the instructions of a path of its own thread: lists may
  /// be half changed then, and any lock may be held.
  func enterSlowPath() -> Bool
  /// Whether somebody may look after the thread's cache, as it made no slow call for a while. In a slow path.
  var isResting: Bool { get }
  func leaveSlowPath()
  /// Begins to fork, as a slow path that takes all locks; false when the thread is in a slow path.
  func enterFork() -> Bool
  /// Whether the fork had begun so, and all locks are to be given back, before `leaveFork`.
  func hasEnteredFork() -> Bool
  func leaveFork()
}

/// Who is told of small blocks that the fast path gives and takes. On a fast path, as `CacheAccess`.
@usableFromInline
package protocol BlockObserver {
  /// The block of bit `bit` of the span's current word was given to somebody who asked for `byteCount` bytes.
  static func allocated(
    _ state: UnsafeMutablePointer<SpanState>, bit: Int, byteCount: UInt)
  /// Block `index` of the span was freed.
  static func freed(
    _ record: UnsafeMutablePointer<SpanRecord>, _ state: UnsafeMutablePointer<SpanState>,
    _ index: Int)
}

/// Who is told of spans and threads, on slow paths. Where `isOn`, spans keep the slack of each block (Slacks).
package protocol HeapObserver: BlockObserver, PageObserver {
  /// Spans of a class were made (1) or given back (-1).
  static func addSpans(_ sizeClass: Int, _ count: Int, byteCount: Int)
  /// The central list of the class has other spans, or other live blocks in them. Under its lock.
  static func addCentral(_ sizeClass: Int, spans: Int, liveBlocks: Int)
  /// A thread's cache is refilled for the `count`th time. Slow path, no lock is held.
  static func refilled<Policy>(_ count: UInt32, _ heap: Heap<Policy>)
  /// So many bytes went back to the system.
  static func purged(_ reason: PurgeReason, _ byteCount: Int)
  /// A thread has left a slow path. It is in no path of a heap and holds no lock.
  static func leftSlowPath()
  /// The calling thread ends.
  static func threadEnds()
}

/// Why memory goes back to the system.
package enum PurgeReason: Int {
  /// It was free for the purge delay.
  case age
  /// It is more than what may be kept.
  case budget
  /// Somebody asked for it.
  case trim
  /// The program did nothing for the purge delay.
  case idle
  /// It was kept for threads that sleep.
  case sleepers
  /// A burst was freed.
  case burst
  /// Whatever the reason: it was system pages between live blocks.
  case holes

  package static let count = 7
}

extension BlockObserver {
  @inlinable @inline(__always)
  package static func allocated(
    _ state: UnsafeMutablePointer<SpanState>, bit: Int, byteCount: UInt
  ) {}

  @inlinable @inline(__always)
  package static func freed(
    _ record: UnsafeMutablePointer<SpanRecord>, _ state: UnsafeMutablePointer<SpanState>,
    _ index: Int
  ) {}
}

extension HeapObserver {
  @inline(__always)
  package static func addSpans(_ sizeClass: Int, _ count: Int, byteCount: Int) {}
  @inline(__always)
  package static func addCentral(_ sizeClass: Int, spans: Int, liveBlocks: Int) {}
  @inline(__always)
  package static func refilled<Policy>(_ count: UInt32, _ heap: Heap<Policy>) {}
  @inline(__always)
  package static func purged(_ reason: PurgeReason, _ byteCount: Int) {}
  @inline(__always)
  package static func leftSlowPath() {}
  @inline(__always)
  package static func threadEnds() {}
}

/// Nobody is told.
@usableFromInline
package enum NoObserver: HeapObserver {}

/// A heap that one thread uses alone: its cache is a field of the handle, and nothing is locked.
package enum SolePolicy<Pages: PageSource>: HeapPolicy {
  package typealias Threads = SoleThread
  package typealias Observer = NoObserver
  package static var isShared: Bool { false }
}
