// The counters of the calling thread as an observer of small blocks: each block's slack is kept beside its bits, and the
// thread's row is written. As on every fast path, no lock, no atomic operation, no call.

import CShims
import Heap
import Memory

package enum ThreadCounters: BlockObserver {
  @inline(__always)
  package static func allocated(
    _ state: UnsafeMutablePointer<SpanState>, bit: Int, byteCount: UInt
  ) {
    let index = Int(state.pointee.wordIndex) &<< 6 &+ bit
    state.setSlack(index, state.blockSize &- byteCount)
    LiveCounts.add(byteCount, state.sizeClass, to: row)
  }

  @inline(__always)
  package static func freed(
    _ record: UnsafeMutablePointer<SpanRecord>, _ state: UnsafeMutablePointer<SpanState>,
    _ index: Int
  ) {
    let blockSize = UInt(record.pointee.blockSize)
    let byteCount = blockSize &- state.slack(index, blockSize: blockSize)
    LiveCounts.subtract(byteCount, state.sizeClass, from: row)
  }

  // `CountingThread` has looked whether there is one.
  @inline(__always)
  private static var row: LiveCounts.Row { swiftmalloc_own_row().unsafelyUnwrapped }
}
