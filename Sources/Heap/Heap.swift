// A heap: what all its threads share. The process' heap and one of a single thread are
// specialisations of it (HeapPolicy). Its fast path is FastPath; its slow paths are entered in
// Heap+Entry.
//
//   thread caches → spans of small blocks (≤ 32 KiB)     Heap+Refill, Heap+Free, Heap+Remote
//   central lists, one per size class                    CentralList, Heap+Remote
//   spans of sampled blocks                              Heap+Sampled
//   page heap → medium blocks (≤ 4 MiB), one run each    Heap+Medium
//   large blocks, a run of another page heap each        LargeBlocks
//   what of freed memory stays resident                  ResidentBudget
//
// Lock order: caches → one central list, or sampled spans → large blocks → page heap → metadata; whoever holds one
// takes only locks further right. `Heap` is a handle that may be copied; the state lies in a
// mapping of its own between inaccessible pages.

import Memory
import Platform
import Synchronization

package struct Heap<Policy: HeapPolicy> {
  package typealias Pages = Policy.Pages
  package typealias Cache = UnsafeMutablePointer<ThreadCache>
  package typealias State = UnsafeMutablePointer<SpanState>
  package typealias Record = UnsafeMutablePointer<SpanRecord>

  package let storage: UnsafeMutablePointer<HeapStorage<Policy>>
  /// How the calling thread finds its cache.
  package let threads: Policy.Threads

  @inline(__always)
  package init(storage: UnsafeMutablePointer<HeapStorage<Policy>>) {
    self.storage = storage
    threads = Policy.Threads(soleCache: Policy.isShared ? nil : storage.pointee.soleCache)
  }

  /// The same, as a thread uses it whose cache is found so.
  @inline(__always)
  package init(storage: UnsafeMutablePointer<HeapStorage<Policy>>, threads: Policy.Threads) {
    self.storage = storage
    self.threads = threads
  }

  /// A new heap, or nil when the pages are refused.
  package init?(pages: Pages, settings: HeapSettings) {
    PageMap.makeWindow()
    PendingMark.choose()
    let layout = Layout(endsEarly: settings.pages.endsEarly)
    guard let mapping = pages.reserve(byteCount: layout.mappingByteCount) else { return nil }
    let start = mapping + UInt(System.pageSize)
    guard pages.commit(start, byteCount: layout.byteCount) else {
      _ = pages.release(mapping, byteCount: layout.mappingByteCount)
      return nil
    }
    let storage = layout.initialize(start, pages, settings)
    if !Policy.isShared {
      storage.pointee.soleCache = Self.makeCache(storage)
      if storage.pointee.soleCache == nil {
        _ = pages.release(mapping, byteCount: layout.mappingByteCount)
        return nil
      }
    }
    self.init(storage: storage)
  }

  /// The parts of a heap's mapping, one behind the other, as distances from its first accessible page.
  struct Layout {
    let lists: UInt
    let emptyState: UInt
    let metadata: UInt
    let budget: UInt
    /// The first records of a heap that ends early.
    private let records: UInt?
    let byteCount: Int

    /// Of the parts and the two inaccessible pages around them.
    var mappingByteCount: Int { byteCount + 2 * System.pageSize }

    init(endsEarly: Bool) {
      func behind(_ start: UInt, _ byteCount: Int) -> UInt { (start + UInt(byteCount) + 63) & ~63 }
      lists = behind(0, MemoryLayout<HeapStorage<Policy>>.stride)
      emptyState = behind(lists, SizeClasses.limit * MemoryLayout<CentralList<Policy>>.stride)
      metadata = behind(emptyState, State.byteCount(wordCount: 1))
      budget = behind(metadata, MemoryLayout<MetadataAllocator<Policy>>.stride)
      let end = System.roundUpToPage(Int(budget) + MemoryLayout<ResidentBudget>.stride)
      records = endsEarly ? UInt(end) : nil
      byteCount = end + (endsEarly ? MetadataAllocator<Policy>.firstByteCount : 0)
    }

    // `start` is zero memory: an unlocked, empty list of each class.
    fileprivate func initialize(
      _ start: UInt, _ pages: Pages, _ settings: HeapSettings
    ) -> UnsafeMutablePointer<HeapStorage<Policy>> {
      func part<Part: ~Copyable>(_ distance: UInt) -> UnsafeMutablePointer<Part> {
        UnsafeMutablePointer(bitPattern: start + distance).unsafelyUnwrapped
      }
      let metadata: UnsafeMutablePointer<MetadataAllocator<Policy>> = part(metadata)
      let budget: UnsafeMutablePointer<ResidentBudget> = part(budget)
      let emptyState: State = part(emptyState)
      let storage: UnsafeMutablePointer<HeapStorage<Policy>> = part(0)
      metadata.initialize(to: MetadataAllocator(pages: pages))
      if let records { metadata.pointee.begin(start + records) }
      budget.initialize(
        to: ResidentBudget(
          purgeDelay: settings.pages.purgeDelay, isShared: Policy.isShared, limit: settings.limit))
      initializeEmptyState(emptyState)
      storage.initialize(
        to: HeapStorage(
          pages: pages, settings: settings, metadata: metadata, budget: budget,
          central: part(lists), emptyState: emptyState))
      return storage
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
          blockSize: 0, firstBlock: 0, capacity: 1, maker: 0))
    }
  }

  /// Whether it is the process' heap, and none that a program made beside it.
  package var isProcess: Bool { storage.pointee.note == 0 }
  /// As records know the heap.
  var heapAddress: UnsafeMutableRawPointer { UnsafeMutableRawPointer(storage) }
  package var classes: SizeClasses { storage.pointee.classes }
  package var emptyState: State { storage.pointee.emptyState }
  var emptyWord: UnsafeMutablePointer<BlockWord> { emptyState.localWords }
  package var metadata: UnsafeMutablePointer<MetadataAllocator<Policy>> {
    storage.pointee.metadata
  }
}

