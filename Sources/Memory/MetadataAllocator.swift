// Memory for the allocator's own records: thread caches and block bits. It lies in mappings of
// its own between inaccessible pages, so that no overflow of a block reaches it. Freed pieces go
// to a list per size and are used again; chunks are given back with the heap, if at all.
//
//   | guard | piece piece piece …  →next      (not committed)      chunkEnd | guard |
//
// Where chunks are to be given back, the first unit holds the address of the chunk before and this one's
// length.

import Platform

package struct MetadataAllocator<Pages: PageSource>: ~Copyable {
  package let lock = Lock()
  private let pages: Pages
  private var next: UInt = 0
  private var committedEnd: UInt = 0
  private var chunkEnd: UInt = 0
  // Whether chunks are linked, and the newest one; 0: none.
  private let isReleasable: Bool
  private var chunk: UInt = 0
  // Heads of the lists of freed pieces, by size in units of `unit`; a freed piece's first word is
  // the next one.
  private var freePieces = InlineArray<65, UInt>(repeating: 0)
  /// Bytes taken from the system that are readable and writable.
  package private(set) var committedBytes = 0

  private static var unit: Int { 64 }
  private static var chunkByteCount: Int { 1 << 20 }
  private static var commitByteCount: Int { 1 << 16 }
  /// The longest piece there is.
  package static var pieceLimit: Int { 64 * unit }

  package init(pages: Pages, isReleasable: Bool = false) {
    self.pages = pages
    self.isReleasable = isReleasable
  }

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
      committedEnd += UInt(step)
      committedBytes += step
    }
    return true
  }

  private mutating func reserveChunk() -> Bool {
    var byteCount = Self.chunkByteCount
    // A small buffer has room for a short one only.
    while byteCount >= Self.commitByteCount {
      if let start = pages.reserve(byteCount: byteCount + 2 * Self.guardByteCount) {
        next = start + UInt(Self.guardByteCount)
        committedEnd = next
        chunkEnd = next + UInt(byteCount)
        return !isReleasable || link(byteCount)
      }
      byteCount /= 2
    }
    return false
  }

  private static var guardByteCount: Int { max(System.pageSize, commitByteCount) }

  // MARK: Giving back

  /// Puts the new chunk's link at its beginning.
  private mutating func link(_ byteCount: Int) -> Bool {
    let start = next
    if !extend(by: UInt(Self.unit)) {
      release(start, byteCount)
      next = 0
      committedEnd = 0
      chunkEnd = 0
      return false
    }
    let words = UnsafeMutablePointer<UInt>(bitPattern: start).unsafelyUnwrapped
    words[0] = chunk
    words[1] = UInt(byteCount)
    chunk = start
    next = start + UInt(Self.unit)
    return true
  }

  private func release(_ start: UInt, _ byteCount: Int) {
    let first = start - UInt(Self.guardByteCount)
    _ = pages.release(first, byteCount: byteCount + 2 * Self.guardByteCount)
  }

  /// Gives every chunk of a releasable allocator back. Nothing that was allocated is used any more, nor is the
  /// allocator.
  package mutating func releaseAll() {
    while let words = UnsafePointer<UInt>(bitPattern: chunk) {
      let start = chunk
      let byteCount = Int(words[1])
      chunk = words[0]
      release(start, byteCount)
    }
  }
}
