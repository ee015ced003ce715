// The debug heap: blocks whose every misuse is noticed and explained. All that is known of a block lies
// away from it, behind inaccessible pages.
//
//   up to 16 KiB    a slot in a bucket of its size class      DebugHeap+Allocate, DebugHeap+Buckets
//   above           a mapping of its own, or a cell           DebugHeap+Large, DebugHeap+Cells
//   freed           filled with 0xdd and not given out again until QUARANTINE bytes were freed after
//                   it (DebugHeap+Recycle); emptied buckets and large blocks lose all permissions
//
// Lock order: one class → regions; large. Reports are written under none of them.
// `DebugHeap` is a handle that may be copied.

import CShims
import Memory
import Platform
import Synchronization
import Traces

/// A heap that explains every memory error, in the memory of its policy's source.
public struct DebugHeap<Policy: DebugPolicy> {
  /// Where its memory comes from.
  public typealias Pages = Policy.Pages
  package typealias BucketPointer = UnsafeMutablePointer<Bucket>

  package let storage: UnsafeMutablePointer<DebugStorage<Policy>>

  @inline(__always)
  package init(storage: UnsafeMutablePointer<DebugStorage<Policy>>) { self.storage = storage }

  /// A new heap, or nil when the pages are refused.
  ///
  ///     | guard | gate | storage, classes | guard |
  package init?(pages: Pages, settings: DebugSettings) {
    let pageSize = System.pageSize
    let storageBytes = (MemoryLayout<DebugStorage<Policy>>.stride + 63) & ~63
    let classBytes = Self.classLimit * MemoryLayout<DebugClass>.stride
    let gateBytes = System.roundUpToPage(MemoryLayout<Gate>.stride)
    let byteCount = gateBytes + System.roundUpToPage(storageBytes + classBytes)
    guard let mapping = pages.reserve(byteCount: byteCount + 2 * pageSize) else { return nil }
    let start = mapping + UInt(pageSize)
    guard pages.commit(start, byteCount: byteCount) else { return nil }
    let gate = UnsafeMutablePointer<Gate>(bitPattern: start).unsafelyUnwrapped
    gate.initialize(to: Gate())
    storage = UnsafeMutablePointer(bitPattern: start + UInt(gateBytes)).unsafelyUnwrapped
    let classes = UnsafeMutablePointer<DebugClass>(
      bitPattern: start + UInt(gateBytes + storageBytes)
    ).unsafelyUnwrapped
    for index in 0..<Self.classLimit { (classes + index).initialize(to: DebugClass()) }
    storage.initialize(
      to: DebugStorage(
        pages: pages, settings: settings, gate: gate, classes: classes))
    if settings.protectsRecords { setWritable(false) }
  }

  // MARK: Classes

  /// Slots of the classes of blocks, then those of guarded blocks.
  static var classLimit: Int { 42 }
  static var guardedClass: Int { 41 }
  /// The longest slot.
  static var largestSlot: Int { 16384 }
  private static var geometry: SizeClasses { SizeClasses(steps: 4) }

  /// The class whose slots hold a block with `gap` bytes behind it; nil when it is too long for any.
  @inline(__always)
  static func sizeClass(
    _ byteCount: Int, alignment: Int, gap: Int = Policy.canaryByteCount
  ) -> Int? {
    let needed = byteCount &+ gap &+ (alignment > 16 ? alignment : 0)
    return needed <= largestSlot ? geometry.index(max(needed, Bucket.leastSlotSize)) : nil
  }

  /// The class of a block in this heap. Without checks one byte keeps the block's end, to which programs point, from
  /// being the next one's beginning.
  @inline(__always)
  func sizeClass(_ byteCount: Int, alignment: Int) -> Int? {
    Self.sizeClass(byteCount, alignment: alignment, gap: isChecked ? Policy.canaryByteCount : 1)
  }

  /// Whether misuse is looked for.
  @inline(__always)
  var isChecked: Bool { storage.pointee.settings.isChecked }

  static func slotSize(_ sizeClass: Int) -> Int {
    sizeClass == guardedClass ? 2 * System.pageSize : geometry.blockSize(sizeClass)
  }

  @inline(__always)
  func lock(_ sizeClass: Int) -> UnsafeMutablePointer<DebugClass> {
    let state = storage.pointee.classes + sizeClass
    if Policy.isShared {
      // One thread alone marks the lock for those that a signal handler or a fork may bring.
      if swiftmalloc_is_single_threaded() != 0 {
        state.pointee.lock.lockAlone()
      } else {
        state.pointee.lock.lock()
      }
    }
    return state
  }

