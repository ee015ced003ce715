// One thread's part of the heap: for each size class the span that malloc takes from, and a list of
// further spans with free blocks. A thread changes only its own cache and takes no lock for it; the address of its cache of
// the process' heap is the owner that its spans' records name.
//
//   direct[(size + 15) / 16]   the current span of the size's class, for sizes up to 1024
//   current[class]             the same for every class; the heap's empty state where there is none
//   partial[class]             queue: each has a free block, or had when it was put there; the first
//                              has waited longest and gathered most of them
//   pending                    freed blocks of other threads' spans (ThreadCache+Pending)
//   stash                      slices of emptied spans, for the next span of any class

import CShims
import Memory
import Platform
import Synchronization

/// That for the classes there are, with a direct way to them for sizes up to 1024.
@usableFromInline
package typealias ThreadCache = SizedThreadCache<65, 89>

/// - Parameters:
///   - granuleCount: sizes that have a direct way to their class, in granules, with 0.
///   - classCount: class numbers, as `SizeClasses.limit`.
@usableFromInline
package struct SizedThreadCache<let granuleCount: Int, let classCount: Int>: ~Copyable {
  @usableFromInline package typealias State = UnsafeMutablePointer<SpanState>
  package typealias Stash = InlineArray<8, UnsafeMutablePointer<SpanRecord>?>

  // First, so that the fast path adds nothing to the cache's address.
  package var direct: InlineArray<granuleCount, State>
  package var current: InlineArray<classCount, State>
  package var pending = InlineArray<64, PendingWord>(repeating: PendingWord())
  package var pendingPlaces: UInt64 = 0
  package var pendingBytes = 0
  package var partial: InlineArray<classCount, State?>
  /// The last span of each list in `partial`.
  package var partialEnd: InlineArray<classCount, State?>
  /// Four times the free blocks that spans of `partial` had on average when malloc began to take from them, as it fades.
  /// More than `partialYieldLimit` of a span do not count.
  package var partialYields = InlineArray<classCount, UInt8>(repeating: 255)
  /// Spans in `partial` that another thread's cache made.
  package var adoptedCounts = InlineArray<classCount, UInt8>(repeating: 0)
  package var stash = Stash(repeating: nil)
  package var stashCount = 0
  package var stashTime: UInt32 = 0
  /// Whether emptied slices go to the stash: from a new span on, until the thread has several idle ones.
  package var keepsStash = true
  /// How often spans wanted to open more blocks, as refills brought few.
  package var wishes: UInt8 = 0
  /// Refills so far, by which some of them look at the clock.
  package var refillCount: UInt32 = 0
  /// The class whose partial spans the next tick looks at.
  package var nextSweptClass = 0
  /// The pass that gives unused pages back (Heap+Holes): when the last one ended, slow calls since, the class that comes
  /// next, and the span that is looked at next.
  package var lookTime: UInt32 = 0
  /// When the last tick looked for what is due.
  package var tickTime: UInt32 = 0
  package var ticks: UInt8 = 0
  package var lookClass = 0
  package var nextLooked: State?
  /// Spans in the lists of `partial`.
  package var partialCount = 0
  /// What of a burst goes back while it is freed (Heap+Burst).
  package var drain = BurstDrain()
  /// Whether the thread is in a slow path, or was when the process forked.
  package let isBusy = Atomic<Bool>(false)
  /// How the thread rests (CacheRest). What follows belongs to whoever took the cache.
  package let rest = Atomic<UInt32>(CacheRest.active)
  /// Where the thread's words are; 0 when they cannot be relied on: nobody takes the cache then.
  package var threadMark: UInt = 0
  /// When it began to rest so, and the last look at it.
  package var restTime: UInt32 = 0
  package var lookNumber: UInt32 = 0
  /// The walk over the spans: the class and the span that come next, no class while there is no walk; spans that were
  /// visited and are kept, and whether one of them, or another gate, was open.
  package var restClass: Int?
  package var restNext: State?
  package var restCount = 0
  package var hasNewlyClosed = false
  /// Looks that found the thread in a fast path.
  package var tries: UInt8 = 0
  /// The spans that malloc took from when the gates were closed, by their `next`.
  package var left: State?
  /// Whether its thread was not there any more after a fork.
  package var isOrphan = false
  /// `Sampling.epoch` when the current spans drew their sampling points.
  package var samplingEpoch: UInt32 = 0
  /// An address on the thread's stack.
  package var stackAddress: UInt = 0
  package var next: UnsafeMutablePointer<Self>?
  package var previous: UnsafeMutablePointer<Self>?

  /// Who owns its spans, as their records name it: the thread's cache of the process' heap, and of a heap for one thread the
  /// cache itself.
  package var owner: UInt = 0
  package let classes: SizeClasses
  /// As records know it: blocks of another heap do not wait here.
  package let heap: UnsafeMutableRawPointer

  /// Sizes up to this are found in `direct`.
  @inlinable @inline(__always)
  package static var largestDirect: Int { (granuleCount - 1) << SizeClasses.granuleShift }
  package static var stashLimit: Int { Stash.count }

  /// A cache without spans.
  package init(classes: SizeClasses, emptyState: State, heap: UnsafeMutableRawPointer) {
    self.classes = classes
    self.heap = heap
    direct = InlineArray(repeating: emptyState)
    current = InlineArray(repeating: emptyState)
    partial = InlineArray(repeating: nil)
    partialEnd = InlineArray(repeating: nil)
  }
}

