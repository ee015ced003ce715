// Memory for the allocator's own records: thread caches and block bits. It lies in mappings of
// its own between inaccessible pages, so that no overflow of a block reaches it. Freed pieces go
// to a list per size and are used again; chunks are given back all at once, with their heap. A heap that ends before the process
// has its first chunk beside its state, for one mapping less (`begin`).
//
//   | guard | the chunk before | piece piece piece …  →next      (not committed)      chunkEnd | guard |

import Platform

package struct MetadataAllocator<Policy: PagePolicy>: ~Copyable {
  package let lock = HeapLock<Policy>(.metadataLock)
  private let pages: Policy.Pages
  private var next: UInt = 0
  private var committedEnd: UInt = 0
  private var chunkEnd: UInt = 0
  // The newest chunk's mapping; its first words name the one before it.
  private var chunk: UInt = 0
  // Heads of the lists of freed pieces, by size in units of `unit`; a freed piece's first word is
  // the next one.
  private var freePieces = InlineArray<129, UInt>(repeating: 0)
  /// Bytes taken from the system that are readable and writable.
  package private(set) var committedBytes = 0

  /// Of these, such as were given out once, in whole pages.
  package var usedBytes: Int {
    committedBytes - Int(committedEnd - next) & ~(System.pageSize - 1)
  }

  private static var unit: Int { 64 }
  private static var chunkByteCount: Int { 1 << 20 }
  private static var commitByteCount: Int { 1 << 16 }
  private static var guardByteCount: Int { max(System.pageSize, commitByteCount) }
  /// The longest piece there is.
  package static var pieceLimit: Int { 128 * unit }

  package init(pages: Policy.Pages) { self.pages = pages }

  /// Memory for `byteCount` ≤ `pieceLimit` bytes at a cache line's start, or nil. Zero only when it
  /// is new: the caller initialises all of it.
  package mutating func allocate(byteCount: Int) -> UInt? {
    lock.lock()
    defer { lock.unlock() }
    let units = (byteCount + Self.unit - 1) / Self.unit
    let recycled = freePieces[units]
    if recycled != 0 {
      freePieces[units] = UnsafePointer<UInt>(bitPattern: recycled).unsafelyUnwrapped.pointee
      return recycled
    }
    let length = UInt(units * Self.unit)
    if next + length > committedEnd, !extend(by: length) { return split(units) }
    defer { next += length }
    return next
  }

  /// Bytes that `begin` takes.
  package static var firstByteCount: Int { commitByteCount }

  /// Begins with committed memory of the heap's own mapping. Before the heap is used.
  package mutating func begin(_ start: UInt) {
    donate(start, byteCount: Self.firstByteCount)
    committedBytes += Self.firstByteCount
    Policy.Observer.add(.metadata, Self.firstByteCount)
  }

  /// Takes committed memory over, when the system has no more to give.
  package mutating func donate(_ start: UInt, byteCount: Int) {
    lock.lock()
    defer { lock.unlock() }
    next = start
    committedEnd = start + UInt(byteCount)
    chunkEnd = committedEnd
  }

  /// Takes back what `allocate` gave for the same `byteCount`.
  package mutating func free(_ piece: UInt, byteCount: Int) {
    lock.lock()
    defer { lock.unlock() }
    push(piece, (byteCount + Self.unit - 1) / Self.unit)
  }

  // When the system has no more: the beginning of a longer freed piece.
  private mutating func split(_ units: Int) -> UInt? {
    for longer in (units + 1)..<max(freePieces.count, units + 1) where freePieces[longer] != 0 {
      let piece = freePieces[longer]
      freePieces[longer] = UnsafePointer<UInt>(bitPattern: piece).unsafelyUnwrapped.pointee
      push(piece + UInt(units * Self.unit), longer - units)
      return piece
    }
    return nil
  }

  private mutating func push(_ piece: UInt, _ units: Int) {
    UnsafeMutablePointer<UInt>(bitPattern: piece).unsafelyUnwrapped.pointee = freePieces[units]
    freePieces[units] = piece
  }

  // A chunk is some hundred times longer than the longest piece: what is left of the old one is
  // let go.
  private mutating func extend(by length: UInt) -> Bool {
    if next + length > chunkEnd, !reserveChunk() { return false }
    while next + length > committedEnd {
      let step = min(Self.commitByteCount, Int(chunkEnd - committedEnd))
      if !pages.commit(committedEnd, byteCount: step) { return false }
      noteCommitted(step)
    }
    return true
  }

  private mutating func reserveChunk() -> Bool {
    let length = Self.chunkByteCount + 2 * Self.guardByteCount
    guard let start = pages.reserve(byteCount: length) else { return false }
    let first = start + UInt(Self.guardByteCount)
    guard pages.commit(first, byteCount: Self.commitByteCount) else {
      _ = pages.release(start, byteCount: length)
      return false
    }
    UnsafeMutablePointer<UInt>(bitPattern: first).unsafelyUnwrapped.pointee = chunk
    chunk = start
    next = first + UInt(Self.unit)
    committedEnd = first
    chunkEnd = first + UInt(Self.chunkByteCount)
    noteCommitted(Self.commitByteCount)
    return true
  }

  private mutating func noteCommitted(_ byteCount: Int) {
    committedEnd += UInt(byteCount)
    committedBytes += byteCount
    Policy.Observer.add(.metadata, byteCount)
  }

  /// Gives all memory back, the pieces in use with it. Nothing is allocated here afterwards.
  package mutating func releaseAll() {
    while chunk != 0 {
      let start = chunk
      chunk =
        UnsafePointer<UInt>(bitPattern: start + UInt(Self.guardByteCount)).unsafelyUnwrapped.pointee
      _ = pages.release(start, byteCount: Self.chunkByteCount + 2 * Self.guardByteCount)
    }
  }
}
