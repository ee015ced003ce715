// What differs between heaps, decided when the code is compiled: the same fast path serves each of them.
//
//   policy            the thread finds its cache          who is told of blocks
//   ProcessPolicy     by a thread-local word              nobody
//   CountingPolicy    the same, where calls are counted   the thread's row of counters
//   SolePolicy        in the heap's handle                nobody

import Memory

package protocol HeapPolicy {
  associatedtype Threads: CacheAccess
  associatedtype Observer: BlockObserver
}

/// How the calling thread finds its cache. On a fast path, so no function of it may call anything.
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
  @inline(__always)
  package var readyCache: UInt? {
    let word = cacheWord
    return word & 1 != 0 ? nil : word
  }
}

/// Who is told of small blocks that the fast path gives and takes. On a fast path, as `CacheAccess`.
package protocol BlockObserver {
  /// Whether it looks at more than single blocks now and then: where a span's word is opened, on the slow path.
  static var takesSamples: Bool { get }
  /// The block of bit `bit` of the span's current word was given to somebody who asked for `byteCount` bytes.
  static func allocated(
    _ state: UnsafeMutablePointer<SpanState>, bit: Int, byteCount: UInt)
  /// Block `index` of the span was freed.
  static func freed(
    _ record: UnsafeMutablePointer<SpanRecord>, _ state: UnsafeMutablePointer<SpanState>,
    _ index: Int)
}

/// Nobody is told.
package enum NoObserver: BlockObserver {
  @inline(__always)
  package static var takesSamples: Bool { false }

  @inline(__always)
  package static func allocated(
    _ state: UnsafeMutablePointer<SpanState>, bit: Int, byteCount: UInt
  ) {}

  @inline(__always)
  package static func freed(
    _ record: UnsafeMutablePointer<SpanRecord>, _ state: UnsafeMutablePointer<SpanState>,
    _ index: Int
  ) {}
}

/// The heap of the process.
package enum ProcessPolicy: HeapPolicy {
  package typealias Threads = ReadyThread
  package typealias Observer = NoObserver
}

/// The heap of a process that counts calls.
package enum CountingPolicy: HeapPolicy {
  package typealias Threads = CountingThread
  package typealias Observer = ThreadCounters
}

/// A heap that one thread uses alone.
package enum SolePolicy: HeapPolicy {
  package typealias Threads = SoleThread
  package typealias Observer = NoObserver
}
