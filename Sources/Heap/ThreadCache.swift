// One thread's part of the heap: for each size class the span that malloc takes from, and a list of
// further spans with free blocks. A thread changes only its own cache and takes no lock for it; the
// cache's address is the owner that its spans' records name.
//
//   direct[(size + 15) / 16]   the current span of the size's class, for sizes up to 1024
//   current[class]             the same for every class; the heap's empty state where there is none
//   partial[class]             queue: each has a free block, or had when it was put there; the first
//                              has waited longest and gathered most of them
//   stash                      slices of emptied spans, for the next span of any class

import CShims
import Memory
import Platform
import Synchronization

package struct ThreadCache: ~Copyable {
  package typealias State = UnsafeMutablePointer<SpanState>

  // First, so that the fast path adds nothing to the cache's address.
  package var direct: InlineArray<65, State>
  package var current: InlineArray<89, State>
  package var partial: InlineArray<89, State?>
  /// The last span of each list in `partial`.
  package var partialEnd: InlineArray<89, State?>
  /// Spans in `partial` that another thread's cache made.
  package var foreignCounts = InlineArray<89, UInt8>(repeating: 0)
  package var stash = InlineArray<8, UnsafeMutablePointer<SpanRecord>?>(repeating: nil)
  package var stashCount = 0
  package var stashTime: UInt32 = 0
  /// Refills so far, by which some of them look at the clock.
  package var refillCount: UInt32 = 0
  /// The class whose partial spans the next tick looks at.
  package var nextSweptClass = 0
  /// Whether the thread is in a slow path, or was when the process forked.
  package var isBusy = false
  /// An address on the thread's stack.
  package var stackAddress: UInt = 0
  package var next: UnsafeMutablePointer<ThreadCache>?
  package var previous: UnsafeMutablePointer<ThreadCache>?

  /// Sizes up to this are found in `direct`.
  package static let largestDirect = 1024
  package static let stashLimit = 8

  /// A cache without spans.
  package init(emptyState: State) {
    direct = InlineArray(repeating: emptyState)
    current = InlineArray(repeating: emptyState)
    partial = InlineArray(repeating: nil)
    partialEnd = InlineArray(repeating: nil)
  }
}

extension UnsafeMutablePointer where Pointee == ThreadCache {
  /// The cache as an owner.
  @inline(__always)
  package var owner: UInt { UInt(bitPattern: self) }

  @inline(__always)
  private var directStates: UnsafeMutablePointer<UnsafeMutablePointer<SpanState>> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(
      to: UnsafeMutablePointer<SpanState>.self)
  }

  @inline(__always)
  private var currentStates: UnsafeMutablePointer<UnsafeMutablePointer<SpanState>> {
    directStates + 65
  }

  /// Takes a block of `byteCount` ≤ `largestDirect` bytes from the current span; 0 when its word
  /// has none left. No lock, no atomic operation, no call.
  @inline(__always)
  package func takeDirect(_ byteCount: UInt) -> UInt {
    Self.take(directStates[Int(bitPattern: (byteCount &+ 15) &>> 4)])
  }

  /// As `takeDirect`, by size class.
  @inline(__always)
  package func take(sizeClass: Int) -> UInt { Self.take(currentStates[sizeClass]) }

  @inline(__always)
  private static func take(_ state: UnsafeMutablePointer<SpanState>) -> UInt {
    let word = state.pointee.currentWord
    let bits = word.pointee
    if bits == 0 { return 0 }
    // A signal handler that took a block since the load makes this fail: the slow path tries again.
    if swiftmalloc_replace_word(word, bits, bits & (bits &- 1)) == 0 { return 0 }
    // By the word itself and fields that never change: the handler may have made another one current.
    let distance = UInt(bitPattern: word) &- UInt(bitPattern: state)
    let index = distance &<< 3 &+ UInt(bitPattern: bits.trailingZeroBitCount)
    return state.pointee.base &+ index &* UInt(state.pointee.blockSize)
  }

  /// Frees a live block of one of this thread's spans of one slice. No lock, no atomic operation,
  /// no call. Everything else is left to the slow path, and so is every pointer that is no such
  /// block.
  @inline(__always)
  package static func giveBack(_ address: UInt, to cache: UInt) -> FastFree {
    guard let record = PageMap.record(address) else { return .other }
    // A thread without a cache has owner 0 here, as has a record of no small span: its magic is 0.
    if record.pointee.owner.load(ordering: .relaxed) != cache { return .other }
    let magic = UInt64(record.pointee.magic)
    let product = UInt64(address & PageMap.sliceMask) &* magic
    if product & 0xffff_ffff >= magic { return .other }
    let index = Int(truncatingIfNeeded: product &>> 32)
    if index >= Int(record.pointee.capacity) { return .other }
    let state = record.pointee.state.unsafelyUnwrapped
    if !state.setLocal(index) { return .other }
    let countdown = state.pointee.countdown &- 1
    state.pointee.countdown = countdown
    return countdown == 0 ? .countdown(state) : .done
  }

  /// Makes `state` the span that malloc takes from in `sizeClass`, whose blocks of `blockSize` bytes
  /// serve the granules from `firstGranule` on.
  package func setCurrent(
    _ state: UnsafeMutablePointer<SpanState>, _ sizeClass: Int, blockSize: Int, firstGranule: Int
  ) {
    currentStates[sizeClass] = state
    if blockSize > ThreadCache.largestDirect { return }
    var granule = firstGranule
    while granule <= blockSize >> SizeClasses.granuleShift {
      directStates[granule] = state
      granule += 1
    }
  }

  package func pushPartial(_ state: UnsafeMutablePointer<SpanState>, _ sizeClass: Int) {
    state.pointee.position = .partial
    state.pointee.next = nil
    state.pointee.previous = pointee.partialEnd[sizeClass]
    if let last = pointee.partialEnd[sizeClass] {
      last.pointee.next = state
    } else {
      pointee.partial[sizeClass] = state
    }
    pointee.partialEnd[sizeClass] = state
    if state.pointee.home != owner {
      state.pointee.isForeign = true
      pointee.foreignCounts[sizeClass] += 1
    }
  }

  package func removePartial(_ state: UnsafeMutablePointer<SpanState>, _ sizeClass: Int) {
    if let previous = state.pointee.previous {
      previous.pointee.next = state.pointee.next
    } else {
      pointee.partial[sizeClass] = state.pointee.next
    }
    if let next = state.pointee.next {
      next.pointee.previous = state.pointee.previous
    } else {
      pointee.partialEnd[sizeClass] = state.pointee.previous
    }
    state.pointee.next = nil
    state.pointee.previous = nil
    state.pointee.position = .none
    if state.pointee.isForeign {
      state.pointee.isForeign = false
      pointee.foreignCounts[sizeClass] -= 1
    }
  }
}

/// What the fast path of free did.
package enum FastFree {
  case done
  /// The block is free, and the owner's slow path is to look at the span.
  case countdown(UnsafeMutablePointer<SpanState>)
  /// Nothing was done.
  case other
}
