// The life of a small block, from the entry of malloc to the first slow call, and of free. No lock, no atomic operation
// that costs anything, no call. What one of these functions does not do it leaves to the next one, and the last one to
// the heap's slow path (Heap+Entry):
//
//   allocate            the lowest claimed block of the current span             most calls
//   allocateRefilling   claims the next word of that span with free blocks       once for the blocks of a word
//   free                sets the block's free bit                                most calls
//   freeWord            as free, when all blocks of the word are free then       once for the blocks of a word
//
// malloc takes claimed bits, free sets free bits: two words next to each other, so that a block that is freed and
// allocated at once does not wait for a store to be read again. A second free finds the block's bit in one of the two.
//
// A signal handler of the same thread comes before `enter` or after `leave`, and otherwise takes slow paths that touch
// none of this. So what was read before `enter` may have changed since.

import CShims
import Memory
import Synchronization

@usableFromInline
package struct FastPath<Policy: FastPathPolicy> {
  @usableFromInline package typealias Cache = UnsafeMutablePointer<ThreadCache>
  @usableFromInline package typealias State = UnsafeMutablePointer<SpanState>
  @usableFromInline package typealias Record = UnsafeMutablePointer<SpanRecord>

  @usableFromInline let threads: Policy.Threads

  @inlinable @inline(__always)
  package init(_ threads: Policy.Threads) { self.threads = threads }

  // MARK: Allocation

  /// A block of `byteCount` bytes from the calling thread's cache; nil when that may not be used, when the size's
  /// current span has no claimed block left, and for sizes above `ThreadCache.largestDirect`.
  @inlinable @inline(__always)
  package func allocate(_ byteCount: UInt) -> UInt? { allocateBlock(byteCount)?.address }

  /// As `allocate`, and how long the block is.
  @inlinable @inline(__always)
  package func allocateBlock(_ byteCount: UInt) -> (address: UInt, byteCount: UInt)? {
    if byteCount > UInt(ThreadCache.largestDirect) { return nil }
    guard let word = threads.readyCache else { return nil }
    let place = Cache(bitPattern: word).unsafelyUnwrapped.directPlace(byteCount)
    threads.enter()
    let state = place.pointee
    guard let address = takeClaimed(state, byteCount) else {
      threads.leave(word)
      return nil
    }
    let blockSize = state.blockSize
    threads.leave(word)
    return (address, blockSize)
  }

  /// As `allocate`, from any opened word of the current span, for `byteCount` bytes in the shortest blocks of `rounded`
  /// bytes; nil for more than `SizeClasses.largestBlock`, too.
  @inline(__always)
  package func allocateRefilling(_ byteCount: UInt, rounded: UInt) -> UInt? {
    if rounded > UInt(SizeClasses.largestBlock) { return nil }
    let word = threads.cacheWord
    if word & 1 != 0 { return nil }
    let place = Cache(bitPattern: word).unsafelyUnwrapped.place(rounded)
    threads.enter()
    let state = place.pointee
    var address = takeClaimed(state, byteCount)
    // What other threads freed is collected first, by the slow path: a block that was freed twice is found then. And
    // it opens more blocks when it is time to, and claims the word with the next sampled block.
    if address == nil, state.summary.pointee.load(ordering: .relaxed) == 0, !state.wantsBlocks,
      !state.isSampleNear, state.claimWord()
    {
      address = takeClaimed(state, byteCount)
    }
    threads.leave(word)
    return address
  }

  /// The lowest claimed block of the span; nil when there is none. Between `enter` and `leave`.
  @inlinable @inline(__always)
  func takeClaimed(_ state: State, _ byteCount: UInt) -> UInt? {
    let word = state.pointee.currentWord
    let bits = word.pointee.claimed
    if bits == 0 { return nil }
    word.pointee.claimed = bits & (bits &- 1)
    let bit = bits.trailingZeroBitCount
    Policy.Observer.allocated(state, bit: bit, byteCount: byteCount)
    return state.pointee.wordBase &+ UInt(bitPattern: bit) &* state.blockSize
  }

  // MARK: Free

  /// Frees a live block in the slice of `record`, of one of the calling thread's spans. False, and nothing is done, for
  /// every other pointer, and when all blocks of the block's word would be free then.
  @inlinable @inline(__always)
  package func free(_ address: UInt, _ record: Record) -> Bool {
    // No owner is odd but those that no thread is.
    let word = threads.cacheWord
    // Before the owner is read: a handler may give the span away.
    threads.enter()
    let (owner, state) = ownerAndState(record)
    let isDone = owner == word && setFree(record, state, address) { _, _ in false }
    threads.leave(word)
    return isDone
  }

  /// As `free`; false only when the span would be empty then, or nearly so, or it is time to look at the clock.
  @inline(__always)
  package func freeWord(_ address: UInt, _ record: Record) -> Bool {
    let word = threads.cacheWord
    if word & 1 != 0 { return false }
    threads.enter()
    let (owner, state) = ownerAndState(record)
    let isDone = owner == word && setFree(record, state, address) { $0.keepsFreeWord($1) }
    threads.leave(word)
    return isDone
  }

  /// The owner, which is a record's first word. A relaxed atomic load, but one that the compiler may make part of the
  /// comparison.
  @inlinable @inline(__always)
  func owner(_ record: Record) -> UInt {
    UnsafeRawPointer(record).load(as: UInt.self)
  }

  /// The owner, and the state's address, which is the word behind it.
  @inlinable @inline(__always)
  func ownerAndState(_ record: Record) -> (UInt, UInt) {
    (owner(record), swiftmalloc_loaded_here(UInt(bitPattern: record.state)))
  }

  @inlinable @inline(__always)
  func setFree(
    _ record: Record, _ state: UInt, _ address: UInt, ifWordIsFree keeps: (State, Int) -> Bool
  ) -> Bool {
    guard let index = record.index(address) else { return false }
    let state = State(bitPattern: state).unsafelyUnwrapped
    let word = state.localWord(index &>> 6)
    let bit = UInt64(truncatingIfNeeded: index)
    let free = word.pointee.free
    let freed = swiftmalloc_with_bit(free, bit)
    if (free | word.pointee.claimed) &>> bit & 1 != 0 { return false }
    if freed == .max, !keeps(state, index &>> 6) { return false }
    word.pointee.free = freed
    Policy.Observer.freed(record, state, index)
    return true
  }
}
