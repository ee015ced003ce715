// Caches come with a thread's first allocation and go with the thread. A cache that goes gives each
// of its spans away: empty ones to the page heap, full ones to nobody, the others to the central
// lists.

import Memory
import Platform
import Synchronization

extension Heap {
  /// The cache of the calling thread, made if it has none. Nil when the thread has ended or there
  /// is no memory for a cache. Slow path: busy.
  func cacheOfThisThread() -> Cache? {
    if let cache = threads.cache { return cache }
    if threads.hasEnded { return nil }
    guard let cache = Self.makeCache(storage, isBusy: true) else { return nil }
    cache.pointee.stackAddress = UInt(bitPattern: Self.addressOnStack())
    threads.take(cache)
    if Policy.isShared, isProcess { Helper.noteThreads(threadCount) }
    return cache
  }

  @inline(never)
  private static func addressOnStack() -> UnsafeRawPointer {
    var local: UInt8 = 0
    return withUnsafeMutablePointer(to: &local) { UnsafeRawPointer($0) }
  }

  /// A cache without spans that no thread has yet.
  package func makeCache() -> Cache? { Self.makeCache(storage) }

  // `isBusy` tells that the caller is a thread in a slow path, whose cache it becomes.
  static func makeCache(
    _ storage: UnsafeMutablePointer<HeapStorage<Policy>>, isBusy: Bool = false
  ) -> Cache? {
    let byteCount = MemoryLayout<ThreadCache>.stride
    guard let piece = storage.pointee.metadata.pointee.allocate(byteCount: byteCount) else {
      return nil
    }
    let cache = Cache(bitPattern: piece).unsafelyUnwrapped
    cache.initialize(
      to: ThreadCache(
        classes: storage.pointee.classes, emptyState: storage.pointee.emptyState,
        heap: UnsafeMutableRawPointer(storage)))
    cache.pointee.owner = UInt(bitPattern: cache)
    cache.pointee.isBusy.store(isBusy, ordering: .relaxed)
    storage.pointee.caches.isLookDue.store(true, ordering: .relaxed)
    storage.pointee.caches.lock.lock()
    storage.pointee.caches.add(cache)
    storage.pointee.caches.lock.unlock()
    return cache
  }

  /// Threads that have a cache.
  package var threadCount: Int {
    caches.count - caches.lostCount - (caches.shared == nil ? 0 : 1)
  }

  /// The calling thread ends: its cache is given away, and it gets no other.
  package func endThread() {
    let cache = threads.end()
    Policy.Observer.threadEnds()
    guard let cache else { return }
    abandonAll(cache)
    threads.leaveSlowPath()
  }

  /// Gives away all that a cache owns, and the cache. No other thread uses it.
  package func abandonAll(_ cache: Cache) {
    wake(cache)
    flushPending(cache)
    abandonSpans(cache, cache.owner)
    flushStash(cache)
    caches.lock.lock()
    caches.remove(cache)
    caches.lock.unlock()
    // Who took it just now finds its thread busy, and lets it go.
    cache.waitWhileTaken()
    if cache.pointee.isOrphan, caches.keepsOrphans { return }
    metadataAllocator.free(
      UInt(bitPattern: cache), byteCount: MemoryLayout<ThreadCache>.stride)
  }

  /// Gives away all spans of a cache, whose owner is `owner` now.
  func abandonSpans(_ cache: Cache, _ owner: UInt) {
    for sizeClass in 0..<classes.count {
      let current = cache.pointee.current[sizeClass]
      if current != emptyState {
        setCurrent(emptyState, sizeClass, cache)
        current.close(emptyWord)
        current.pointee.list = .none
        abandon(current, owner)
      }
      while let state = cache.pointee.partial[sizeClass] {
        cache.removePartial(state, sizeClass)
        abandon(state, owner)
      }
    }
  }

  private func abandon(_ state: State, _ owner: UInt) {
    let record = state.record
    while true {
      _ = collect(state)
      if state.freeCount > 0 {
        moveToCentral(record, state)
      } else if releaseOwnership(record, state, owner) {
        continue
      }
      return
    }
  }

  // MARK: Threads that have ended

  /// Runs `body` with the cache that all threads share that have none of their own; nil when there
  /// is no memory for one.
  func withSharedCache<Result>(_ body: (Cache) -> Result) -> Result? {
    caches.sharedLock.lock()
    defer { caches.sharedLock.unlock() }
    if caches.shared == nil { caches.shared = makeCache() }
    guard let cache = caches.shared else { return nil }
    return body(cache)
  }
}
