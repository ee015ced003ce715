// fork: the child goes on with its parent's counters as they are now, in a place, and a file, of its own. Counters that
// nobody else sees are copied with the process' memory. A published file is both processes', and the parent goes on writing
// it: a copy of it is made before, which the child puts into its own.

import CShims
import Platform

extension LiveProcess {
  // While the process forks: a copy of the counters, and its bytes.
  nonisolated(unsafe) private static var copy: UInt = 0
  nonisolated(unsafe) private static var copiedByteCount = 0
  nonisolated(unsafe) private static var isForked = false

  /// Whether this is the process that the program was started in, not one that was forked from it, by vfork either.
  package static var isFirst: Bool {
    !isForked
      && Int(header.pointee.process_id)
        == swiftmalloc_system_call(SWIFTMALLOC_CALL_GETPID, 0, 0, 0, 0, 0, 0)
  }

  package static func prepareFork() {
    LiveThreads.prepareFork()
    copy = 0
    if !isPublished { return }
    copiedByteCount = 0
    forEachPart(header) { _, byteCount in copiedByteCount += byteCount }
    copiedByteCount = System.roundUpToPage(copiedByteCount)
    copy = SystemMemory.allocate(byteCount: copiedByteCount) ?? 0
    if copy == 0 { return }
    let base = UnsafeRawPointer(swiftmalloc_live_memory()).unsafelyUnwrapped
    var target = pointer(copy)
    forEachPart(header) { offset, byteCount in
      target.copyMemory(from: base + offset, byteCount: byteCount)
      target += byteCount
    }
  }

  // Offset and bytes of what is in use: from the beginning to the last row of a thread, and the rows of large blocks, of heaps,
  // and of what was counted before a reset.
  private static func forEachPart(
    _ header: UnsafeMutablePointer<swiftmalloc_live_header>, _ body: (Int, Int) -> Void
  ) {
    let rows = Int(header.pointee.thread_row_end + 1)
    body(
      0, Int(SWIFTMALLOC_LIVE_THREAD_OFFSET) + rows * Int(SWIFTMALLOC_LIVE_THREAD_STRIDE))
    let large = Int(header.pointee.large_row_end)
    if large > 0 {
      body(
        Int(SWIFTMALLOC_LIVE_LARGE_OFFSET), large * MemoryLayout<swiftmalloc_live_large>.stride)
    }
    let heaps = Int(header.pointee.heap_row_end)
    if heaps > 0 {
      body(
        Int(SWIFTMALLOC_LIVE_HEAP_OFFSET), heaps * MemoryLayout<swiftmalloc_live_heap>.stride)
    }
    if header.pointee.reset_count > 0 {
      let before = Int(header.pointee.reset_row_end + 1)
      body(Int(SWIFTMALLOC_LIVE_RESET_OFFSET), before * Int(SWIFTMALLOC_LIVE_RESET_STRIDE))
    }
  }

  private static func pointer(_ address: UInt) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
  }

  package static func finishForkInParent() {
    if copy != 0 { _ = SystemMemory.release(copy, byteCount: copiedByteCount) }
    LiveThreads.finishForkInParent()
  }

  package static func finishForkInChild() {
    isForked = true
    if isPublished {
      let isOwn = copy == 0 ? beginAnew() : restore()
      if copy != 0 { _ = SystemMemory.release(copy, byteCount: copiedByteCount) }
      if !isOwn {
        LiveThreads.stayInFileOfParent()
        return
      }
    }
    LiveThreads.finishForkInChild()
    LiveLarge.finishForkInChild()
    LiveSlices.finishForkInChild()
    LiveSizes.finishForkInChild()
    LiveLook.finishForkInChild()
    writeIdentity()
  }

  // False, as the next: there is no memory at all, and the file is still the parent's.
  private static func restore() -> Bool {
    if !map(publishes: true, at: swiftmalloc_live_memory()) { return false }
    let base = UnsafeMutableRawPointer(swiftmalloc_live_memory()).unsafelyUnwrapped
    let inUse = pointer(copy).assumingMemoryBound(to: swiftmalloc_live_header.self)
    // Refused (a full file system): the memory becomes the process' own.
    var isPopulated = true
    forEachPart(inUse) { offset, byteCount in
      isPopulated = isPopulated && swiftmalloc_live_populate(base + offset, byteCount) != 0
    }
    if !isPopulated {
      _ = swiftmalloc_live_remove()
      map(publishes: false, at: base)
    }
    var source = UnsafeRawPointer(pointer(copy))
    forEachPart(inUse) { offset, byteCount in
      (base + offset).copyMemory(from: source, byteCount: byteCount)
      source += byteCount
    }
    return true
  }

  // There was no memory for a copy: the child's calls so far are not known, and its counters are in no file.
  private static func beginAnew() -> Bool {
    var start = InlineArray<1024, UInt64>(repeating: 0)
    let byteCount = Int(SWIFTMALLOC_LIVE_ARENA_OFFSET)
    let base = UnsafeMutableRawPointer(swiftmalloc_live_memory()).unsafelyUnwrapped
    withUnsafeMutableBytes(of: &start) {
      $0.baseAddress.unsafelyUnwrapped.copyMemory(from: base, byteCount: byteCount)
    }
    if !map(publishes: false, at: base) { return false }
    withUnsafeBytes(of: &start) {
      base.copyMemory(from: $0.baseAddress.unsafelyUnwrapped, byteCount: byteCount)
    }
    LiveCounts.sharedRow.pointee.is_used = 1
    if let row = swiftmalloc_own_row() { row.pointee.is_used = 1 }
    LiveThreads.refreshName()
    return true
  }
}