  @inline(__always)
  func unlock(_ state: UnsafeMutablePointer<DebugClass>) {
    if Policy.isShared {
      if swiftmalloc_is_single_threaded() != 0 {
        state.pointee.lock.unlockAlone()
      } else {
        state.pointee.lock.unlock()
      }
    }
  }

  // MARK: The quarantine's clock

  /// KiB freed so far, as a stamp.
  @inline(__always)
  var now: UInt32 {
    UInt32(truncatingIfNeeded: storage.pointee.freedBytes.load(ordering: .relaxed) >> 10)
  }

  /// Counts freed bytes, in steps: the clock is shared by all classes.
  @inline(__always)
  func advanceClock(_ byteCount: Int, _ state: UnsafeMutablePointer<DebugClass>) {
    state.pointee.freedBytes &+= byteCount
    if state.pointee.freedBytes < Self.clockStep { return }
    storage.pointee.freedBytes.add(state.pointee.freedBytes, ordering: .relaxed)
    state.pointee.freedBytes = 0
  }

  private static var clockStep: Int { 16384 }

  /// Whether enough was freed since the stamp.
  @inline(__always)
  func isOld(_ stamp: UInt32) -> Bool {
    Int(now &- stamp) >= storage.pointee.settings.quarantine >> 10
  }
}

/// A size class: the bucket that fresh slots come from, and those with freed ones.
package struct DebugClass: ~Copyable {
  let lock = Lock()
  var current: UnsafeMutablePointer<Bucket>?
  /// The buckets that wait for their freed slots to be used again, by ordinals, and since when the first
  /// of them does.
  var firstWaiting: UInt32 = 0
  var lastWaiting: UInt32 = 0
  var waitingStamp: UInt32 = 0
  /// The bucket whose freed slots are used again, the first slot that was not looked at, and how many there
  /// are to find.
  var recycled: UnsafeMutablePointer<Bucket>?
  var recycledIndex = 0
  var recycledCount: UInt32 = 0
  /// Bytes asked for in live blocks.
  var requestedBytes = 0
  /// Bytes of freed slots that the quarantine's clock has not counted yet.
  var freedBytes = 0
  /// Whether it had a bucket before: a class that fills one will fill the next one.
  var hasHadBucket = false
}

/// The state of a heap: read-only between calls where the settings say so.
package struct DebugStorage<Policy: DebugPolicy>: ~Copyable {
  package let pages: Policy.Pages
  package let settings: DebugSettings
  let gate: UnsafeMutablePointer<Gate>
  let classes: UnsafeMutablePointer<DebugClass>
  var regions: Regions<Policy.Pages>
  let largeLock = Lock()
  var large: LargeTable<Policy.Pages>
  var pools: LargePools<Policy.Pages>
  var largeQueue = LargeQueue()
  var largeGraves = LargeGraves()
  /// A damaged block that left the quarantine, to be reported when the lock of large blocks ends.
  var largeDamage: Finding?
  var largeRequestedBytes = 0
  /// Bytes of all slots freed so far: the quarantine's clock.
  let freedBytes = Atomic<Int>(0)
  /// Bytes in use, counted only when there is a limit.
  let bytesInUse = Atomic<Int>(0)
  /// Guarded and large blocks in use, retired slices, and those whose pages were moved: each splits a
  /// mapping.
  let mappingCount = Atomic<Int>(0)
  /// Of these, large blocks in use.
  let apartCount = Atomic<Int>(0)
  /// Whether the system hides pages: 1, or 2 if not; 0: nobody asked.
  let hiding = Atomic<Int>(0)
  /// The stamp when the system last refused to seal a slice; 0: never.
  let sealRefusal = Atomic<UInt32>(0)
  /// Whether the system moves pages: until it refuses, as addresses may be lost by that.
  let movesPages = Atomic<Bool>(true)
  /// The thread that a heap for one thread belongs to, its number above the trace of its first call.
  let owner = Atomic<UInt64>(0)

  init(
    pages: Policy.Pages, settings: DebugSettings, gate: UnsafeMutablePointer<Gate>,
    classes: UnsafeMutablePointer<DebugClass>
  ) {
    self.pages = pages
    self.settings = settings
    self.gate = gate
    self.classes = classes
    regions = Regions(pages: pages)
    large = LargeTable(pages: pages)
    pools = LargePools(pages: pages)
  }
}