/// What the options decide about the heap.
package struct HeapSettings {
  package var classes: SizeClasses
  package var pages: PageHeapSettings

  /// Bytes of slices and mappings that blocks may use together.
  package var limit: Int
  /// Whether blocks of the heap may be sampled.
  package var takesSamples = false

  package init(classes: SizeClasses, pages: PageHeapSettings, limit: Int = .max) {
    self.classes = classes
    self.pages = pages
    self.limit = limit
  }
}

/// What the owner of the heap whose state lies at an address notes of it.
@inline(__always)
package func heapNote(_ heapAddress: UnsafeMutableRawPointer) -> UInt {
  heapAddress.load(as: UInt.self)
}

/// The state of a heap.
package struct HeapStorage<Policy: HeapPolicy>: ~Copyable {
  /// What the heap's owner notes of it: how a block leads to that; 0 of the process' heap. First,
  /// so that it is in the same place whatever the policy (`heapNote`).
  package var note: UInt = 0
  package let classes: SizeClasses
  /// The first granule of `ThreadCache.direct` that each class serves; its last is its block's.
  let firstGranules: ClassArray<UInt8>
  package let emptyState: UnsafeMutablePointer<SpanState>
  package let central: UnsafeMutablePointer<CentralList<Policy>>
  package let metadata: UnsafeMutablePointer<MetadataAllocator<Policy>>
  package let budget: UnsafeMutablePointer<ResidentBudget>
  package var pageHeap: PageHeap<Policy>
  package var large: LargeBlocks<Policy>
  package var caches = CacheRegistry<Policy>()
  /// When holes of the spans in the central lists were looked at last (Heap+Holes).
  let centralLookTime = Atomic<UInt32>(0)
  /// When the last thread beside the first gave back what there was; 0 before (Heap+LastThread).
  let endPurgeTime = Atomic<UInt32>(0)
  /// Bytes of holes that went back since the helper found the process idle last.
  let holeBytes = Atomic<Int>(0)
  var sampled = SampledSpans<Policy>()
  let takesSamples: Bool
  /// Whether the system was told to let holes be (Heap+Burst, Helper).
  let keepsHoles = Atomic<Bool>(false)
  /// The cache of the only thread that uses the heap; nil where several do.
  package internal(set) var soleCache: UnsafeMutablePointer<ThreadCache>?

  init(
    pages: Policy.Pages, settings: HeapSettings,
    metadata: UnsafeMutablePointer<MetadataAllocator<Policy>>,
    budget: UnsafeMutablePointer<ResidentBudget>,
    central: UnsafeMutablePointer<CentralList<Policy>>,
    emptyState: UnsafeMutablePointer<SpanState>
  ) {
    let classes = settings.classes
    takesSamples = settings.takesSamples
    self.classes = classes
    var firstGranules = ClassArray<UInt8>(repeating: 0)
    // 1024 bytes is a class, the last that has granules there.
    var (sizeClass, granule) = (0, 0)
    while granule <= ThreadCache.largestDirect >> SizeClasses.granuleShift {
      let blockSize = classes.blockSize(sizeClass)
      if blockSize != 0 {
        firstGranules[sizeClass] = UInt8(granule)
        granule = blockSize >> SizeClasses.granuleShift + 1
      }
      sizeClass += 1
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
