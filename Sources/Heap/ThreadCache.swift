// One thread's part of the heap: for each size class the span that malloc takes from, and a list of
// further spans with free blocks. A thread changes only its own cache and takes no lock for it; the
// cache's address is the owner that its spans' records name.
//
//   direct[(size + 15) / 16]   the current span of the size's class, for sizes up to 1024
//   current[class]             the same for every class; the heap's empty state where there is none
//   partial[class]             queue: each has a free block, or had when it was put there; the first
//                              has waited longest and gathered most of them
//   waiting                    freed blocks of other threads' spans (ThreadCache+Foreign)
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
  package var waiting = InlineArray<64, WaitingWord>(repeating: WaitingWord())
  package var waitingPlaces: UInt64 = 0
  package var waitingBytes = 0
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

  package let classes: SizeClasses

  /// Sizes up to this are found in `direct`.
  package static let largestDirect = 1024
  package static let stashLimit = 8

  /// A cache without spans.
  package init(classes: SizeClasses, emptyState: State) {
    self.classes = classes
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
  var directStates: UnsafeMutablePointer<UnsafeMutablePointer<SpanState>> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(
      to: UnsafeMutablePointer<SpanState>.self)
  }

  @inline(__always)
  var currentStates: UnsafeMutablePointer<UnsafeMutablePointer<SpanState>> {
    directStates + 65
  }

  @inline(__always)
  var waitingWords: UnsafeMutablePointer<WaitingWord> {
    UnsafeMutableRawPointer(currentStates + 89).assumingMemoryBound(to: WaitingWord.self)
  }

  /// Takes a block of `byteCount` bytes from the calling thread's cache; nil when that is not ready, when
  /// the word of the size's span has none left, and for sizes above `largestDirect`. No lock, no atomic
  /// operation, no call.
  @inline(__always)
  package static func takeDirect(_ byteCount: UInt) -> UInt? {
    if byteCount > UInt(ThreadCache.largestDirect) { return nil }
    let ready = swiftmalloc_ready_cache()
    if ready & 1 != 0 { return nil }
    let cache = Self(bitPattern: ready).unsafelyUnwrapped
    return take(cache.directStates + Int(bitPattern: (byteCount &+ 15) &>> 4), ready)
  }

  /// As `takeDirect`, for sizes up to that of the longest small block.
  @inline(__always)
  package static func takeFromWord(_ byteCount: UInt) -> UInt? {
    if byteCount > UInt(SizeClasses.largestBlock) { return nil }
    let ready = swiftmalloc_ready_cache()
    if ready & 1 != 0 { return nil }
    let cache = Self(bitPattern: ready).unsafelyUnwrapped
    let sizeClass = cache.pointee.classes.index(Int(bitPattern: byteCount))
    return take(cache.currentStates + sizeClass, ready)
  }

  /// As `takeFromWord`, from any opened word of the size's span.
  @inline(__always)
  package static func takeByClass(_ byteCount: UInt) -> UInt? {
    if byteCount > UInt(SizeClasses.largestBlock) { return nil }
    let ready = swiftmalloc_ready_cache()
    if ready & 1 != 0 { return nil }
    let cache = Self(bitPattern: ready).unsafelyUnwrapped
    return take(cache, cache.pointee.classes.index(Int(bitPattern: byteCount)), ready)
  }

  /// As `takeByClass`, at a multiple of `alignment`, a power of two.
  @inline(__always)
  package static func take(_ byteCount: UInt, alignment: UInt) -> UInt? {
    let longest = UInt(SizeClasses.largestBlock)
    if byteCount > longest || alignment > longest { return nil }
    let rounded = UInt(
      bitPattern: SizeClasses.roundUp(
        Int(bitPattern: byteCount), alignment: Int(bitPattern: alignment)))
    return takeDirect(rounded) ?? takeByClass(rounded)
  }

  @inline(__always)
  private static func take(_ cache: Self, _ sizeClass: Int, _ ready: UInt) -> UInt? {
    if let block = take(cache.currentStates + sizeClass, ready) { return block }
    swiftmalloc_enter_fast_path()
    let state = cache.currentStates[sizeClass]
    // What other threads freed is collected first: a block that was freed twice is found then.
    let hasBlock = state.summary.pointee.load(ordering: .relaxed) == 0 && state.selectWord()
    swiftmalloc_leave_fast_path(ready)
    return hasBlock ? take(cache.currentStates + sizeClass, ready) : nil
  }

  /// Takes a block of a size class from this cache, in a slow path.
  func take(sizeClass: Int) -> UInt? {
    Self.take(currentStates + sizeClass, swiftmalloc_ready_cache())
  }

  // By the place where the span stands: a handler may put another one there until the path is entered.
  @inline(__always)
  private static func take(
    _ place: UnsafeMutablePointer<UnsafeMutablePointer<SpanState>>, _ ready: UInt
  ) -> UInt? {
    swiftmalloc_enter_fast_path()
    let state = place.pointee
    let word = state.pointee.currentWord
    let bits = word.pointee
    if bits == 0 {
      swiftmalloc_leave_fast_path(ready)
      return nil
    }
    word.pointee = bits & (bits &- 1)
    let base = state.pointee.wordBase
    let blockSize = state.pointee.blockSize
    swiftmalloc_leave_fast_path(ready)
    return base &+ UInt(bitPattern: bits.trailingZeroBitCount) &* blockSize
  }

  /// Frees a live block in the slice of `record`, of one of the calling thread's spans. No lock, no atomic operation, no
  /// call. Everything else is left to the slow path, and so is every pointer that is no such block, and the free with which the
  /// span's countdown ends: then false, and nothing is done.
  @inline(__always)
  package static func giveBack(_ address: UInt, _ record: UnsafeMutablePointer<SpanRecord>) -> Bool
  {
    // A thread that is not ready has a number here that is no owner.
    let ready = swiftmalloc_ready_cache()
    // Before the owner is read: a handler may give the span away.
    swiftmalloc_enter_fast_path()
    let isDone = record.pointee.owner.load(ordering: .relaxed) == ready && setBit(record, address)
    swiftmalloc_leave_fast_path(ready)
    return isDone
  }

  @inline(__always)
  private static func setBit(
    _ record: UnsafeMutablePointer<SpanRecord>, _ address: UInt
  ) -> Bool {
    guard let index = record.index(address) else { return false }
    let state = record.pointee.state.unsafelyUnwrapped
    let countdown = state.pointee.countdown &- 1
    if countdown == 0 || swiftmalloc_set_bit(state.localWords + index &>> 6, UInt64(index)) != 0 {
      return false
    }
    state.pointee.countdown = countdown
    return true
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
      state.pointee.note = .foreign
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
    if state.pointee.note == .foreign {
      state.pointee.note = .none
      pointee.foreignCounts[sizeClass] -= 1
    }
  }
}
