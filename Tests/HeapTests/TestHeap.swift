// A heap of a test's own, in which one thread plays several: `thread` says whose cache is the
// calling thread's. malloc and free are put together as in Malloc.swift.

import CShims
import Heap
import Memory
import Platform
import TestPages

final class TestHeap {
  typealias Cache = UnsafeMutablePointer<ThreadCache>

  /// Who calls.
  enum Thread: Equatable {
    /// The thread with this cache.
    case cache(Cache)
    /// A thread whose cache is gone: it gets its blocks from the shared cache.
    case ended

    var cache: Cache? {
      if case .cache(let cache) = self { return cache }
      return nil
    }
  }

  let heap: Heap<TestPolicy>
  let pages: TestPages
  private let outerCache: UnsafeMutableRawPointer?
  private let outerFlags = ThreadFlags.current

  var thread: Thread = .ended {
    didSet {
      ThreadFlags.remove(ThreadFlags.ended)
      switch thread {
      case .cache(let cache): swiftmalloc_set_thread_cache(cache)
      case .ended:
        swiftmalloc_set_thread_cache(nil)
        ThreadFlags.insert(ThreadFlags.ended)
      }
    }
  }

  /// Nil when the pages are refused.
  init?(
    classSteps: Int = 4, classes: SizeClasses? = nil, purgeDelay: Int = 500,
    pages: TestPages = TestPages()
  ) {
    let settings = HeapSettings(
      classes: classes ?? SizeClasses(steps: classSteps),
      pages: PageHeapSettings(purgeDelay: purgeDelay, hugePages: .auto))
    // Not that of another test's heap, which it may have still.
    let outerCache = swiftmalloc_thread_cache()
    swiftmalloc_set_thread_cache(nil)
    guard let heap = Heap<TestPolicy>(pages: pages, settings: settings) else {
      swiftmalloc_set_thread_cache(outerCache)
      return nil
    }
    self.outerCache = outerCache
    self.heap = heap
    self.pages = pages
    ThreadFlags.insert(ThreadFlags.ended)
  }

  /// Gives all memory back and the calling thread its own cache.
  func close() {
    pages.refuseNothing()
    pages.releaseAll()
    swiftmalloc_set_thread_cache(outerCache)
    swiftmalloc_set_thread_flags(outerFlags)
  }

  func makeThread() -> Thread? { heap.makeCache().map { .cache($0) } }

  /// The thread of a cache ends.
  func end(_ ending: Thread) {
    guard case .cache = ending else { return }
    thread = ending
    heap.endThread()
    thread = .ended
  }

  /// A block, or 0; fast path first.
  func allocate(_ byteCount: Int) -> (address: UInt, isZero: Bool) {
    let block = heap.allocateQuickly(byteCount)
    return (block.address, block.isZero)
  }

  func free(_ address: UInt) { heap.freeQuickly(address) }
}

extension Heap<TestPolicy> {
  /// As malloc: the fast paths first.
  func allocateQuickly(_ byteCount: Int) -> NewBlock {
    if let address = Fast.allocate(UInt(byteCount)) ?? Fast.allocateRefilling(UInt(byteCount)) {
      return NewBlock(address: address, isZero: false)
    }
    return allocate(byteCount)
  }

  /// As free, but that blocks of other threads do not wait.
  func freeQuickly(_ address: UInt) {
    if !Fast.free(address), !Fast.freeWord(address) { free(address) }
  }
}

/// The fast paths of the process, by addresses.
enum Fast {
  private static var path: FastPath<TestPolicy> { FastPath(ReadyThread()) }

  static func allocate(_ byteCount: UInt) -> UInt? { path.allocate(byteCount) }

  static func allocateRefilling(_ byteCount: UInt) -> UInt? {
    path.allocateRefilling(byteCount, rounded: byteCount)
  }

  static func free(_ address: UInt) -> Bool {
    PageMap.record(address).map { path.free(address, $0) } ?? false
  }

  static func freeWord(_ address: UInt) -> Bool {
    PageMap.record(address).map { path.freeWord(address, $0) } ?? false
  }
}