extension UnsafeMutablePointer where Pointee == ThreadCache {
  /// The owner that the records of its spans name.
  @inline(__always)
  package var owner: UInt { pointee.owner }

  @inlinable @inline(__always)
  package var directStates: UnsafeMutablePointer<UnsafeMutablePointer<SpanState>> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(
      to: UnsafeMutablePointer<SpanState>.self)
  }

  @inline(__always)
  var currentStates: UnsafeMutablePointer<UnsafeMutablePointer<SpanState>> {
    directStates + ThreadCache.granuleCount
  }

  /// Where the current span of a size up to `largestDirect` stands.
  @inlinable @inline(__always)
  package func directPlace(
    _ byteCount: UInt
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<SpanState>> {
    directStates + Int(bitPattern: (byteCount &+ 15) &>> 4)
  }

  /// Where the current span of a size up to that of the longest small block stands.
  @inline(__always)
  func place(_ byteCount: UInt) -> UnsafeMutablePointer<UnsafeMutablePointer<SpanState>> {
    if byteCount <= UInt(ThreadCache.largestDirect) { return directPlace(byteCount) }
    return currentStates + pointee.classes.longIndex(Int(bitPattern: byteCount))
  }

  @inline(__always)
  var pendingWords: UnsafeMutablePointer<PendingWord> {
    UnsafeMutableRawPointer(currentStates + ThreadCache.classCount).assumingMemoryBound(
      to: PendingWord.self)
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
    state.list = .partial
    pointee.partialCount += 1
    state.next = nil
    state.previous = pointee.partialEnd[sizeClass]
    if let last = pointee.partialEnd[sizeClass] {
      last.pointee.next = state
    } else {
      pointee.partial[sizeClass] = state
    }
    pointee.partialEnd[sizeClass] = state
    if state.maker != owner {
      state.listFlag = .adopted
      pointee.adoptedCounts[sizeClass] += 1
    }
  }

  package func removePartial(_ state: UnsafeMutablePointer<SpanState>, _ sizeClass: Int) {
    pointee.partialCount -= 1
    if pointee.nextLooked == state { pointee.nextLooked = state.next }
    if let previous = state.previous {
      previous.pointee.next = state.next
    } else {
      pointee.partial[sizeClass] = state.next
    }
    if let next = state.next {
      next.pointee.previous = state.previous
    } else {
      pointee.partialEnd[sizeClass] = state.previous
    }
    state.next = nil
    state.previous = nil
    state.list = .none
    if state.listFlag == .adopted {
      state.listFlag = .none
      pointee.adoptedCounts[sizeClass] -= 1
    }
  }
}
