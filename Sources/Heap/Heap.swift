// The production heap: everything that threads share. Its slow paths are entered in Heap+Entry.
//
//   thread caches → spans of small blocks (≤ 32 KiB)     Heap+Refill, Heap+Free, Heap+Foreign
//   central lists, one per size class                    CentralList, Heap+Foreign
//   page heap → medium blocks (≤ 4 MiB), one run each    Heap+Medium
//   large blocks, a run of another page heap each        LargeBlocks
//   what of freed memory stays resident                  ResidentBudget
//
// Lock order: caches → one central list → large blocks → page heap → metadata; whoever holds one
// takes only locks further right. `Heap` is a handle that may be copied; the state lies in a
// mapping of its own between inaccessible pages.

import Memory
import Platform
import Synchronization

package struct Heap<Pages: PageSource> {
  package typealias Cache = UnsafeMutablePointer<ThreadCache>
  package typealias State = UnsafeMutablePointer<SpanState>
  package typealias Record = UnsafeMutablePointer<SpanRecord>

  package let storage: UnsafeMutablePointer<HeapStorage<Pages>>

  @inline(__always)
  package init(storage: UnsafeMutablePointer<HeapStorage<Pages>>) { self.storage = storage }

  /// A new heap, or nil when the pages are refused.
  package init?(pages: Pages, settings: HeapSettings) {
    typealias Storage = HeapStorage<Pages>
    PageMap.makeWindow()
    WaitingMark.choose()
    let storageBytes = MemoryLayout<Storage>.stride
    let listBytes = SizeClasses.limit * MemoryLayout<CentralList>.stride
    let stateBytes = State.byteCount(wordCount: 1)
    let metadataBytes = MemoryLayout<MetadataAllocator<Pages>>.stride
    let budgetBytes = MemoryLayout<ResidentBudget>.stride
    let byteCount = System.roundUpToPage(
      storageBytes + listBytes + stateBytes + metadataBytes + budgetBytes + 128)
    let pageSize = System.pageSize
    guard let mapping = pages.reserve(byteCount: byteCount + 2 * pageSize) else { return nil }
    let start = mapping + UInt(pageSize)
    guard pages.commit(start, byteCount: byteCount) else { return nil }
    let lists = (start + UInt(storageBytes) + 63) & ~63
    let empty = lists + UInt(listBytes)
    storage = UnsafeMutablePointer(bitPattern: start).unsafelyUnwrapped
    let emptyState = State(bitPattern: empty).unsafelyUnwrapped
    let metadata = UnsafeMutablePointer<MetadataAllocator<Pages>>(
      bitPattern: empty + UInt(stateBytes)
    ).unsafelyUnwrapped
    metadata.initialize(to: MetadataAllocator(pages: pages))
    let budget = UnsafeMutablePointer<ResidentBudget>(
      bitPattern: (UInt(bitPattern: metadata + 1) + 63) & ~63
    ).unsafelyUnwrapped
    budget.initialize(to: ResidentBudget(purgeDelay: settings.pages.purgeDelay))
    storage.initialize(
      to: Storage(
        pages: pages, settings: settings, metadata: metadata, budget: budget,
        // Zero memory is an unlocked, empty list.
        central: UnsafeMutablePointer(bitPattern: lists).unsafelyUnwrapped, emptyState: emptyState))
    initializeEmptyState(emptyState)
  }

  // A state without blocks: every class of a new cache points to it. Nothing is ever written to it.
  private func initializeEmptyState(_ state: State) {
    let word = state.localWords
    word.pointee = BlockWord(free: 0)
    state.initialize(
      to: SpanState(
        // The record is never followed: the state is in no list and owns no block.
        record: Record(bitPattern: 64).unsafelyUnwrapped, emptyWord: word,
        summaryDistance: State.localByteCount(1), slacks: 0,
        blockSize: 0, firstBlock: 0, capacity: 1, home: 0))
  }

  package var classes: SizeClasses { storage.pointee.classes }
  package var emptyState: State { storage.pointee.emptyState }
  var emptyWord: UnsafeMutablePointer<BlockWord> { emptyState.localWords }
  package var metadata: UnsafeMutablePointer<MetadataAllocator<Pages>> {
    storage.pointee.metadata
  }
}

/// What the options decide about the heap.
package struct HeapSettings {
  package var classes: SizeClasses
  package var pages: PageHeapSettings

  package init(classes: SizeClasses, pages: PageHeapSettings) {
    self.classes = classes
    self.pages = pages
  }
}

/// The state of a heap.
package struct HeapStorage<Pages: PageSource>: ~Copyable {
  package let classes: SizeClasses
  /// The first granule of `ThreadCache.direct` that each class serves; its last is its block's.
  let firstGranules: InlineArray<89, UInt8>
  package let emptyState: UnsafeMutablePointer<SpanState>
  package let central: UnsafeMutablePointer<CentralList>
  package let metadata: UnsafeMutablePointer<MetadataAllocator<Pages>>
  package let budget: UnsafeMutablePointer<ResidentBudget>
  package var pageHeap: PageHeap<Pages>
  package var large: LargeBlocks<Pages>
  package var caches = CacheRegistry()

  init(
    pages: Pages, settings: HeapSettings,
    metadata: UnsafeMutablePointer<MetadataAllocator<Pages>>,
    budget: UnsafeMutablePointer<ResidentBudget>,
    central: UnsafeMutablePointer<CentralList>,
    emptyState: UnsafeMutablePointer<SpanState>
  ) {
    let classes = settings.classes
    self.classes = classes
    var firstGranules = InlineArray<89, UInt8>(repeating: 0)
    // Downwards: the first granule of a class is noted last.
    var granule = ThreadCache.largestDirect >> SizeClasses.granuleShift
    while granule >= 0 {
      firstGranules[classes.index(granule << SizeClasses.granuleShift)] = UInt8(granule)
      granule -= 1
    }
    self.firstGranules = firstGranules
    self.emptyState = emptyState
    self.central = central
    self.metadata = metadata
    self.budget = budget
    pageHeap = PageHeap(pages: pages, settings: settings.pages, budget: budget)
    large = LargeBlocks(
      pages: pages, settings: settings.pages, metadata: metadata, budget: budget)
  }
}
