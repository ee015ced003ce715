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
    let (byteCount, largeBytes) = bytesInUse(header)
    copiedByteCount = System.roundUpToPage(byteCount + largeBytes)
    copy = SystemMemory.allocate(byteCount: copiedByteCount) ?? 0
    if copy == 0 { return }
    let base = UnsafeRawPointer(swiftmalloc_live_memory()).unsafelyUnwrapped
    pointer(copy).copyMemory(from: base, byteCount: byteCount)
    pointer(copy + UInt(byteCount)).copyMemory(
      from: base + Int(SWIFTMALLOC_LIVE_LARGE_OFFSET), byteCount: largeBytes)
  }

  // From the beginning to the last row of a thread, and of large blocks.
  private static func bytesInUse(_ header: UnsafeMutablePointer<swiftmalloc_live_header>)
    -> (Int, Int)
  {
    let rowBytes = Int(header.pointee.thread_row_end + 1) * Int(SWIFTMALLOC_LIVE_THREAD_STRIDE)
    let largeBytes =
      Int(header.pointee.large_row_end) * MemoryLayout<swiftmalloc_live_large>.stride
    return (Int(SWIFTMALLOC_LIVE_THREAD_OFFSET) + rowBytes, largeBytes)
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
    writeIdentity()
  }

  // False, as the next: there is no memory at all, and the file is still the parent's.
  private static func restore() -> Bool {
    if !map(publishes: true, at: swiftmalloc_live_memory()) { return false }
    let base = UnsafeMutableRawPointer(swiftmalloc_live_memory()).unsafelyUnwrapped
    let (byteCount, largeBytes) = bytesInUse(
      pointer(copy).assumingMemoryBound(to: swiftmalloc_live_header.self))
    // Refused (a full file system): the memory becomes the process' own.
    if swiftmalloc_live_populate(base, byteCount) == 0
      || largeBytes > 0
        && swiftmalloc_live_populate(base + Int(SWIFTMALLOC_LIVE_LARGE_OFFSET), largeBytes) == 0
    {
      _ = swiftmalloc_live_remove()
      map(publishes: false, at: base)
    }
    base.copyMemory(from: pointer(copy), byteCount: byteCount)
    (base + Int(SWIFTMALLOC_LIVE_LARGE_OFFSET)).copyMemory(
      from: pointer(copy + UInt(byteCount)), byteCount: largeBytes)
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
