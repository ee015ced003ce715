// swiftmalloc_heap_…: heaps of a program's own, as swiftmalloc.h tells. In the debug and leak modes
// their blocks are the debug heap's (Malloc+TrackedHeaps).

import CShims
import DebugHeap
import Heap
import Heaps
import Live
import Memory
import Platform
import Profiles
import Statistics

extension Malloc {
  package typealias HeapOptions = UnsafePointer<swiftmalloc_heap_options>

  /// A new heap; null with errno when there is none, or when the options make no sense.
  package static func newHeap(_ asked: HeapOptions?) -> Pointer? {
    guard let options = LibraryHeap.Options(asked) else { return failure(invalid) }
    let heap: LibraryHeap?
    switch Process.active {
    case .production(let process):
      HeapTable.process = process.storage
      ProfileSampler.nameHeap = { LibraryHeap.writeName($0, $1) }
      heap = LibraryHeap.make(options, HeapSettings(asked, limit: options.limit, like: process))
    case .debug:
      BlockHeaps.ask { TrackedBlocks.name(of: $0, isFreed: $1) }
      heap = LibraryHeap.make(options, nil)
    case .none: heap = nil
    }
    guard let heap else { return failure() }
    // So that the end of a thread without blocks is told, too.
    if options.isLocal { swiftmalloc_watch_thread(Pointer(bitPattern: 1)) }
    return Pointer(heap.slot)
  }

  /// The heap of a handle. Ends the process when it is none.
  @inline(__always)
  static func heap(_ handle: Pointer?, _ function: StaticString) -> LibraryHeap {
    guard let slot = HeapTable.slot(handle), slot.pointee.kind != .none, slot.pointee.age == .live
    else { HeapMisuse.endForHandle(handle, function) }
    return LibraryHeap(slot)
  }

  /// malloc of a heap.
  @inline(__always)
  package static func malloc(_ byteCount: UInt, in handle: Pointer?) -> Pointer? {
    if let address = LibraryHeap.allocateQuickly(handle, byteCount) {
      return Pointer(bitPattern: address).unsafelyUnwrapped
    }
    return mallocSlowly(byteCount, in: handle)
  }

  @inline(never)
  private static func mallocSlowly(_ byteCount: UInt, in handle: Pointer?) -> Pointer? {
    if let address = LibraryHeap.allocateRefilling(handle, byteCount)
      ?? LibraryHeap.allocateLocked(handle, byteCount)
    {
      return Pointer(bitPattern: address).unsafelyUnwrapped
    }
    return pointer(allocate(byteCount, from: heap(handle, "swiftmalloc_heap_malloc")))
  }

