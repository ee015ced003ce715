// A shared heap with thread caches: the process' code over another storage. A thread finds its
// cache of the heap in its places (Heap/CachePlaces). It gets one with its 64th call of the heap,
// or at once when nobody has one: until then, and where the heap has caches enough, it is served
// from a cache under a lock, as threads of the process are that have ended.
//
// The owner of a cache's spans is the same in all heaps: the thread's cache of the process' heap.
// So the fast path of free serves blocks of every heap of the thread, and has no instruction for
// it.

import CShims
import Heap
import Live
import Memory
import Platform
import Synchronization

extension LibraryHeap {
  /// Heaps with a lesser limit have no caches: what threads keep would be a great part of it.
  static var leastLimit: Int { 16 << 20 }
  // One cache may keep a span of each class.
  private static var limitOfACache: Int { 4 << 20 }
  // By then a thread has gained what its cache costs.
  private static var callsBeforeCache: UInt32 { 64 }

  /// As the calling thread uses it.
  package var cached: ProductionHeap {
    ProductionHeap(storage: cachedStorage, threads: ReadyThread(place))
  }

  private var cachedStorage: UnsafeMutablePointer<HeapStorage<ProcessPolicy>> {
    UnsafeMutablePointer(bitPattern: slot.pointee.storage).unsafelyUnwrapped
  }

  @inline(__always)
  var place: CachePlaces.Place? { CachePlaces.place(slot.handle, slot.number) }

  /// Whether the caller is a signal handler that came into a path of its own thread.
  var isInterrupting: Bool { ReadyThread(place).isInterrupting }

  /// Does something by functions of the heap that are slow paths of their own; nil in a signal handler that may not.
  @inline(never)
  func useCached<Result>(_ body: () -> Result) -> Result? {
    if isInterrupting { return nil }
    preparePlace()
    return body()
  }

  /// Does something with all of the heap, in a slow path; nil in a signal handler that may not.
  @inline(never)
  func useWhole<Result>(_ body: () -> Result) -> Result? {
    let heap = cached
    guard heap.enterSlowPath() else { return nil }
    defer { heap.threads.leaveSlowPath() }
    heap.flushOwnPending()
    return body()
  }

  /// The same within a slow path of another heap.
  func useInside<Result>(_ body: (ProductionHeap) -> Result) -> Result {
    let heap = cached
    return heap.inside { body(heap) }
  }

  // MARK: The thread's place

  private func preparePlace() {
    guard let place else { return takePlace() }
    if place.pointee.cache != nil {
      place.pointee.calls = 0
    } else if !place.pointee.isEntitled {
      place.pointee.calls += 1
      place.pointee.isEntitled =
        (place.pointee.calls >= Self.callsBeforeCache || cached.threadCount == 0) && mayHaveCache
    }
  }

  private var mayHaveCache: Bool {
    if slot.pointee.age != .live { return false }
    let limit = slot.pointee.limit
    return limit == .max || cached.threadCount < limit / Self.limitOfACache
  }

  // Takes the place over in which the heap's cache would be, when the heap that has it was not used lately.
  private func takePlace() {
    // A signal handler may have come into a fast path of that heap.
    let word = swiftmalloc_span_heap()
    if word & 1 != 0, word != OwnHeap.none { return }
    if slot.pointee.age != .live || !HeapTable.makePlaces() { return }
    guard let place = CachePlaces.place(of: slot.number) else { return }
    if place.pointee.handle.load(ordering: .relaxed) != 0 {
      place.pointee.calls += 1
      if place.pointee.calls < Self.callsBeforeCache { return }
    }
    let isHandler = !HeapTable.enter()
    if isHandler { return }
    let before = HeapTable.empty(place)
    place.give(to: slot.handle)
    HeapTable.leave(isHandler)
    if let before { LibraryHeap(before).endIfEmpty() }
    preparePlace()
  }

  /// Gives the calling thread's cache away, of a heap that was deleted.
  private func leaveOwnCache() {
    guard let place, place.pointee.cache != nil else { return }
    let heap = cached
    guard heap.enterSlowPath() else { return }
    if let cache = place.takeCache() { heap.leave(cache) }
    heap.threads.leaveSlowPath()
  }

  // MARK: free

  /// Frees a block; what is none is told.
  package func freeCached(_ address: UInt) -> BadFree? {
    // Nobody ends a deleted heap meanwhile.
    slot.pointee.inside.add(1, ordering: .sequentiallyConsistent)
    if slot.pointee.age == .deleted { leaveOwnCache() } else { preparePlaceUnlessInterrupting() }
    let badFree = cached.tryFree(address)
    slot.pointee.inside.subtract(1, ordering: .sequentiallyConsistent)
    if slot.pointee.age == .deleted { endIfEmpty() }
    return badFree
  }

