// The quarantine of a size class: its freed slots in the order of their frees, 8 bytes each, in chunks
// from the metadata allocator. An entry counts only if the slot's record agrees with it: a bucket
// that was retired meanwhile leaves its entries behind.
//
//   first → | next, entry entry … | → | next, entry … |      entries taken from the front, added at the end

import Memory

package struct SlotQueue {
  package struct Entry {
    package let slot: UInt32
    package let stamp: UInt32
  }

  private struct Chunk {
    var next: UnsafeMutablePointer<Chunk>?
  }

  // Null and zero: an empty queue, as in fresh memory.
  private var first: UnsafeMutablePointer<Chunk>?
  private var last: UnsafeMutablePointer<Chunk>?
  private var firstIndex = 0
  private var lastIndex = 0

  private static var chunkByteCount: Int { 4096 }
  private static var capacity: Int {
    (chunkByteCount - MemoryLayout<Chunk>.stride) / MemoryLayout<Entry>.stride
  }

  private static func entries(_ chunk: UnsafeMutablePointer<Chunk>) -> UnsafeMutablePointer<Entry> {
    UnsafeMutableRawPointer(chunk + 1).assumingMemoryBound(to: Entry.self)
  }

  /// The entry that waited longest.
  package var head: Entry? {
    guard let first, first != last || firstIndex < lastIndex else { return nil }
    return Self.entries(first)[firstIndex]
  }

  /// Takes the head away; there is one.
  package mutating func removeHead<Pages: PageSource>(
    _ metadata: UnsafeMutablePointer<MetadataAllocator<Pages>>
  ) {
    guard let chunk = first else { return }
    firstIndex += 1
    if firstIndex < Self.capacity { return }
    first = chunk.pointee.next
    firstIndex = 0
    if first == nil {
      last = nil
      lastIndex = 0
    }
    metadata.pointee.free(UInt(bitPattern: chunk), byteCount: Self.chunkByteCount)
  }

  /// Adds an entry; false without memory for it.
  package mutating func append<Pages: PageSource>(
    _ entry: Entry, _ metadata: UnsafeMutablePointer<MetadataAllocator<Pages>>
  ) -> Bool {
    if last == nil || lastIndex == Self.capacity {
      guard let piece = metadata.pointee.allocate(byteCount: Self.chunkByteCount),
        let chunk = UnsafeMutablePointer<Chunk>(bitPattern: piece)
      else { return false }
      chunk.initialize(to: Chunk(next: nil))
      if let last { last.pointee.next = chunk } else { first = chunk }
      last = chunk
      lastIndex = 0
    }
    Self.entries(last.unsafelyUnwrapped)[lastIndex] = entry
    lastIndex += 1
    return true
  }

  /// Calls `body` with each entry, the one that waited longest first.
  func forEach(_ body: (Entry) -> Void) {
    var next = first
    var index = firstIndex
    while let chunk = next {
      let end = chunk == last ? lastIndex : Self.capacity
      for place in index..<max(end, index) { body(Self.entries(chunk)[place]) }
      next = chunk.pointee.next
      index = 0
    }
  }
}
