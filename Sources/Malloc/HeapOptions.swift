// What a program asks of a heap of its own (swiftmalloc_heap_options), and the settings that come of it.

import CShims
import Heap
import Heaps
import Live
import Memory

extension LibraryHeap.Options {
  private static var known: UInt32 {
    SWIFTMALLOC_HEAP_LOCAL | SWIFTMALLOC_HEAP_HUGE_PAGES | SWIFTMALLOC_HEAP_BUMP
  }

  /// Nil when they make no sense.
  init?(_ asked: Malloc.HeapOptions?) {
    self.init()
    guard let asked else { return }
    let options = asked.pointee
    if options.size != MemoryLayout<swiftmalloc_heap_options>.size
      || options.flags & ~Self.known != 0
    {
      return nil
    }
    if options.limit != 0 {
      if options.limit < PageMap.sliceSize { return nil }
      limit = Int(clamping: options.limit)
    }
    name = options.name
    isLocal = options.flags & SWIFTMALLOC_HEAP_LOCAL != 0
    isBump = options.flags & SWIFTMALLOC_HEAP_BUMP != 0
  }
}

extension HeapSettings {
  /// As those of the process' heap, but for what is asked.
  init(_ asked: Malloc.HeapOptions?, limit: Int, like process: ProductionHeap) {
    var pages = process.storage.pointee.pageHeap.settings
    if let asked, asked.pointee.flags & SWIFTMALLOC_HEAP_HUGE_PAGES != 0 {
      pages.hugePages = .always
    }
    pages.endsEarly = true
    self.init(classes: process.classes, pages: pages, limit: limit)
    takesSamples = true
  }
}
