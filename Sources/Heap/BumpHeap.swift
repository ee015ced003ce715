// A heap whose blocks go all at once: each block lies behind the last one, and a single free only
// counts. The memory are medium blocks of a heap of one thread.
//
//   chunk   | end of the blocks | size word, block | size word, block | …   next            end |
//
//   size word   the block's usable bytes, a multiple of 8; bit 0: it was freed, or it is a gap before an aligned block
//
// Blocks of more than a quarter of the longest chunk are blocks of that other heap, and are freed at once.

import Memory

package struct BumpHeap<Policy: HeapPolicy> where Policy.Threads == SoleThread {
  package let heap: Heap<Policy>
  private let state: UnsafeMutablePointer<BumpState>

  private static var longestChunk: Int { 1 << 20 }
  private static var longestBlock: Int { BumpRoom.longestBlock }
  private static var wordSize: UInt { BumpRoom.wordSize }
  /// From a chunk's beginning to its first block.
  static var headSize: UInt { 16 }

  /// A new heap, or nil when the pages are refused. Its room is at `place`; with nil in the heap's own memory, at
  /// `stateAddress`.
  package init?(
    pages: Policy.Pages, settings: HeapSettings, place: UnsafeMutablePointer<BumpRoom>? = nil
  ) {
    guard let heap = Heap<Policy>(pages: pages, settings: settings) else { return nil }
    let piece = heap.metadataAllocator.allocate(byteCount: MemoryLayout<BumpState>.stride)
    guard let piece, let own = UnsafeMutablePointer<BumpRoom>(bitPattern: piece) else {
      heap.destroy()
      return nil
    }
    self.init(heap: heap, state: piece)
    state.initialize(to: BumpState(place: place ?? own))
  }

  /// A heap that there is: the same as that of which these are `heap` and `stateAddress`.
  package init(heap: Heap<Policy>, state: UInt) {
    self.heap = heap
    self.state = UnsafeMutablePointer(bitPattern: state).unsafelyUnwrapped
  }

  package var stateAddress: UInt { UInt(bitPattern: state) }
  private var room: UnsafeMutablePointer<BumpRoom> { state.pointee.place }
  /// Live blocks, but for those beyond a quarter of a mebibyte, once `countRemaining` has counted
  /// them and no more are allocated.
  package var remainingCount: Int { state.pointee.remainingCount }

  // MARK: Allocation

  /// The address of a block of at least `byteCount` ≤ PTRDIFF_MAX bytes, aligned to 16; 0 when
  /// there is no memory for it.
  @inline(__always)
  package func allocate(_ byteCount: Int) -> UInt {
    room.allocate(UInt(bitPattern: byteCount)) ?? allocateSlowly(byteCount, alignment: 16)
  }

  /// As `allocate`, at a multiple of `alignment`, a power of two.
  package func allocate(_ byteCount: Int, alignment: Int) -> UInt {
    alignment <= 16 ? allocate(byteCount) : allocateSlowly(byteCount, alignment: alignment)
  }

  @inline(never)
  private func allocateSlowly(_ byteCount: Int, alignment: Int) -> UInt {
    if max(byteCount, alignment) > Self.longestBlock {
      let block = heap.allocate(byteCount, alignment: max(alignment, 16)).address
      if block != 0, PageMap.knownRecord(block).kind == .medium {
        PageMap.knownRecord(block).asBlock.isChunk = false
      }
      return block
    }
    let length = (UInt(byteCount) + Self.wordSize + 15) & ~15
    let wanted = Int(length + Self.headSize) + alignment
    let mask = UInt(alignment - 1)
    var address = (room.pointee.next + mask) & ~mask
    if room.pointee.next == 0 || address + length > room.pointee.end {
      if !addChunk(wanted) { return 0 }
      address = (room.pointee.next + mask) & ~mask
    }
    let gap = address - room.pointee.next
    if gap > 0 { Self.setWord(room.pointee.next, gap - Self.wordSize | 1) }
    return room.take(address, length)
  }

  private func addChunk(_ wanted: Int) -> Bool {
    let longest = max(state.pointee.chunkByteCount, wanted)
    // Beyond a small block's length, so that the chunk is a run.
    let shortest = max(wanted, SizeClasses.largestBlock + 1)
    var chunk = heap.allocate(longest).address
    if chunk == 0, shortest < longest { chunk = heap.allocate(shortest).address }
    if chunk == 0 { return false }
    closeChunk()
    let record = PageMap.knownRecord(chunk)
    record.asBlock.isChunk = true
    state.pointee.chunk = chunk
    room.pointee.next = chunk + Self.headSize
    room.pointee.end = chunk + UInt(record.asBlock.usableByteCount)
    state.pointee.chunkByteCount = min(state.pointee.chunkByteCount * 2, Self.longestChunk)
    return true
  }

  /// No blocks are allocated any more.
  package func close() {
    closeChunk()
    state.pointee.chunk = 0
    room.pointee = BumpRoom()
  }

  private func closeChunk() {
    if state.pointee.chunk != 0 { Self.word(state.pointee.chunk).pointee = room.pointee.next }
  }

  // MARK: Blocks

  private static func word(_ address: UInt) -> UnsafeMutablePointer<UInt> {
    UnsafeMutablePointer(bitPattern: address).unsafelyUnwrapped
  }

  // Of the block at `address`.
  @inline(__always)
  private static func setWord(_ address: UInt, _ value: UInt) {
    word(address &- wordSize).pointee = value
  }

  /// The record of the chunk that holds the address; nil when it is in none.
  private func chunk(of address: UInt) -> UnsafeMutablePointer<SpanRecord>? {
    guard let record = PageMap.record(address) else { return nil }
    let isInner = record.kind == .continuation
    let head = isInner ? PageMap.knownRecord(record.start) : record
    let isChunk =
      head.kind == .medium && head.asBlock.isChunk
      && head.heap
        == UnsafeMutableRawPointer(heap.storage)
    return isChunk ? head : nil
  }

  private func end(of chunk: UInt) -> UInt {
    chunk == state.pointee.chunk ? room.pointee.next : Self.word(chunk).pointee
  }

  // The size word of the block at `address` of a chunk; nil when it cannot be one.
  private func sizeWord(_ address: UInt, in record: UnsafeMutablePointer<SpanRecord>) -> UInt? {
    let start = record.start
    if address & 15 != 0 || address < start + Self.headSize || address >= end(of: start) {
      return nil
    }
    let word = Self.word(address - Self.wordSize).pointee
    let usable = word & ~1
    if usable & 15 != Self.wordSize || usable > UInt(record.byteCount) { return nil }
    return word
  }

  /// Bytes that the block at `address` holds; 0 when no live block of the heap begins there.
  package func usableSize(_ address: UInt) -> Int {
    guard let record = chunk(of: address) else { return heap.usableSize(address) }
    guard let word = sizeWord(address, in: record), word & 1 == 0 else { return 0 }
    return Int(word)
  }

  /// As `Heap.findBlock`.
  package func findBlock(_ address: UInt) -> FoundBlock? {
    guard let record = chunk(of: address) else { return heap.findBlock(address) }
    var block = record.start + Self.headSize
    while block <= address, block < end(of: record.start) {
      let word = Self.word(block - Self.wordSize).pointee
      let byteCount = word & ~1
      if address < block + byteCount {
        return FoundBlock(start: block, byteCount: Int(byteCount), isLive: word & 1 == 0)
      }
      block += byteCount + Self.wordSize
    }
    return nil
  }

  /// Notes that a block is not used any more. What is no live block of the heap is told, and nothing is done.
  package func free(_ address: UInt) -> BadFree? {
    guard let record = chunk(of: address) else { return heap.tryFree(address) }
    guard let word = sizeWord(address, in: record) else { return BadFree(address, .noBlock) }
    if word & 1 != 0 { return BadFree(address, .freedBefore(blockSize: Int(word & ~1))) }
    Self.setWord(address, word | 1)
    state.pointee.remainingCount -= 1
    return nil
  }

  /// Frees every block.
  package func freeAll() {
    heap.freeAll()
    // It will need as much again: the chunks stay as long.
    state.pointee.chunk = 0
    state.pointee.remainingCount = 0
    room.pointee = BumpRoom()
  }

  /// Counts the live blocks in chunks.
  package func countRemaining() {
    var count = 0
    forEachBlock { address, _ in if chunk(of: address) != nil { count += 1 } }
    state.pointee.remainingCount = count
  }

  /// As `Heap.forEachBlock`, with the blocks that chunks hold.
  package func forEachBlock(_ body: (UInt, Int) -> Void) {
    heap.forEachBlock { address, byteCount in
      if PageMap.knownRecord(address).kind == .large || chunk(of: address) == nil {
        return body(address, byteCount)
      }
      forEachBlock(inChunk: address, body)
    }
  }

  /// The same of the blocks that the chunk at `address` holds.
  @inline(never)
  package func forEachBlock(inChunk address: UInt, _ body: (UInt, Int) -> Void) {
    let end = end(of: address)
    var block = address + Self.headSize
    while block < end {
      let word = Self.word(block - Self.wordSize).pointee
      if word & 1 == 0 { body(block, Int(word)) }
      block += (word & ~1) + Self.wordSize
    }
  }
}
