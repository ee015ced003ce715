// The rows of threads: one for each that calls the allocator, given back when it ends. What it counted is added to row 0
// then. A thread for which there is no row counts in row 0, too.
//
//   fold_count is odd while a row is both in its place and partly in row 0

import CShims
import Platform

package enum LiveThreads {
  package typealias Row = UnsafeMutablePointer<swiftmalloc_live_thread>

  private static let lock = Lock()
  /// No row below it is free.
  nonisolated(unsafe) private static var firstFree = 1

  private static var header: UnsafeMutablePointer<swiftmalloc_live_header> {
    swiftmalloc_live_header_now().unsafelyUnwrapped
  }

  /// The calling thread's row, taken if it has none; nil when it is to count in row 0. Not for signal handlers that
  /// interrupted a path of the allocator.
  @inline(__always)
  package static func rowOfThisThread() -> Row? { swiftmalloc_own_row() ?? take() }

  @inline(never)
  private static func take() -> Row? {
    let none = ThreadFlags.ended | ThreadFlags.busy | ThreadFlags.hasNoRow
    if ThreadFlags.current & none != 0 { return nil }
    let ready = swiftmalloc_ready_cache()
    // A handler that comes now counts in row 0, and waits for no lock.
    swiftmalloc_enter_fast_path()
    lock.lock()
    let row = freeRow()
    if let row {
      row.pointee.thread_id = swiftmalloc_thread_id()
      row.pointee.started_boot_ns = swiftmalloc_boot_ns()
      takeName(row)
      row.pointee.is_used = 1
    } else {
      header.pointee.threads_unpublished += 1
      ThreadFlags.insert(ThreadFlags.hasNoRow)
    }
    header.pointee.threads_started += 1
    header.pointee.threads_running += 1
    lock.unlock()
    swiftmalloc_set_own_row(row)
    swiftmalloc_leave_fast_path(ready)
    // May allocate.
    swiftmalloc_watch_thread(UnsafeMutableRawPointer(bitPattern: 1))
    return row
  }

  private static func freeRow() -> Row? {
    var index = firstFree
    while index < Int(SWIFTMALLOC_LIVE_THREADS) {
      let row = swiftmalloc_live_row(index).unsafelyUnwrapped
      if index > Int(header.pointee.thread_row_end) {
        let stride = Int(SWIFTMALLOC_LIVE_THREAD_STRIDE)
        if swiftmalloc_live_populate(row, stride) == 0 { return nil }
        header.pointee.thread_row_end = UInt64(index)
      }
      if row.pointee.is_used == 0 {
        firstFree = index + 1
        return row
      }
      index += 1
    }
    firstFree = index
    return nil
  }

  private static func takeName(_ row: Row) {
    withUnsafeMutableBytes(of: &row.pointee.name) {
      swiftmalloc_thread_name($0.baseAddress!.assumingMemoryBound(to: CChar.self))
    }
  }

  /// The calling thread may have another name by now.
  package static func refreshName() {
    if let row = swiftmalloc_own_row() { takeName(row) }
  }

  /// The calling thread ends: its row is added to row 0.
  package static func endThread() {
    let row = swiftmalloc_own_row()
    if row == nil && ThreadFlags.current & ThreadFlags.hasNoRow == 0 { return }
    let ready = swiftmalloc_ready_cache()
    swiftmalloc_enter_fast_path()
    swiftmalloc_set_own_row(nil)
    ThreadFlags.remove(ThreadFlags.hasNoRow)
    lock.lock()
    if let row { merge(row) }
    header.pointee.threads_running -= 1
    lock.unlock()
    swiftmalloc_leave_fast_path(ready)
  }

  private static func merge(_ row: Row) {
    // Partner is a reader that looks at the count before and behind.
    swiftmalloc_raise_version(&header.pointee.fold_count)
    let from = swiftmalloc_live_row_classes(row).unsafelyUnwrapped
    let to = swiftmalloc_live_row_classes(LiveCounts.sharedRow).unsafelyUnwrapped
    for index in 0..<Int(SWIFTMALLOC_LIVE_CLASSES)
    where from[index].allocation_count | from[index].free_count | from[index].requested_bytes
      | from[index].returned_bytes != 0
    {
      _ = swiftmalloc_add(&to[index].allocation_count, from[index].allocation_count)
      _ = swiftmalloc_add(&to[index].free_count, from[index].free_count)
      _ = swiftmalloc_add(&to[index].requested_bytes, from[index].requested_bytes)
      _ = swiftmalloc_add(&to[index].returned_bytes, from[index].returned_bytes)
      to[index].peak_bytes = max(to[index].peak_bytes, from[index].peak_bytes)
      from[index] = swiftmalloc_live_class()
    }
    let shared = LiveCounts.sharedRow
    shared.pointee.peak_bytes = max(shared.pointee.peak_bytes, row.pointee.peak_bytes)
    row.pointee = swiftmalloc_live_thread()
    let index = Int(
      (UInt(bitPattern: row) - UInt(bitPattern: shared)) / UInt(SWIFTMALLOC_LIVE_THREAD_STRIDE))
    LiveReset.fold(index)
    firstFree = min(firstFree, index)
    swiftmalloc_raise_version(&header.pointee.fold_count)
  }

  /// Whether the caller is a signal handler that interrupted a path of the allocator.
  package static var isInCall: Bool {
    ThreadFlags.current & ThreadFlags.busy != 0
      || swiftmalloc_ready_cache() > UInt(SWIFTMALLOC_NO_CACHE)
  }

  /// Counts and peaks begin again; false without memory for it. Not in a call.
  package static func resetCounts() -> Bool {
    let ready = swiftmalloc_ready_cache()
    swiftmalloc_enter_fast_path()
    lock.lock()
    // As for a thread that ends: readers look again.
    swiftmalloc_raise_version(&header.pointee.fold_count)
    let isDone = LiveReset.takeNow()
    swiftmalloc_raise_version(&header.pointee.fold_count)
    lock.unlock()
    swiftmalloc_leave_fast_path(ready)
    return isDone
  }

  // MARK: fork

  /// Whether the lock was taken for the fork: not by a handler that interrupted its holder, who gives it back.
  nonisolated(unsafe) private static var isLocked = false

  static func prepareFork() {
    isLocked = lock.tryLock()
    if isLocked || swiftmalloc_ready_cache() != UInt(SWIFTMALLOC_NO_CACHE) { return }
    lock.lock()
    isLocked = true
  }

  static func finishForkInParent() { if isLocked { lock.unlock() } }

  /// The child's calls are counted in row 0 of its parent, whose file is left alone but for that.
  static func stayInFileOfParent() {
    if isLocked { lock.reset() }
    swiftmalloc_set_own_row(nil)
    ThreadFlags.insert(ThreadFlags.hasNoRow)
  }

  /// In the child the calling thread is the only one.
  static func finishForkInChild() {
    if isLocked { lock.reset() }
    let own = swiftmalloc_own_row()
    header.pointee.threads_running =
      own == nil && ThreadFlags.current & ThreadFlags.hasNoRow == 0 ? 0 : 1
    var index = 1
    while index <= Int(header.pointee.thread_row_end) {
      let row = swiftmalloc_live_row(index).unsafelyUnwrapped
      if row == own {
        row.pointee.thread_id = swiftmalloc_thread_id()
      } else if row.pointee.is_used != 0 {
        merge(row)
      }
      index += 1
    }
  }
}