  private func preparePlaceUnlessInterrupting() { if !isInterrupting { preparePlace() } }

  // MARK: Purging

  /// Gives all free pages back; the bytes. By who uses all heaps one after the other, or this one, as the next.
  package func trim() -> Int {
    switch kind {
    case .tracked, .none: 0
    case .cached: useInside { $0.releaseAll($0.threads.cache) }
    default: plain.trim()
    }
  }

  /// Gives back what was not used for the purge delay; of a heap with caches whose process was idle since, all. Whether
  /// something waits for its time, or went.
  func purgeByAge(isIdle: Bool) -> Bool {
    switch kind {
    case .tracked, .none: false
    case .cached: useInside { $0.purgeInside(isIdle: isIdle) }
    default: plain.purgeByAge()
    }
  }

  // MARK: The end

  /// Ends the heap without its blocks. Threads that are at work in it leave their caches at their next slow call.
  package func deleteCached() {
    slot.pointee.inside.add(1, ordering: .sequentiallyConsistent)
    closeCached()
    slot.pointee.inside.subtract(1, ordering: .sequentiallyConsistent)
    endIfEmpty()
  }

  private func closeCached() {
    slot.pointee.lock.lock()
    slot.pointee.age = .deleted
    // The handle is none to the fast paths.
    cachedStorage.pointee.note |= 1
    slot.pointee.lock.unlock()
    LiveHeaps.markAsDeleted(slot.pointee.liveRow)
    leaveOwnCache()
    let isHandler = !HeapTable.enter()
    if isHandler { return }
    forEachThread { swiftmalloc_forget_span_heap($0, slot.handle) }
    ProductionHeap(storage: cachedStorage, threads: ReadyThread(nil)).emptyCachesOfOthers()
    HeapTable.leave(isHandler)
  }

  /// Ends a deleted heap whose last block was freed.
  func endIfEmpty() {
    guard slot.pointee.age == .deleted, slot.pointee.kind == .cached else { return }
    let heap = ProductionHeap(storage: cachedStorage, threads: ReadyThread(nil))
    guard heap.enterSlowPath() else { return }
    slot.pointee.lock.lock()
    let isOver =
      slot.pointee.kind == .cached && slot.pointee.age == .deleted
      && slot.pointee.inside.load(ordering: .sequentiallyConsistent) == 0 && heap.askEmpty()
    if isOver { slot.pointee.age = .over }
    slot.pointee.lock.unlock()
    heap.threads.leaveSlowPath()
    if isOver { destroy() }
  }

  /// Gives everything back. Under the table's lock.
  func destroyCached() {
    forEachThread { CachePlaces.forget(slot.handle, slot.number, thread: $0) }
    cached.destroy()
  }

  // Each thread that has a cache of the heap. Under the table's lock, which no thread passes by at its end.
  private func forEachThread(_ body: (UInt) -> Void) {
    var next = cachedStorage.pointee.caches.head
    while let cache = next {
      next = cache.pointee.next
      if cache.pointee.threadMark != 0 { body(cache.pointee.threadMark) }
    }
  }
}

extension HeapTable {
  /// The process' heap. Written before there is another one.
  nonisolated(unsafe) package static var process: UnsafeMutablePointer<HeapStorage<ProcessPolicy>>?

  /// Makes the calling thread's places; false when it gets none.
  static func makePlaces() -> Bool {
    if CachePlaces.areMade { return true }
    guard let process else { return false }
    let heap = ProductionHeap(storage: process)
    // Who does not hear of a thread's end does not know when its caches are nobody's.
    guard let cache = heap.ensureCache(), cache.pointee.threadMark != 0, enter() else {
      return false
    }
    let address = heap.metadataAllocator.allocate(byteCount: CachePlaces.byteCount)
    if let address { CachePlaces.make(at: address) }
    leave(false)
    return address != nil
  }

  /// Gives the cache away that the calling thread has in a place; the slot of its heap when that
  /// was deleted. Under the lock.
  static func empty(_ place: CachePlaces.Place) -> Slot? {
    let handle = place.pointee.handle.load(ordering: .relaxed)
    guard let slot = Slot(bitPattern: handle), let cache = place.takeCache() else { return nil }
    swiftmalloc_forget_span_heap(swiftmalloc_thread_mark(), handle)
    LibraryHeap(slot).useInside { $0.leave(cache) }
    return slot.pointee.age == .deleted ? slot : nil
  }

  /// The calling thread ends, and gives away its caches. Under the lock.
  static func endPlaces(_ deleted: (Slot) -> Void) {
    CachePlaces.forEach { place in
      if let slot = empty(place) { deleted(slot) }
    }
    let address = CachePlaces.end()
    guard address != 0, let process else { return }
    process.pointee.metadata.pointee.free(address, byteCount: CachePlaces.byteCount)
  }
}
