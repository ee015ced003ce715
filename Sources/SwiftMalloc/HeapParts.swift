// Where a heap's parts lie. They are addresses, none of which depends on the policy, so that the fast paths need not be
// compiled for each.

import CShims
import Heap
import Memory
import Platform
import Synchronization

/// The same heap in every copy.
@usableFromInline
struct HeapParts<Policy: HeapPolicy> {
  typealias Core = CoreHeap<SolePolicy<Policy.Pages>>
  typealias BumpCore = BumpHeap<SolePolicy<Policy.Pages>>

  private let storageAddress: UInt
  @usableFromInline let cacheAddress: UInt
  // 0: no bump heap.
  @usableFromInline let bumpAddress: UInt
  // 0: one thread.
  private let lockAddress: UInt
  #if DEBUG
    // The thread that is in a heap of one, and the heap's name for what is said then.
    private let insideAddress: UInt
    private let name: StaticString
  #endif
  private let table: ClassTable
  // Whether the memory is the system's.
  private let isSystem = Policy.Pages.self == SystemPages.self

  /// Of a new heap; nil when the pages are refused.
  init?(
    _ name: StaticString, pages: Policy.Pages, _ settings: HeapSettings, _ table: ClassTable
  ) {
    self.table = table
    let core: Core
    if Policy.isBump {
      guard let bump = BumpCore(pages: pages, settings: settings) else { return nil }
      core = bump.heap
      bumpAddress = bump.stateAddress
    } else {
      guard let plain = Core(pages: pages, settings: settings) else { return nil }
      core = plain
      bumpAddress = 0
    }
    storageAddress = UInt(bitPattern: core.storage)
    cacheAddress = UInt(bitPattern: core.threads.cache)
    guard let piece = core.metadataAllocator.allocate(byteCount: 64) else {
      core.destroy()
      return nil
    }
    #if DEBUG
      self.name = name
      insideAddress = piece
      UnsafeMutablePointer(bitPattern: piece).unsafelyUnwrapped.initialize(to: Atomic<UInt>(0))
    #endif
    if !Policy.isShared {
      lockAddress = 0
      return
    }
    UnsafeMutablePointer<Lock>(bitPattern: piece + 32).unsafelyUnwrapped.initialize(to: Lock())
    lockAddress = piece + 32
  }

  /// Gives everything back.
  func destroy() {
    wipeAll()
    let pages = core.pageHeap.pages
    core.destroy()
    table.giveBack(to: pages)
  }

  var isBump: Bool { bumpAddress != 0 }
  var quick: QuickPath { QuickPath(cacheAddress) }
  var core: Core {
    Core(storage: UnsafeMutablePointer(bitPattern: storageAddress).unsafelyUnwrapped)
  }
  var bump: BumpCore { BumpCore(heap: core, state: bumpAddress) }

  @inline(__always)
  func locked<Result>(_ body: () -> Result) -> Result {
    guard let lock = UnsafeMutablePointer<Lock>(bitPattern: lockAddress) else {
      return alone(body)
    }
    lock.pointee.lock()
    defer { lock.pointee.unlock() }
    return body()
  }

  // A debug build ends the program when two threads are in the heap of one: the compiler does not see what is unchecked.
  @inline(__always)
  private func alone<Result>(_ body: () -> Result) -> Result {
    #if DEBUG
      let inside = UnsafeMutablePointer<Atomic<UInt>>(bitPattern: insideAddress).unsafelyUnwrapped
      let thread = swiftmalloc_thread_mark()
      let other = inside.pointee.exchange(thread, ordering: .relaxed)
      if other != 0, other != thread { TwoThreads.end(name, UInt(storageAddress)) }
      defer { inside.pointee.store(other, ordering: .relaxed) }
    #endif
    return body()
  }

  // MARK: Blocks, of one thread's heap

  /// A block from the fast path; nil when `allocate` has to find one.
  @inlinable @inline(__always)
  func allocateQuickly(_ byteCount: UInt) -> UInt? {
    if !Policy.isBump { return QuickPath(cacheAddress).allocateFirst(byteCount) }
    let room = UnsafeMutablePointer<BumpRoom>(bitPattern: bumpAddress).unsafelyUnwrapped
    return room.allocate(byteCount)
  }