  /// calloc of a heap.
  package static func calloc(_ count: UInt, _ size: UInt, in handle: Pointer?) -> Pointer? {
    let heap = heap(handle, "swiftmalloc_heap_calloc")
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: size)
    if overflow || byteCount > largestRequest { return failure() }
    if heap.kind == .tracked {
      let address = allocateTracked(byteCount, heap)
      return address == 0 ? failure() : zeroed(address, byteCount)
    }
    let block = heap.use(handleAddress(heap), "swiftmalloc_heap_calloc") {
      heap.allocateZeroed(Int(byteCount))
    }
    return pointer(block ?? allocateInterrupting(byteCount, 16, heap))
  }

  /// aligned_alloc of a heap.
  package static func alignedAlloc(_ alignment: UInt, _ byteCount: UInt, in handle: Pointer?)
    -> Pointer?
  {
    let heap = heap(handle, "swiftmalloc_heap_aligned_alloc")
    if alignment == 0 || alignment & (alignment - 1) != 0 { return failure(invalid) }
    if alignment > largestRequest { return failure() }
    return pointer(allocate(byteCount, from: heap, alignment: max(alignment, 16)))
  }

  /// realloc of a heap. Ends the process when the block is none of it.
  package static func realloc(_ block: Pointer?, _ byteCount: UInt, in handle: Pointer?)
    -> Pointer?
  {
    let function: StaticString = "swiftmalloc_heap_realloc"
    let heap = heap(handle, function)
    guard let block else { return pointer(allocate(byteCount, from: heap)) }
    let address = UInt(bitPattern: block)
    if isOfOther(address, heap) { HeapMisuse.endForBlock(heap.slot, address, function) }
    return realloc(block, byteCount)
  }

  /// The address of a block of a heap, or 0; errno stays. `kind` is nil for a function of heaps:
  /// what it gives is freed by any.
  @inline(__always)
  static func allocate(
    _ byteCount: UInt, from heap: LibraryHeap, alignment: UInt = 16,
    kind: BlockKind? = nil
  ) -> UInt {
    if byteCount > largestRequest { return 0 }
    if heap.kind == .tracked {
      return allocateTracked(byteCount, heap, alignment: alignment, kind: kind)
    }
    let block = heap.use(handleAddress(heap), "swiftmalloc_heap_malloc") {
      heap.allocate(Int(bitPattern: byteCount), alignment: Int(bitPattern: alignment))
    }
    return block ?? allocateInterrupting(byteCount, alignment, heap)
  }

  /// The same, of the heap that the calling thread has chosen.
  @inline(never)
  static func allocate(
    _ byteCount: UInt, from chosen: Pointer, alignment: UInt = 16, kind: BlockKind = .cMalloc
  ) -> UInt {
    if alignment == 16, let address = LibraryHeap.allocateQuickly(chosen, byteCount) {
      return address
    }
    return allocate(
      byteCount, from: heap(chosen, "malloc"), alignment: alignment, kind: kind)
  }

  static func handleAddress(_ heap: LibraryHeap) -> UInt { UInt(bitPattern: heap.slot) }

  // A signal handler gets a block of its own, which is the process' then; none where a limit would be passed by.
  @inline(never)
  private static func allocateInterrupting(
    _ byteCount: UInt, _ alignment: UInt, _ heap: LibraryHeap
  ) -> UInt {
    guard heap.slot.pointee.limit == .max, case .production(let process) = Process.active else {
      return 0
    }
    return process.allocateInHandler(Int(byteCount), alignment: Int(alignment)).address
  }

  // MARK: Blocks that somebody hands to free, realloc and malloc_usable_size

  /// The heap that holds the address; nil when it is the process', or none.
  @inline(never)
  static func ownHeap(_ address: UInt) -> LibraryHeap? {
    guard case .production(let process) = Process.active else { return nil }
    return LibraryHeap(of: address, processHeap: UnsafeMutableRawPointer(process.storage))
  }

  /// Bytes that the block at `address` of a program's own heap holds, 0 when none begins there; nil when it is in none.
  @inline(never)
  static func ownUsableSize(_ address: UInt) -> UInt? {
    ownHeap(address).map { UInt($0.usableSize(address)) }
  }

  /// Frees a block of the process' heap, or of a program's own.
  static func free(_ address: UInt, in process: ProductionHeap) {
    if !freeInHeap(address, process) { process.free(address) }
  }

  /// Frees a block of a program's own heap; false when it is of none.
  static func freeInHeap(_ address: UInt, _ process: ProductionHeap) -> Bool {
    guard HeapTable.isUsed, let heap = ownHeap(address) else { return false }
    if heap.kind == .cached {
      heap.freeCached(address)?.end()
      if Helper.listens { Helper.hear(mayMake: false) }
      return true
    }
    let freed = heap.use(address, "free") { (badFree: heap.free(address), isOver: heap.takeEnd()) }
    guard let freed else {
      if heap.kind == .plain { heap.plain.freeInterrupting(address) }
      return true
    }
    freed.badFree?.end()
    if freed.isOver { heap.destroy() }
    return true
  }

  /// The block of a program's own heap with another size; 0 when there is no memory, and nil when it is no such block.
  @inline(never)
  static func reallocateInHeap(_ address: UInt, to byteCount: Int) -> UInt? {
    if case .debug(let process) = Process.active {
      return reallocateTracked(address, to: byteCount, process)
    }
    guard let heap = ownHeap(address) else { return nil }
    if heap.slot.pointee.age == .deleted { return moveToProcess(address, byteCount, heap) }
    let moved = heap.use(address, "realloc") { () -> UInt? in
      // Deleted while this thread waited for the lock.
      if heap.slot.pointee.age == .deleted { return nil }
      if heap.usableSize(address) == 0 { heap.free(address)?.end() }
      return heap.reallocate(address, to: byteCount)
    }
    guard let moved else { return 0 }
    return moved ?? moveToProcess(address, byteCount, heap)
  }

  // Of a heap that serves no allocation any more.
  private static func moveToProcess(_ address: UInt, _ byteCount: Int, _ heap: LibraryHeap) -> UInt
  {
    let old = heap.usableSize(address)
    if old >= byteCount { return address }
    let new = allocate(UInt(byteCount)).address
    if new == 0 { return 0 }
    Pointer(bitPattern: new).unsafelyUnwrapped.copyMemory(
      from: UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped, byteCount: old)
    if case .production(let process) = Process.active { free(address, in: process) }
    return new
  }

  /// The slot of the live heap that the live block at `address` is of.
  static func heapSlot(of address: UInt) -> HeapTable.Slot? {
    if !HeapTable.isUsed { return nil }
    if case .debug = Process.active { return TrackedBlocks.slot(of: address) }
    guard let heap = ownHeap(address), heap.slot.pointee.age == .live, heap.usableSize(address) > 0
    else { return nil }
    return heap.slot
  }
}
