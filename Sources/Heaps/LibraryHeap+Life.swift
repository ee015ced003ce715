// How such a heap begins and ends, what becomes of it when threads end, and what is done with all of them.

import CShims
import Heap
import Live
import Memory
import Platform
import Synchronization

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
    if slot.pointee.storage != 0, kind != .cached {
      plain.storage.pointee.budget.pointee.published = taken.row
    }
  }

  private func start(_ options: Options, _ settings: HeapSettings?) -> Bool {
    guard let settings else {
      slot.pointee.kind = .tracked
      return true
    }
    if options.isBump {
      guard let heap = makeBump(options, settings) else { return false }
      slot.pointee.storage = UInt(bitPattern: heap.heap.storage)
      slot.pointee.bump = heap.stateAddress
      slot.pointee.kind = .bump
    } else if !options.isLocal, options.limit >= Self.leastLimit, !LiveCounts.isOn {
      guard let heap = ProductionHeap(pages: SystemPages(), settings: settings) else {
        return false
      }
      slot.pointee.storage = UInt(bitPattern: heap.storage)
      heap.storage.pointee.note = UInt(bitPattern: slot)
      slot.pointee.kind = .cached
      return true
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

  // Only one thread's may be where programs look for room.
  private func makeBump(_ options: Options, _ settings: HeapSettings) -> SoleBumpHeap? {
    SoleBumpHeap(
      pages: SystemPages(), settings: settings, place: options.isLocal ? slot.room : nil)
  }

  /// Writes the name of the heap of which this is noted into 48 bytes of zeros.
  package static func writeName(_ note: UInt, _ name: UnsafeMutablePointer<CChar>) {
    guard let slot = HeapTable.slot(noted: note) else { return }
    let own = slot.pointee.name
    if own[0] == 0 {
      let text: StaticString = "unnamed"
      for index in 0..<text.utf8CodeUnitCount { name[index] = CChar(text.utf8Start[index]) }
      return
    }
    for index in 0..<own.count { name[index] = own[index] }
  }

  /// Gives all memory back, live blocks with it. Nobody uses the heap meanwhile or afterwards.
  package func destroy() {
    let isHandler = !HeapTable.enter()
    defer { HeapTable.leave(isHandler) }
    // Rather lost than half destroyed.
    if isHandler { return }
    OwnHeap.forget(slot)
    if kind == .cached {
      destroyCached()
    } else if slot.pointee.storage != 0 {
      plain.destroy()
    }
    LiveHeaps.leave(slot.pointee.liveRow)
    HeapTable.free(slot)
  }

  /// From now on only frees reach the heap, from any thread.
  package func closeForGood() {
    if kind == .bump {
      bump.close()
      bump.countRemaining()
    }
    slot.pointee.age = .deleted
    LiveHeaps.markAsDeleted(slot.pointee.liveRow)
    slot.pointee.isLocal = false
    if kind == .plain { slot.pointee.cache = 0 }
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

  /// The same of its caches of shared heaps. What was deleted of those, and holds nothing any more, ends.
  package static func threadLeavesCaches() {
    if !CachePlaces.areMade { return }
    // 16 at most.
    var deleted = InlineArray<16, Slot?>(repeating: nil)
    var count = 0
    if !enter() { return }
    endPlaces {
      deleted[count] = $0
      count += 1
    }
    leave(false)
    for index in 0..<count { if let slot = deleted[index] { LibraryHeap(slot).endIfEmpty() } }
  }

  /// Does something with every heap that the calling thread may use now, and with `all` also with the local heaps of
  /// other threads, which may be just changing.
  package static func useEach(all: Bool = false, _ body: (LibraryHeap) -> Void) {
    if !isUsed { return }
    let isHandler = !enter()
    defer { leave(isHandler) }
    if isHandler { return }
    forEach { slot in
      let use = begin(slot, all: all)
      if use == .none { return }
      body(LibraryHeap(slot))
      end(use, slot)
    }
  }

  // How one of them is used meanwhile.
  private enum Use {
    /// Not at all.
    case none
    /// Its own functions, or nothing, keep others away.
    case open
    case locked
    /// Of the calling thread.
    case busy
    /// The same, of which the thread's word was set aside.
    case busyAlone
  }

  @inline(never)
  private static func begin(_ slot: Slot, all: Bool) -> Use {
    if slot.pointee.kind == .cached {
      // A signal handler may have come into a fast path of the heap.
      return LibraryHeap(slot).place?.isInterrupted ?? false ? .none : .open
    }
    if !slot.pointee.isLocal {
      slot.pointee.lock.lock()
      return .locked
    }
    let isOwn = slot.pointee.owner == swiftmalloc_thread_mark()
    if !isOwn && !all || slot.isInterrupted { return .none }
    if !isOwn { return .open }
    return slot.beginBusy() ? .busyAlone : .busy
  }

  @inline(never)
  private static func end(_ use: Use, _ slot: Slot) {
    switch use {
    case .none, .open: break
    case .locked: slot.pointee.lock.unlock()
    case .busy: slot.endBusy(false)
    case .busyAlone: slot.endBusy(true)
    }
  }

  /// By the helper thread: gives back what the heaps that are not one thread's have not used for
  /// the purge delay. Whether something waits for its time.
  package static func purgeByAge(isIdle: Bool) -> Bool {
    var isDue = false
    useEach { if $0.purgeByAge(isIdle: isIdle) { isDue = true } }
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
}
