// How heaps that several threads use find the calling thread's cache: the process' heap by thread-local words
// (CShims/include/thread_state.h), others in the thread's places (CachePlaces). What this module knows of the words is in
// these two files.
//
//   ready    the cache, where the fast paths may use it; odd where they may not
//   cache    the cache, for the slow paths
//   flags    busy: the thread is in a slow path; who finds that set is a signal handler of the same thread

import CShims
import Memory
import Platform
import Synchronization

package struct ReadyThread: ThreadAccess {
  package typealias Cache = UnsafeMutablePointer<ThreadCache>

  // Of another heap than the process': where the thread's cache of it is; nil where it has no place for one.
  private let place: CachePlaces.Place?
  private let isProcess: Bool

  /// In the process' heap.
  @inline(__always)
  package init() {
    place = nil
    isProcess = true
  }

  @inline(__always)
  package init(soleCache: Cache?) { self.init() }

  /// In another heap, of which the thread's cache is in this place. Nil: it has none, and gets none.
  @inline(__always)
  package init(_ place: CachePlaces.Place?) {
    self.place = place
    isProcess = false
  }

  @inline(__always)
  package var cacheWord: UInt { swiftmalloc_ready_cache() }

  // The word of another place, which no fast path writes: the processor does not wait for the last one's stores.
  @inline(__always)
  package var readyCache: UInt? {
    swiftmalloc_ready_cache() & 1 != 0 ? nil : UInt(bitPattern: swiftmalloc_thread_cache())
  }

  @inline(__always)
  package func enter() { swiftmalloc_enter_fast_path() }

  @inline(__always)
  package func leave(_ word: UInt) { swiftmalloc_leave_fast_path(word) }

  /// Whether the calling thread may take its fast paths.
  @inline(__always)
  package static var isReady: Bool { swiftmalloc_ready_cache() & 1 == 0 }

  // MARK: Slow paths

  @inline(__always)
  package var cache: Cache? { isProcess ? Self.processCache : place?.pointee.cache }

  /// The thread's cache of the process' heap.
  @inline(__always)
  package static var processCache: Cache? {
    swiftmalloc_thread_cache()?.assumingMemoryBound(to: ThreadCache.self)
  }

  package func take(_ cache: Cache) {
    if !isProcess { return takeInPlace(cache) }
    swiftmalloc_set_thread_cache(cache)
    // May allocate: the cache is ready for it.
    let isWatched = swiftmalloc_watch_thread(UnsafeMutableRawPointer(bitPattern: 1)) != 0
    // The words go with the thread: who looks at them must know when it ends.
    if isWatched { cache.pointee.threadMark = swiftmalloc_thread_mark() }
    swiftmalloc_enter_fast_path()
  }

  // One owner for all of a thread's spans: so free needs to know of one only.
  private func takeInPlace(_ cache: Cache) {
    cache.pointee.owner = UInt(bitPattern: swiftmalloc_thread_cache())
    cache.pointee.threadMark = swiftmalloc_thread_mark()
    place?.set(cache)
  }

  package func end() -> Cache? {
    ThreadFlags.insert(ThreadFlags.ended)
    guard let cache, !Self.isBusy else { return nil }
    ThreadFlags.insert(ThreadFlags.busy)
    swiftmalloc_set_thread_cache(nil)
    begin(cache)
    return cache
  }

  package var hasEnded: Bool {
    if !isProcess, !(place?.pointee.isEntitled ?? false) { return true }
    return ThreadFlags.current & ThreadFlags.ended != 0
  }

  @inline(__always)
  package func enterSlowPath() -> Bool {
    if isInterrupting { return false }
    ThreadFlags.insert(ThreadFlags.busy)
    // Bits change in several steps: handlers are not to find the cache ready meanwhile.
    swiftmalloc_enter_fast_path()
    begin()
    return true
  }

  /// Whether the caller is a signal handler that came between the instructions of a path of its own thread.
  @inline(__always)
  package var isInterrupting: Bool {
    Self.isBusy || Self.isInFastPath || !isProcess && place?.isInterrupted ?? false
  }

  @inline(__always)
  private func begin() {
    if !isProcess { place?.holdWord() }
    if let cache { begin(cache) }
  }

  @inline(__always)
  private func finish() {
    // Release: partner is who takes the cache of a sleeping thread.
    cache?.pointee.isBusy.store(false, ordering: .releasing)
    if !isProcess { place?.releaseWord() }
  }

  /// As a slow path of this heap, within one of another heap.
  package func whileInside<Result>(_ body: () -> Result) -> Result {
    begin()
    defer { finish() }
    return body()
  }

  @inline(__always)
  package var isResting: Bool {
    guard let cache else { return false }
    return cache.pointee.rest.load(ordering: .acquiring) != CacheRest.active
  }

  // Before the thread asks how the cache rests: for the compiler only, as docs/design/sleeping-threads.md tells.
  @inline(__always)
  private func begin(_ cache: Cache) {
    cache.pointee.isBusy.store(true, ordering: .relaxed)
    swiftmalloc_signal_fence()
  }

  @inline(__always)
  package func leaveSlowPath() {
    finish()
    ThreadFlags.remove(ThreadFlags.busy)
    swiftmalloc_set_thread_cache(swiftmalloc_thread_cache())
  }

  private static var isBusy: Bool { ThreadFlags.current & ThreadFlags.busy != 0 }

  /// Whether the caller is a signal handler that came between the instructions of a fast path of its own thread.
  /// A mark below the caller's frame on the same stack is none of such: a handler left the fast path by a jump,
  /// and the cache is made ready again.
  @inline(__always)
  package static var isInFastPath: Bool {
    let mark = swiftmalloc_ready_cache()
    return mark & 1 != 0 && mark > UInt(SWIFTMALLOC_NO_CACHE) && isInterrupted(mark)
  }

  // Whether a fast path that left this mark goes on later.
  @inline(never)
  private static func isInterrupted(_ mark: UInt) -> Bool {
    let frame = swiftmalloc_stack_end()
    // The mappings tell of stacks that handlers choose themselves, or that SS_AUTODISARM hides.
    guard mark < frame, swiftmalloc_is_on_signal_stack() == 0,
      case .mapping(let stack) = ProcessMaps.find(frame), stack.contains(mark)
    else { return true }
    swiftmalloc_set_thread_cache(swiftmalloc_thread_cache())
    return false
  }

  // MARK: fork

  package func enterFork() -> Bool {
    if Self.isBusy {
      ThreadFlags.insert(ThreadFlags.forksInHandler)
      return false
    }
    ThreadFlags.insert(ThreadFlags.busy)
    return true
  }

  package func hasEnteredFork() -> Bool { !ThreadFlags.takeForksInHandler() }

  package func leaveFork() { ThreadFlags.remove(ThreadFlags.busy) }
}
