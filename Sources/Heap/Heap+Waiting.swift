// Blocks of other threads' and of central spans wait in the cache of the thread that frees them
// (ThreadCache+Foreign) and are freed together, those of a word at once.

import Memory
import Platform
import Synchronization

extension Heap {
  /// Lets a block of another owner's span wait, after freeing those of another word that wait in its place; if that
  /// was the last that may, all are freed. Slow path: busy.
  func putForeign(
    _ record: Record, _ index: Int, _ address: UInt, _ cache: Cache
  ) -> BadFree? {
    let owner = record.pointee.owner.load(ordering: .relaxed)
    // The program may have written over the mark of a block that waits here.
    if cache.isWaiting(record, index) || isWaiting(record, index, address)
      || Cache.isFreeElsewhere(record, index, owner)
    {
      return BadFree(address, .freedBefore(blockSize: Int(record.pointee.blockSize)))
    }
    let isLast = !cache.hasRoom(record)
    if !cache.hasPlace(record, index), let word = cache.takeWaiting(record) {
      freeWaiting(word, cache)
    }
    cache.addWaiting(address, record, index)
    if isLast { flushForeign(cache) }
    return nil
  }

  /// Whether block `index`, at `address`, waits in any thread's cache.
  package func isWaiting(_ record: Record, _ index: Int, _ address: UInt) -> Bool {
    if !WaitingMark.isSet(address) { return false }
    // A signal handler may have interrupted the holder: then it is not known.
    if !storage.pointee.caches.lock.tryLock() { return false }
    defer { storage.pointee.caches.lock.unlock() }
    var next = storage.pointee.caches.head
    while let cache = next {
      if cache.isWaiting(record, index) { return true }
      next = cache.pointee.next
    }
    return false
  }

  /// Frees all blocks that wait.
  func flushForeign(_ cache: Cache) {
    while let word = cache.takeAnyWaiting() { freeWaiting(word, cache) }
  }

  /// Frees what waits where blocks of the record's span do.
  func flushForeign(_ cache: Cache, of record: Record) {
    if let word = cache.takeWaiting(record) { freeWaiting(word, cache) }
  }

  private func freeWaiting(_ word: WaitingWord, _ cache: Cache) {
    word.blocks.forEachAddress(word.record) { WaitingMark.clear($0) }
    freeForeign(word.record, word.blocks, cache, isBusy: false)
  }
}
