// Guarded blocks in production: some of the samples stand at the end or the beginning of a page of
// their own, between inaccessible ones, and stay inaccessible for a while after their free.
//
//   pool     slot | slot | …          512 slices of addresses; a block in the page in the middle of each
//   slot     inaccessible … | page | … inaccessible
//   order    fresh slots first, then the one that was freed first; at most half of them hold live blocks
//
// All that is known of a slot stands in the records, a mapping of its own
// (CShims/include/guarded_blocks.h). One lock covers them; no stack is walked and nothing is
// printed under it.

import CShims
import DebugHeap
import Heap
import Memory
import Platform
import Synchronization
import Traces

package enum GuardedBlocks {
  typealias Records = UnsafeMutablePointer<swiftmalloc_guarded_records>
  typealias Slot = UnsafeMutablePointer<swiftmalloc_guarded_slot>

  static let lock = Lock()
  // Written once, before `isReady`.
  nonisolated(unsafe) static var records: Records?
  nonisolated(unsafe) static var start: UInt = 0
  nonisolated(unsafe) static var stopsAtError = true
  private static let isReady = Atomic<Bool>(false)

  static var slotCount: Int { Int(SWIFTMALLOC_GUARDED_SLOTS) }
  static var frameLimit: Int { Int(SWIFTMALLOC_GUARDED_FRAMES) }
  /// Bytes from a slot's beginning to its page.
  static var pageOffset: Int { PageMap.sliceSize / 2 }
  private static var poolBytes: Int { slotCount * PageMap.sliceSize }
  // With records and stacks.
  private static var leastByteCount: Int { poolBytes + (6 << 20) }
  static var recordBytes: Int {
    System.roundUpToPage(
      MemoryLayout<swiftmalloc_guarded_records>.stride
        + slotCount * MemoryLayout<swiftmalloc_guarded_slot>.stride)
  }
  /// Bytes that the stacks of all slots take at most, each of them being of another one.
  package static var mostTraceBytes: Int { isOn ? slotCount * 2 * (frameLimit + 3) * 4 : 0 }

  /// Whether blocks are guarded, or were.
  @inline(__always)
  package static var isOn: Bool { isReady.load(ordering: .acquiring) }

  /// Whether an address is in the pool.
  package static func owns(_ address: UInt) -> Bool {
    isOn && address &- start < UInt(poolBytes)
  }

  /// Reserves addresses and records, once. False when there is no room for them, or pages are so
  /// long that no slice has three.
  package static func start(stopsAtError: Bool) -> Bool {
    if isOn { return true }
    if System.pageSize * 4 > PageMap.sliceSize || !SystemMemory.hasRoom(byteCount: leastByteCount)
      || !Unwinder.startForSamples()
    {
      return false
    }
    guard let pool = reserveAligned() else { return false }
    guard let mapping = mapRecords(),
      let records = Records(bitPattern: mapping), GuardReports.start(),
      PageMap.cover(pool, byteCount: poolBytes, pages: SystemPages())
    else {
      SystemMemory.release(pool, byteCount: poolBytes)
      return false
    }
    ThreadTable.start()
    ProcessNumber.remember()
    start = pool
    self.stopsAtError = stopsAtError
    self.records = records
    GuardPages.start()
    swiftmalloc_guarded_begin(records)
    records.pointee.start = UInt64(pool)
    records.pointee.stride = UInt64(PageMap.sliceSize)
    records.pointee.page_offset = UInt64(pageOffset)
    records.pointee.page_bytes = UInt64(System.pageSize)
    SystemMemory.setName(swiftmalloc_guarded_name(), mapping, byteCount: recordBytes)
    Unwinder.reportsSamples = true
    isReady.store(true, ordering: .releasing)
    // So that its name and id are known, whatever a sandbox refuses later.
    _ = ThreadTable.numberOfThisThread
    return true
  }

  // Between inaccessible pages, so that it is no part of a mapping with hidden ones: of these gdb's gcore loses pieces.
  private static func mapRecords() -> UInt? {
    let page = System.pageSize
    guard let mapping = SystemMemory.reserve(byteCount: recordBytes + 2 * page) else { return nil }
    let records = mapping + UInt(page)
    if SystemMemory.commit(records, byteCount: recordBytes) { return records }
    SystemMemory.release(mapping, byteCount: recordBytes + 2 * page)
    return nil
  }

  private static func reserveAligned() -> UInt? {
    let wanted = poolBytes + PageMap.sliceSize
    guard let first = SystemMemory.reserve(byteCount: wanted) else { return nil }
    let pool = (first + PageMap.sliceMask) & ~PageMap.sliceMask
    // The rest stays inaccessible: an underflow of the first slot's block ends there.
    return pool
  }

  // MARK: Slots

  static func slot(_ index: Int) -> Slot {
    swiftmalloc_guarded_slot(records, UInt32(index)).unsafelyUnwrapped
  }

  /// The slot whose addresses hold this one of the pool.
  static func index(of address: UInt) -> Int { Int((address - start) / UInt(PageMap.sliceSize)) }

  /// The page of a slot.
  static func page(_ index: Int) -> Area {
    let page = start + UInt(index * PageMap.sliceSize + pageOffset)
    return Area(start: page, end: page + UInt(System.pageSize))
  }

  static func count(_ which: Int) {
    swiftmalloc_guarded_counter(records, Int32(which)).pointee += 1
  }

  /// Notes a stack and its thread.
  static func note(
    _ trace: UInt32, _ thread: Int, in stack: UnsafeMutablePointer<swiftmalloc_guarded_stack>
  ) {
    stack.pointee.count = 0
    StackDepot.eachAddress(trace) { swiftmalloc_guarded_add_frame(stack, UInt64($0)) }
    stack.pointee.thread_id = thread == 0 ? 0 : ThreadTable.record(thread).pointee.id
    swiftmalloc_thread_name(swiftmalloc_guarded_thread_name(stack))
  }

  // MARK: Threads and forks

  /// The calling thread ends.
  package static func threadEnds() { if isOn { ThreadTable.endThread() } }

  /// The lock of the pool, for forks; nobody waits for it who holds another one.
  package static func withLock(_ body: (borrowing Lock) -> Void) { body(lock) }

  /// In the child of a fork the calling thread is another one.
  package static func finishForkInChild() {
    if !isOn { return }
    ProcessNumber.remember()
    GuardReports.finishForkInChild()
    ThreadTable.forget()
  }

  /// No block is guarded any more, nor is it known of any what it is: another thread of the parent
  /// may have held the lock.
  package static func end() { isReady.store(false, ordering: .relaxed) }
}
