// The heaps of a program's own (swiftmalloc.h), one line each, as in Exports.swift.

import CShims
import Malloc

/// swiftmalloc_heap_new.
@c(swiftmalloc_new_of_heap)
public func newHeapC(_ options: UnsafePointer<swiftmalloc_heap_options>?)
  -> UnsafeMutableRawPointer?
{ Malloc.newHeap(options) }

/// swiftmalloc_heap_malloc.
@c(swiftmalloc_malloc_of_heap)
public func heapMallocC(_ heap: UnsafeMutableRawPointer?, _ size: UInt)
  -> UnsafeMutableRawPointer?
{ Malloc.malloc(size, in: heap) }

/// swiftmalloc_heap_calloc.
@c(swiftmalloc_calloc_of_heap)
public func heapCallocC(_ heap: UnsafeMutableRawPointer?, _ count: UInt, _ size: UInt)
  -> UnsafeMutableRawPointer?
{ Malloc.calloc(count, size, in: heap) }

/// swiftmalloc_heap_realloc.
@c(swiftmalloc_realloc_of_heap)
public func heapReallocC(
  _ heap: UnsafeMutableRawPointer?, _ block: UnsafeMutableRawPointer?, _ size: UInt
) -> UnsafeMutableRawPointer? { Malloc.realloc(block, size, in: heap) }

/// swiftmalloc_heap_aligned_alloc.
@c(swiftmalloc_aligned_alloc_of_heap)
public func heapAlignedAllocC(
  _ heap: UnsafeMutableRawPointer?, _ alignment: UInt, _ size: UInt
) -> UnsafeMutableRawPointer? { Malloc.alignedAlloc(alignment, size, in: heap) }

/// swiftmalloc_heap_free.
@c(swiftmalloc_free_of_heap)
public func heapFreeC(_ heap: UnsafeMutableRawPointer?, _ block: UnsafeMutableRawPointer?) {
  Malloc.free(block, in: heap)
}

/// swiftmalloc_heap_free_all.
@c(swiftmalloc_free_all_of_heap)
public func heapFreeAllC(_ heap: UnsafeMutableRawPointer?) { Malloc.freeAll(in: heap) }

/// swiftmalloc_heap_destroy.
@c(swiftmalloc_destroy_of_heap)
public func destroyHeapC(_ heap: UnsafeMutableRawPointer?) { Malloc.destroyHeap(heap) }

/// swiftmalloc_heap_delete.
@c(swiftmalloc_delete_of_heap)
public func deleteHeapC(_ heap: UnsafeMutableRawPointer?) { Malloc.deleteHeap(heap) }

/// swiftmalloc_heap_of.
@c(swiftmalloc_of_of_heap)
public func heapOfC(_ block: UnsafeRawPointer?) -> UnsafeMutableRawPointer? {
  Malloc.heap(of: block)
}

/// swiftmalloc_heap_set_current.
@c(swiftmalloc_set_current_of_heap)
public func setCurrentHeapC(_ heap: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  Malloc.chooseHeap(heap)
}

/// swiftmalloc_heap_visit.
@c(swiftmalloc_visit_of_heap)
public func visitHeapC(
  _ heap: UnsafeMutableRawPointer?,
  _ visit: (@convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Void)?,
  _ argument: UnsafeMutableRawPointer?
) -> Int32 { Malloc.visit(heap, visit, argument) ? 1 : 0 }

/// swiftmalloc_heap_statistics.
@c(swiftmalloc_statistics_of_heap)
public func heapStatisticsC(
  _ heap: UnsafeMutableRawPointer?, _ lines: UnsafeMutablePointer<swiftmalloc_statistics_lines>?
) -> Int32 { Malloc.statistics(of: heap, lines) ? 1 : 0 }

/// Gives these functions their names, as `exportFunctions` does.
@c(swiftmalloc_export_these_heaps)
public func exportHeaps() { swiftmalloc_export_heaps() }
