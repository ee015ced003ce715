// Where a heap's parts lie. They are addresses, none of which depends on the policy, so that the fast paths need not be
// compiled for each.

import Heap
import Memory
import Platform

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
  // Whether the memory is the system's.
  private let isSystem = Policy.Pages.self == SystemPages.self

  /// Of a new heap; nil when the pages are refused.
  init?(pages: Policy.Pages, _ settings: HeapSettings) {
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
    if !Policy.isShared {
      lockAddress = 0
      return
    }
    guard let piece = core.metadataAllocator.allocate(byteCount: MemoryLayout<Lock>.stride) else {
      core.destroy()
      return nil
    }
    UnsafeMutablePointer<Lock>(bitPattern: piece).unsafelyUnwrapped.initialize(to: Lock())
    lockAddress = piece
  }

  var isBump: Bool { bumpAddress != 0 }
  var quick: QuickPath { QuickPath(cacheAddress) }
  var core: Core {
    Core(storage: UnsafeMutablePointer(bitPattern: storageAddress).unsafelyUnwrapped)
  }
  var bump: BumpCore { BumpCore(heap: core, state: bumpAddress) }

  @inline(__always)
  func locked<Result>(_ body: () -> Result) -> Result {
    guard let lock = UnsafeMutablePointer<Lock>(bitPattern: lockAddress) else { return body() }
    lock.pointee.lock()
    defer { lock.pointee.unlock() }
    return body()
  }

  // MARK: Blocks, of one thread's heap

  /// A block from the fast path; nil when `allocate` has to find one.
  @inlinable @inline(__always)
  func allocateQuickly(_ byteCount: UInt) -> UInt? {
    if !Policy.isBump { return QuickPath(cacheAddress).allocateFirst(byteCount) }
    let state = UnsafeMutablePointer<BumpState>(bitPattern: bumpAddress).unsafelyUnwrapped
    return state.allocate(byteCount)
  }

  /// Frees a block on the fast path; false when `free` has to look at it.
  @inlinable @inline(__always)
  func freeQuickly(_ address: UInt) -> Bool {
    PageMap.withWindowRecord(address) { QuickPath(cacheAddress).freeFirst(address, $0) }
  }

  // MARK: Blocks, under the lock

  func allocate(_ byteCount: Int, _ alignment: Int, _ zeroed: Bool) -> UInt {
    if !isBump, alignment == 16 {
      if zeroed { return core.allocateZeroed(byteCount) }
      if let address = quick.allocate(byteCount) { return address }
      if isSystem { return SystemHeap.allocate(byteCount, storageAddress) }
    }
    let address =
      isBump
      ? bump.allocate(byteCount, alignment: alignment)
      : core.allocate(byteCount, alignment: alignment).address
    if zeroed, let block = UnsafeMutableRawPointer(bitPattern: address) {
      block.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    }
    return address
  }

  /// Frees a block, or ends the process: it is no live one.
  func free(_ address: UInt) {
    let badFree = locked { () -> BadFree? in
      if isBump { return bump.free(address) }
      if quick.free(address) { return nil }
      return isSystem ? SystemHeap.tryFree(address, storageAddress) : core.tryFree(address)
    }
    badFree?.end()
  }

  /// Frees every block.
  func freeAll() {
    if isBump { return bump.freeAll() }
    if isSystem { SystemHeap.freeAll(storageAddress) } else { core.freeAll() }
  }

  func usableSize(_ address: UInt) -> Int {
    if isBump { return bump.usableSize(address) }
    guard PageMap.record(address)?.heap == UnsafeMutableRawPointer(bitPattern: storageAddress),
      core.isLive(address)
    else { return 0 }
    return core.usableSize(address)
  }

  /// The block with another size; 0 when there is no memory. Ends the process when it is no live one.
  func reallocate(_ address: UInt, _ byteCount: Int) -> UInt {
    if !isBump { return core.reallocate(address, to: max(byteCount, 1)) }
    let old = bump.usableSize(address)
    if old == 0 { bump.free(address)?.end() }
    if byteCount <= old { return address }
    guard let new = UnsafeMutableRawPointer(bitPattern: bump.allocate(byteCount)),
      let block = UnsafeRawPointer(bitPattern: address)
    else { return 0 }
    new.copyMemory(from: block, byteCount: old)
    _ = bump.free(address)
    return UInt(bitPattern: new)
  }
}
