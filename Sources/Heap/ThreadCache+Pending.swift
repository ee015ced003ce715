// Blocks of other threads' spans that this thread freed. They wait here as bits, so that one atomic operation or
// one lock serves several of a word, and are never given out again by this thread: neighbours of another thread's
// blocks would share its cache lines.
//
//   pending[slice & 63]   one word of a span's block bits and the blocks of it that wait; a block of another word
//                         takes the place, and what waited there is freed
//   pendingBytes = Σ bytes of the blocks that wait
//   bit i of pendingPlaces is set  ⇔  pending[i] has blocks

import CShims
import Memory
import Synchronization

extension FastPath {
  /// Lets a block of another thread's or of a central span wait in the calling thread's cache. False when the
  /// cache may not be used or has no room, when the block seems to wait already, and when it is no such block of the
  /// cache's heap.
  @inline(__always)
  package func batchRemoteFree(_ address: UInt, _ record: Record) -> Bool {
    let word = threads.cacheWord
    if word & 1 != 0 { return false }
    let cache = Cache(bitPattern: word).unsafelyUnwrapped
    let owner = record.pointee.owner.load(ordering: .relaxed)
    guard owner >= SpanOwner.central, owner != word, record.spanHeap == cache.pointee.heap,
      let index = record.index(address),
      let state = record.state, !PendingMark.isSet(address),
      !Cache.isFreeElsewhere(record, index, owner)
    else { return false }
    threads.enter()
    let hasPlace = cache.hasPlace(record, index)
    if hasPlace {
      // While the block is live: once it waits, another thread may free the span.
      Policy.Observer.freed(record, state, index)
      cache.addPending(address, record, index)
    }
    threads.leave(word)
    return hasPlace
  }
}

/// The blocks of one word that wait.
package struct PendingWord {
  /// The address of the span's record, whose low bits are zero, + the word's number.
  package var key: UInt = 0
  package var bits: UInt64 = 0

  package init() {}

  @inline(__always)
  static func key(_ record: UnsafeMutablePointer<SpanRecord>, _ index: Int) -> UInt {
    UInt(bitPattern: record) &+ UInt(bitPattern: index &>> 6)
  }

  private static var wordMask: UInt { UInt(MemoryLayout<SpanRecord>.stride - 1) }

  package var record: UnsafeMutablePointer<SpanRecord> {
    UnsafeMutablePointer(bitPattern: key & ~Self.wordMask).unsafelyUnwrapped
  }

  package var blocks: BlocksOfWord { BlocksOfWord(word: Int(key & Self.wordMask), bits: bits) }
}

extension UnsafeMutablePointer where Pointee == ThreadCache {
  /// Bytes of blocks that may wait.
  private static var pendingByteLimit: Int { 1 << 16 }

  /// Where blocks of the record's span wait.
  @inline(__always)
  private static func place(_ record: UnsafeMutablePointer<SpanRecord>) -> Int {
    let stride = UInt(bitPattern: MemoryLayout<SpanRecord>.stride)
    return Int(bitPattern: (UInt(bitPattern: record) / stride) & 63)
  }

  /// Whether the block of a central or another thread's span is free by a bit that this thread may look at without a
  /// lock: it is stable while the block is live. The owner's own bits change all the time, and are left to it.
  @inline(__always)
  static func isFreeElsewhere(
    _ record: UnsafeMutablePointer<SpanRecord>, _ index: Int, _ owner: UInt
  ) -> Bool {
    guard let state = record.state else { return true }
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: index & 63)
    if state.remoteWords(of: record)[index &>> 6].load(ordering: .relaxed) & bit != 0 {
      return true
    }
    return owner == SpanOwner.central && state.localWords[index &>> 6].free & bit != 0
  }

  /// Whether a block that does not wait may, and nothing is to be freed before.
  @inline(__always)
  func hasPlace(_ record: UnsafeMutablePointer<SpanRecord>, _ index: Int) -> Bool {
    let word = pendingWords[Self.place(record)]
    if word.bits == 0 { return hasRoom(record) }
    let isPending = word.bits &>> UInt64(truncatingIfNeeded: index & 63) & 1 != 0
    return word.key == PendingWord.key(record, index) && !isPending && hasRoom(record)
  }

  /// Whether with one more block of the span there are fewer bytes than may wait.
  @inline(__always)
  func hasRoom(_ record: UnsafeMutablePointer<SpanRecord>) -> Bool {
    pointee.pendingBytes &+ Int(record.blockSize) < Self.pendingByteLimit
  }

  /// Adds the block at `address` to those of its word, in a place that is empty or has this word.
  @inline(__always)
  func addPending(
    _ address: UInt, _ record: UnsafeMutablePointer<SpanRecord>, _ index: Int
  ) {
    let place = Self.place(record)
    PendingMark.set(address)
    pendingWords[place].key = PendingWord.key(record, index)
    pendingWords[place].bits |= 1 &<< UInt64(truncatingIfNeeded: index & 63)
    pointee.pendingPlaces |= 1 &<< UInt64(truncatingIfNeeded: place)
    pointee.pendingBytes &+= Int(record.blockSize)
  }

  /// Takes the blocks that wait where those of the record's span do; nil when there are none.
  func takePending(_ record: UnsafeMutablePointer<SpanRecord>) -> PendingWord? {
    takePending(place: Self.place(record))
  }

  /// Takes the blocks of any word; nil when none wait.
  func takeAnyPending() -> PendingWord? {
    // A signal handler that left the fast path by a jump may have left a place without blocks.
    while pointee.pendingPlaces != 0 {
      if let word = takePending(place: pointee.pendingPlaces.trailingZeroBitCount) { return word }
    }
    return nil
  }

  private func takePending(place: Int) -> PendingWord? {
    pointee.pendingPlaces &= ~(1 << UInt64(place))
    let word = pendingWords[place]
    if word.bits == 0 { return nil }
    pendingWords[place].bits = 0
    pointee.pendingBytes -= word.blocks.count * Int(word.record.blockSize)
    return word
  }

  /// Counts the bytes again that wait.
  func recountPending() {
    var byteCount = 0
    for place in 0..<pointee.pending.count where pendingWords[place].bits != 0 {
      let word = pendingWords[place]
      byteCount += word.blocks.count * Int(word.record.blockSize)
    }
    pointee.pendingBytes = byteCount
  }

  /// Whether block `index` of a span waits here. A thread may ask it of another's cache: a block that is live for
  /// the asking thread was taken from there, if it ever was there, before it was given out again.
  func isPending(_ record: UnsafeMutablePointer<SpanRecord>, _ index: Int) -> Bool {
    let place = pendingWords + Self.place(record)
    let key = PendingWord.key(record, index)
    if place.pointee.key != key || place.pointee.bits >> UInt64(index & 63) & 1 == 0 {
      return false
    }
    // The holder may have put another word's blocks there meanwhile.
    atomicMemoryFence(ordering: .acquiring)
    return place.pointee.key == key
  }

  /// Whether a block of the record's span waits here. While its thread does nothing.
  func isPending(_ record: UnsafeMutablePointer<SpanRecord>) -> Bool {
    let word = pendingWords[Self.place(record)]
    return word.bits != 0 && word.record == record
  }

  /// Blocks that wait.
  package var pendingCount: Int {
    var count = 0
    for place in 0..<pointee.pending.count { count += pendingWords[place].bits.nonzeroBitCount }
    return count
  }
}
