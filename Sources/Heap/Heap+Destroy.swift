// The end of a heap that is not the process': all its memory goes back to where it came from, live blocks with it.

import Memory
import Platform

extension Heap {
  /// Gives everything back, the heap's state last. In time that depends on the number of slices,
  /// not of blocks. No thread has a cache of the heap, and nobody uses it or a block of it
  /// afterwards. Blocks that signal handlers got stay.
  package func destroy() {
    if Policy.Sampler.isThere, Sampling.hasBegun { endAllSamples() }
    let pages = pageHeap.pages
    let byteCount = Layout(endsEarly: pageHeap.settings.endsEarly).mappingByteCount
    large.releaseAll()
    pageHeap.releaseAll()
    metadataAllocator.releaseAll()
    metadata.deinitialize(count: 1)
    storage.pointee.budget.deinitialize(count: 1)
    storage.deinitialize(count: 1)
    _ = pages.release(UInt(bitPattern: storage) - UInt(System.pageSize), byteCount: byteCount)
  }
}
