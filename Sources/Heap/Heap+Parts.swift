// The parts of a heap, where they lie: changed in place.

import Memory

extension Heap {
  package var pageHeap: PageHeap<Policy> {
    _read { yield storage.pointee.pageHeap }
    nonmutating _modify { yield &storage.pointee.pageHeap }
  }

  package var large: LargeBlocks<Policy> {
    _read { yield storage.pointee.large }
    nonmutating _modify { yield &storage.pointee.large }
  }

  package var caches: CacheRegistry<Policy> {
    _read { yield storage.pointee.caches }
    nonmutating _modify { yield &storage.pointee.caches }
  }

  package var sampled: SampledSpans<Policy> {
    _read { yield storage.pointee.sampled }
    nonmutating _modify { yield &storage.pointee.sampled }
  }

  package var budget: ResidentBudget {
    _read { yield storage.pointee.budget.pointee }
    nonmutating _modify { yield &storage.pointee.budget.pointee }
  }

  package var metadataAllocator: MetadataAllocator<Policy> {
    _read { yield storage.pointee.metadata.pointee }
    nonmutating _modify { yield &storage.pointee.metadata.pointee }
  }

  /// The first of the central lists, one for each class.
  package var central: UnsafeMutablePointer<CentralList<Policy>> { storage.pointee.central }
}
