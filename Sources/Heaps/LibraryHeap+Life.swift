// How such a heap begins and ends, and what becomes of it when threads end and the process forks.

import CShims
import Heap
import Live
import Memory
import Platform

extension LibraryHeap {
  /// What a program asks for.
  package struct Options {
    package var name: UnsafePointer<CChar>?
    package var limit = Int.max
    package var isLocal = false
    package var isBump = false
    package init() {}
  }

  /// A new heap; nil when there is no memory for it, when there are too many, and in a signal handler that interrupted
  /// the heap. With `settings` nil its blocks are tracked.
  package static func make(_ options: Options, _ settings: HeapSettings?) -> LibraryHeap? {
    let isHandler = !HeapTable.enter()
    defer { HeapTable.leave(isHandler) }
    if isHandler { return nil }
    guard let slot = HeapTable.take() else { return nil }
    slot.pointee.isLocal = options.isLocal
    slot.pointee.isBump = options.isBump
    slot.pointee.limit = options.limit
    slot.pointee.setName(options.name)
    let heap = LibraryHeap(slot)
    guard heap.start(options, settings) else {
      HeapTable.free(slot)
      return nil
    }
    if options.isLocal { slot.pointee.owner = swiftmalloc_thread_mark() }
    heap.publish()
    return heap
  }

  private func publish() {
    var flags: UInt32 = 0
    if slot.pointee.isLocal { flags |= SWIFTMALLOC_HEAP_LOCAL }
    if slot.pointee.isBump { flags |= SWIFTMALLOC_HEAP_BUMP }
    let taken = withUnsafeBytes(of: &slot.pointee.name) {
      LiveHeaps.take(
        handle: UInt(bitPattern: slot), flags: flags, limit: slot.pointee.limit,
        name: $0.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CChar.self))
    }
    guard let taken else { return }
    slot.pointee.liveRow = taken.number
    if slot.pointee.storage != 0 {
      plain.storage.pointee.budget.pointee.published = taken.row
    }
  }

  private func start(_ options: Options, _ settings: HeapSettings?) -> Bool {
    guard let settings else {
      slot.pointee.kind = .tracked
      return true
    }
    if options.isBump {
      guard let heap = SoleBumpHeap(pages: SystemPages(), settings: settings) else { return false }
      slot.pointee.storage = UInt(bitPattern: heap.heap.storage)
      slot.pointee.bump = heap.stateAddress
      slot.pointee.kind = .bump
    } else {
      guard let heap = SoleHeap(pages: SystemPages(), settings: settings) else { return false }
      slot.pointee.storage = UInt(bitPattern: heap.storage)
      slot.pointee.kind = .plain
    }
    plain.storage.pointee.note = UInt(bitPattern: slot)
    if !options.isBump {
      slot.pointee.cache = UInt(bitPattern: plain.threads.cache)
    }
    return true
  }

  /// Gives all memory back, live blocks with it. Nobody uses the heap meanwhile or afterwards.
  package func destroy() {
    let isHandler = !HeapTable.enter()
    defer { HeapTable.leave(isHandler) }
    // Rather lost than half destroyed.
    if isHandler { return }
    OwnHeap.forget(slot)
    if slot.pointee.storage != 0 { plain.destroy() }
    LiveHeaps.leave(slot.pointee.liveRow)
    HeapTable.free(slot)
  }

  /// From now on only frees reach the heap, from any thread.
  package func closeForGood() {
    if kind == .bump { bump.countRemaining() }
    slot.pointee.age = .deleted
    LiveHeaps.markAsDeleted(slot.pointee.liveRow)
    slot.pointee.isLocal = false
    slot.pointee.cache = 0
    slot.pointee.owner = 0
  }
}

extension HeapSlot {
  mutating func setName(_ name: UnsafePointer<CChar>?) {
    guard let name else { return }
    var index = 0
    // As much of it as there is room for.
    while index < self.name.count - 1, name[index] != 0 {
      self.name[index] = name[index]
      index += 1
    }
  }
}

extension HeapTable {
  /// The calling thread ends: its local heaps belong to whoever uses them next.
  package static func threadEnds() {
    if !isUsed { return }
    let isHandler = !enter()
    defer { leave(isHandler) }
    if isHandler { return }
    OwnHeap.forgetAll()
    forEach { if $0.pointee.owner == swiftmalloc_thread_mark() { $0.pointee.owner = 0 } }
  }

  /// Does something with every heap that the calling thread may use now, and with `all` also with the local heaps of
  /// other threads, which may be just changing.
  package static func useEach(all: Bool = false, _ body: (LibraryHeap) -> Void) {
    if !isUsed { return }
    let isHandler = !enter()
    defer { leave(isHandler) }
    if isHandler { return }
    forEach { slot in
      let isLocked = !slot.pointee.isLocal
      if !isLocked, !all, slot.pointee.owner != swiftmalloc_thread_mark() {
        return
      }
      if !isLocked, slot.isInterrupted { return }
      if isLocked {
        slot.pointee.lock.lock()
        body(LibraryHeap(slot))
        slot.pointee.lock.unlock()
      } else if slot.pointee.owner == swiftmalloc_thread_mark() {
        slot.whileBusy { body(LibraryHeap(slot)) }
      } else {
        body(LibraryHeap(slot))
      }
    }
  }

  /// By the helper thread: gives back what the heaps that are not one thread's have not used for the purge delay. Whether
  /// something waits for its time.
  package static func purgeByAge() -> Bool {
    var isDue = false
    useEach { if $0.kind != .tracked, $0.plain.purgeByAge() { isDue = true } }
    return isDue
  }

  /// Begins to use the table, with the thread marked as in a slow path; false in a signal handler that interrupted one.
  static func enter() -> Bool {
    if !ReadyThread().enterSlowPath() { return false }
    lock.lock()
    return true
  }

  static func leave(_ isHandler: Bool) {
    if isHandler { return }
    lock.unlock()
    ReadyThread().leaveSlowPath()
  }

  // MARK: fork

  // A signal handler may have interrupted a holder of the locks. It is marked so before the fork and after it.
  private static var isInterrupted: Bool { ThreadFlags.current & ThreadFlags.busy != 0 }

  /// Before a fork: takes the locks, before any of the process' heap.
  package static func prepareFork() {
    if isInterrupted { return }
    lock.lock()
    forEach { $0.pointee.lock.lock() }
    TrackedBlocks.prepareFork()
  }

  /// After it, and after the process' heap has given its own back.
  package static func finishForkInParent() {
    if isInterrupted { return }
    TrackedBlocks.finishForkInParent()
    forEach { $0.pointee.lock.unlock() }
    lock.unlock()
  }

  /// In the child the local heaps of other threads belong to nobody, as they may be half changed.
  package static func finishForkInChild() {
    if isInterrupted { return }
    TrackedBlocks.finishForkInChild()
    forEach { slot in
      slot.pointee.lock.reset()
      if slot.pointee.isLocal, slot.pointee.owner != swiftmalloc_thread_mark() {
        slot.pointee.owner = .max
      }
    }
    lock.reset()
  }
}
