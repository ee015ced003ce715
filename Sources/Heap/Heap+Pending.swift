// Blocks of other threads' and of central spans wait in the cache of the thread that frees them
// (ThreadCache+Pending) and are freed together, those of a word at once.

import CShims
import Memory
import Platform
import Synchronization

extension Heap {
  /// Lets a block of another owner's span wait, after freeing those of another word that wait in its place; if that
  /// was the last that may, all are freed. Slow path: busy.
  func batchRemoteFree(
    _ record: Record, _ index: Int, _ address: UInt, _ cache: Cache
  ) -> BadFree? {
    let owner = record.pointee.owner.load(ordering: .relaxed)
    // The program may have written over the mark of a block that waits here.
    if cache.isPending(record, index) || isPending(record, index, address)
      || Cache.isFreeElsewhere(record, index, owner)
    {
      return BadFree(address, .freedBefore(blockSize: Int(record.blockSize)))
    }
    let isLast = !cache.hasRoom(record)
    if !cache.hasPlace(record, index), let word = cache.takePending(record) {
      freePending(word, cache)
    }
    cache.addPending(address, record, index)
    if isLast { flushPending(cache) }
    return nil
  }

  /// Whether block `index`, at `address`, waits in any thread's cache.
  package func isPending(_ record: Record, _ index: Int, _ address: UInt) -> Bool {
    if !PendingMark.isSet(address) { return false }
    // A signal handler may have interrupted the holder: then it is not known.
    if !caches.lock.tryLock() { return false }
    defer { caches.lock.unlock() }
    var next = caches.head
    while let cache = next {
      if cache.isPending(record, index), staysPending(cache, record, index) { return true }
      next = cache.pointee.next
    }
    return false
  }

  /// Looks again after a microsecond. A processor that keeps no order among loads, or among stores, may show the key of a word with
  /// the bits of the one before it; by now its stores have arrived. A block that was freed twice and leaves the cache meanwhile
  /// is free in its span.
  @inline(never)
  private func staysPending(_ cache: Cache, _ record: Record, _ index: Int) -> Bool {
    for _ in 0..<64 { swiftmalloc_spin_hint() }
    atomicMemoryFence(ordering: .acquiring)
    return cache.isPending(record, index)
  }

  /// Frees all blocks that wait.
  func flushPending(_ cache: Cache) { flushPending(cache, for: cache) }

  /// Frees all blocks that wait in a cache, as the thread with another one does, or a thread without.
  func flushPending(_ cache: Cache, for owner: Cache?) {
    while let word = cache.takeAnyPending() { freePending(word, owner) }
  }

  /// Frees what waits where blocks of the record's span do.
  func flushPending(_ cache: Cache, of record: Record) {
    if let word = cache.takePending(record) { freePending(word, cache) }
  }

  private func freePending(_ word: PendingWord, _ cache: Cache?) {
    word.blocks.forEachAddress(word.record) { PendingMark.clear($0) }
    freeRemote(word.record, word.blocks, cache, isBusy: false)
  }
}
