// Blocks of other threads' and of central spans wait in the cache of the thread that frees them
// (ThreadCache+Foreign) and are freed together, those of a span at once.

import Memory
import Platform
import Synchronization

extension Heap where Pages: PageSource {
  /// Lets a block of another owner's span wait; if that was the last that may, all are freed. Slow path: busy.
  func putForeign(_ record: Record, _ address: UInt, _ cache: Cache) {
    let blockSize = Int(record.pointee.blockSize)
    let owner = record.pointee.owner.load(ordering: .relaxed)
    guard let index = record.index(address) else { BadFree.insideBlock(address, record) }
    if isWaiting(address) || Cache.isFreeElsewhere(record, index, owner) {
      BadFree.doubleFree(address, blockSize: blockSize)
    }
    if !cache.addForeign(address, byteCount: blockSize) { flushForeign(cache) }
  }

  /// Whether the small block at `address` waits in any thread's cache.
  func isWaiting(_ address: UInt) -> Bool {
    if !WaitingMark.isSet(address) { return false }
    // A signal handler may have interrupted the holder: then it is not known.
    if !storage.pointee.caches.lock.tryLock() { return false }
    defer { storage.pointee.caches.lock.unlock() }
    var next = storage.pointee.caches.head
    while let cache = next {
      if cache.isWaiting(address) { return true }
      next = cache.pointee.next
    }
    return false
  }

  /// Frees all blocks that wait.
  func flushForeign(_ cache: Cache) {
    if cache.pointee.foreignCount == 0 { return }
    for index in 0..<cache.pointee.foreignCount { WaitingMark.clear(cache.foreignAddresses[index]) }
    var buckets = SpanBuckets()
    buckets.forEachSpan(cache.foreignAddresses, count: cache.pointee.foreignCount) { blocks in
      let address = blocks.addresses[Int(blocks.first)]
      freeForeign(PageMap.knownRecord(address), blocks, address, cache, isBusy: false)
    }
    cache.clearForeign()
  }
}