  /// Frees a block on the fast path; false when `free` has to look at it.
  @inlinable @inline(__always)
  func freeQuickly(_ address: UInt) -> Bool {
    PageMap.withWindowRecord(address) { QuickPath(cacheAddress).freeFirst(address, $0) }
  }

  // MARK: Blocks, under the lock

  func allocate(_ byteCount: Int, _ alignment: Int, _ zeroed: Bool) -> UInt {
    if !isBump, alignment == 16 {
      if zeroed || Policy.zeroing == .whenAllocated { return core.allocateZeroed(byteCount) }
      if let address = quick.allocate(byteCount) { return address }
      if isSystem { return SystemHeap.allocate(byteCount, storageAddress) }
    }
    let address =
      isBump
      ? bump.allocate(byteCount, alignment: alignment)
      : core.allocate(byteCount, alignment: alignment).address
    // All that may be used, as `reallocate` stays in the block.
    if zeroed || Policy.zeroing == .whenAllocated { fill(address, usableSize(address)) }
    return address
  }

  /// Frees a block, or ends the process: it is no live one.
  func free(_ address: UInt) {
    let badFree = locked { () -> BadFree? in
      wipe(address)
      if isBump { return foreign(address) ?? bump.free(address) }
      if quick.free(address) { return nil }
      if let badFree = foreign(address) { return badFree }
      return isSystem ? SystemHeap.tryFree(address, storageAddress) : core.tryFree(address)
    }
    badFree?.end()
  }

  // What is wrong with an address in no memory of the library: here no other allocator's block can be meant, as it can by free.
  private func foreign(_ address: UInt) -> BadFree? {
    if PageMap.record(address) != nil { return nil }
    // Of a large block only the beginning is known to the page map.
    guard let block = core.findBlock(address) else {
      return BadFree(address, .noHeap("in no memory of the heap"))
    }
    return BadFree(
      address, .insideBlock(offset: Int(address - block.start), blockSize: block.byteCount))
  }

  /// Frees every block.
  func freeAll() {
    wipeAll()
    if isBump { return bump.freeAll() }
    if isSystem { SystemHeap.freeAll(storageAddress) } else { core.freeAll() }
  }

  func usableSize(_ address: UInt) -> Int {
    guard isOwn(address) else { return 0 }
    if isBump { return bump.usableSize(address) }
    return core.isLive(address) ? core.usableSize(address) : 0
  }

  // Whether the address is in a block of the heap, or was.
  private func isOwn(_ address: UInt) -> Bool {
    guard let record = PageMap.record(address) else { return false }
    let head = record.kind == .continuation ? PageMap.knownRecord(record.start) : record
    switch head.kind {
    case .small, .medium, .large, .emergency:
      return UInt(bitPattern: head.heap) == storageAddress
    default: return false
    }
  }

  /// The block with another size; 0 when there is no memory. Ends the process when it is no live one.
  func reallocate(_ address: UInt, _ byteCount: Int) -> UInt {
    foreign(address)?.end()
    if !isBump, Policy.zeroing == .onRequest {
      return core.reallocate(address, to: max(byteCount, 1))
    }
    let old = usableSize(address)
    if old == 0 { (isBump ? bump.free(address) : core.tryFree(address))?.end() }
    if byteCount <= old { return address }
    guard let new = UnsafeMutableRawPointer(bitPattern: allocate(byteCount, 16, false)),
      let block = UnsafeRawPointer(bitPattern: address)
    else { return 0 }
    new.copyMemory(from: block, byteCount: old)
    wipe(address)
    _ = isBump ? bump.free(address) : core.tryFree(address)
    return UInt(bitPattern: new)
  }

  // MARK: Zeros

  // Of what is no live block nothing is changed.
  private func wipe(_ address: UInt) {
    if Policy.zeroing == .whenFreed { fill(address, usableSize(address)) }
  }

  private func wipeAll() {
    if Policy.zeroing != .whenFreed { return }
    if isBump { bump.forEachBlock { fill($0, $1) } } else { core.forEachBlock { fill($0, $1) } }
  }

  private func fill(_ address: UInt, _ byteCount: Int) {
    UnsafeMutableRawPointer(bitPattern: address)?.initializeMemory(
      as: UInt8.self, repeating: 0, count: byteCount)
  }
}
