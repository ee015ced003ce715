// What is known of a heap that a program made by swiftmalloc_heap_new. Its handle is the address of its slot in a table that
// is never given back, so that a handle that is wrong, or whose heap was destroyed, can be told without a crash.
//
//   table   | slot | slot | slot | …        made at the first heap; a slot is used again when all others were

import CShims
import Heap
import Memory
import Platform
import Synchronization

/// 128 bytes. All zero: no heap.
package struct HeapSlot: ~Copyable {
  /// Of a bump heap for one thread, and zeros of others. First: there `swiftmalloc_bump_malloc` of swiftmalloc.h looks for room.
  fileprivate var room = BumpRoom()
  package let lock = Lock()
  package var kind = HeapKind.none
  package var isLocal = false
  package var isBump = false
  /// Whether its thread is in a slow path of a local heap: who finds that set is a signal handler.
  package var isBusy = false
  package var age = HeapAge.live
  /// Its row in the published counters (LiveHeaps); 0: none.
  package var liveRow: UInt16 = 0
  /// Frees that are on their way in a heap with thread caches.
  let inside = Atomic<UInt32>(0)
  /// `swiftmalloc_thread_mark` of the thread that a local heap belongs to; 0 when that has ended.
  package var owner: UInt = 0
  /// Of the heap's `HeapStorage`; 0 where its blocks are tracked. Of a free slot the next one that is free.
  package var storage: UInt = 0
  /// Of the only cache of a heap of spans, or of a bump heap's state; 0 of others.
  private var part: UInt = 0
  package var limit = Int.max
  /// Of tracked blocks: their number, and the bytes that were asked for.
  package var liveCount = 0
  package var liveBytes = 0
  package var name = InlineArray<48, CChar>(repeating: 0)

  /// Of the only cache of a heap of spans.
  package var cache: UInt {
    get { kind == .plain ? part : 0 }
    set { part = newValue }
  }
  /// Of a bump heap's state.
  package var bump: UInt {
    get { part }
    set { part = newValue }
  }
  fileprivate var nextFree: UnsafeMutablePointer<HeapSlot>? {
    get { UnsafeMutablePointer(bitPattern: storage) }
    set { storage = UInt(bitPattern: newValue) }
  }
}

/// How a heap serves its blocks.
package enum HeapKind: UInt8 {
  case none
  /// From spans, for one thread or under one lock.
  case plain
  /// From spans, with thread caches, as the process' heap.
  case cached
  /// One behind the other.
  case bump
  /// They are the debug heap's, which the process has for all of its blocks.
  case tracked
}

package enum HeapAge: UInt8 {
  case live
  /// Its blocks live on, as the process'; the last free gives everything back.
  case deleted
  /// A deleted heap's last block was freed: one thread gives everything back, and nobody else comes any more.
  case over
}

package enum HeapTable {
  package typealias Slot = UnsafeMutablePointer<HeapSlot>

  private static let slotCount = 1 << 16
  package static let lock = Lock()
  nonisolated(unsafe) private static var start: UInt = 0
  // Bytes of the slots that were ever used.
  nonisolated(unsafe) private static var usedBytes: UInt = 0
  // The slot that was freed first is used first, when none is left that was never used.
  nonisolated(unsafe) private static var firstFree: Slot?
  nonisolated(unsafe) private static var lastFree: Slot?

  /// Whether there ever was such a heap. A free of a block on a slow path asks no more until then.
  @inline(__always)
  package static var isUsed: Bool { usedBytes != 0 }

  /// The slot that is the handle; nil when none is.
  @inline(__always)
  package static func slot(_ handle: UnsafeMutableRawPointer?) -> Slot? {
    let distance = UInt(bitPattern: handle) &- start
    let stride = UInt(bitPattern: MemoryLayout<HeapSlot>.stride)
    if distance >= usedBytes || distance & (stride &- 1) != 0 { return nil }
    return handle.unsafelyUnwrapped.assumingMemoryBound(to: HeapSlot.self)
  }

  /// The slot that a heap's storage notes; nil of the process' heap. The lowest bit: the heap was deleted.
  @inline(__always)
  static func slot(noted word: UInt) -> Slot? { Slot(bitPattern: word & ~1) }

  fileprivate static func number(of slot: Slot) -> Int {
    Int(UInt(bitPattern: slot) - start) / MemoryLayout<HeapSlot>.stride
  }

  /// A slot without a heap, under the lock; nil when there is no more.
  package static func take() -> Slot? {
    let stride = MemoryLayout<HeapSlot>.stride
    if start == 0 {
      start = SystemMemory.allocateSparse(byteCount: slotCount * stride) ?? 0
      if start == 0 { return nil }
    }
    let slot: Slot
    if usedBytes < UInt(slotCount * stride) {
      slot = Slot(bitPattern: start + usedBytes).unsafelyUnwrapped
      usedBytes += UInt(stride)
    } else if let free = firstFree {
      slot = free
      firstFree = free.pointee.nextFree
      if firstFree == nil { lastFree = nil }
    } else {
      return nil
    }
    slot.initialize(to: HeapSlot())
    return slot
  }

  /// The slot has no heap any more. Under the lock.
  package static func free(_ slot: Slot) {
    slot.pointee.kind = .none
    slot.pointee.room = BumpRoom()
    slot.pointee.owner = 0
    slot.pointee.cache = 0
    slot.pointee.nextFree = nil
    if let last = lastFree { last.pointee.nextFree = slot } else { firstFree = slot }
    lastFree = slot
  }

  /// Every slot that has a heap. Under the lock.
  package static func forEach(_ body: (Slot) -> Void) {
    var distance: UInt = 0
    while distance < usedBytes {
      let slot = Slot(bitPattern: start + distance).unsafelyUnwrapped
      distance += UInt(MemoryLayout<HeapSlot>.stride)
      if slot.pointee.kind != .none { body(slot) }
    }
  }
}

extension UnsafeMutablePointer where Pointee == HeapSlot {
  @inline(__always)
  var handle: UInt { UInt(bitPattern: self) }

  /// Where the room of a bump heap for one thread is.
  @inline(__always)
  var room: UnsafeMutablePointer<BumpRoom> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: BumpRoom.self)
  }

  /// Its place in the table.
  @inline(__always)
  var number: Int { HeapTable.number(of: self) }
}
