// What swiftmalloc_layout says to readers outside of a process is where Swift keeps these fields.

import CShims
import Platform
import Testing

@testable import Heap
@testable import Heaps
@testable import Live
@testable import Memory

/// Zeros of a value's size, into which a test writes by the value's own accessors.
private struct Zeros<Value: ~Copyable> {
  let bytes: UnsafeMutableRawBufferPointer
  var value: UnsafeMutablePointer<Value> {
    bytes.baseAddress!.assumingMemoryBound(to: Value.self)
  }

  init(_ type: Value.Type) {
    bytes = .allocate(byteCount: MemoryLayout<Value>.stride, alignment: 64)
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
  }

  /// Where the only such number stands.
  func distance<Number: FixedWidthInteger>(_ number: Number) -> UInt16? {
    let width = MemoryLayout<Number>.size
    let found = stride(from: 0, to: bytes.count - width + 1, by: width).filter {
      bytes.load(fromByteOffset: $0, as: Number.self) == number
    }
    return found.count == 1 ? UInt16(found[0]) : nil
  }

  /// Where the only byte stands that `write` changes in zeros.
  func distance(_ write: (UnsafeMutablePointer<Value>) -> Void) -> UInt16? {
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
    write(value)
    let found = bytes.indices.filter { bytes[$0] != 0 }
    return found.count == 1 ? UInt16(found[0]) : nil
  }
}

@Suite struct LayoutTests {
  private let layout = swiftmalloc_layout
  private let mark: UInt = 0x1122_3344_5566_7740

  private func pointer<Value: ~Copyable>(_ type: Value.Type) -> UnsafeMutablePointer<Value> {
    UnsafeMutablePointer(bitPattern: mark)!
  }

  @Test func recordsAreThere() {
    let record = Zeros(SpanRecord.self)
    let told = layout.record
    #expect(Int(told.stride) == MemoryLayout<SpanRecord>.stride)
    #expect(told.owner == record.distance { $0.pointee.owner.store(1, ordering: .relaxed) })
    #expect(told.state == record.distance { $0.state = UnsafeMutablePointer(bitPattern: 128) })
    #expect(
      told.block_heap
        == record.distance { $0.asBlock.heap = UnsafeMutableRawPointer(bitPattern: 64) })
    #expect(told.start == record.distance { $0.start = 1 })
    #expect(told.byte_count == record.distance { $0.byteCount = 1 })
    #expect(told.slack == record.distance { $0.asBlock.slack = 1 })
    #expect(told.block_size == record.distance { $0.pointee.blockSize = 1 })
    #expect(told.lead == record.distance { $0.pointee.lead = 1 })
    #expect(told.tail == record.distance { $0.asBlock.hasOldTail = true })
    #expect(told.kind == record.distance { $0.kind = .small })
    #expect(told.size_class == record.distance { $0.pointee.sizeClass = 1 })
    #expect(told.flags == record.distance { $0.asBlock.isChunk = true })
    #expect(record.bytes[Int(told.flags)] == told.chunk_flag)
    #expect(told.span_heap == record.distance { $0.pointee.nextOrHeap = 64 })
    #expect(SpanOwner.moving < UInt(told.least_cache))
    #expect(layout.kinds.small == SpanKind.small.rawValue)
    #expect(layout.kinds.medium == SpanKind.medium.rawValue)
    #expect(layout.kinds.large == SpanKind.large.rawValue)
    #expect(layout.kinds.emergency == SpanKind.emergency.rawValue)
    #expect(layout.kinds.guarded == SpanKind.guarded.rawValue)
    #expect(1 << Int(layout.slice_shift) == PageMap.sliceSize)
    #expect(UInt(layout.region_shift) == PageMap.regionShift)
    #expect(Int(layout.chunk_byte_count) == PageMap.chunkByteCount)
  }

  @Test func statesAreThere() {
    let state = Zeros(SpanState.self)
    let told = layout.state
    let word = UnsafeMutablePointer<BlockWord>(bitPattern: 64)!
    state.value.initialize(
      to: SpanState(
        record: pointer(SpanRecord.self), emptyWord: word, summaryDistance: 0x5678,
        slacks: mark + 1,
        blockSize: 0x1357_9bdf, firstBlock: mark + 2, capacity: 0x7654, maker: 0))
    #expect(told.record == state.distance(mark))
    #expect(told.summary_distance == state.distance(0x5678 as UInt16))
    #expect(told.slacks == state.distance(mark + 1))
    #expect(told.block_size == state.distance(0x1357_9bdf as UInt))
    #expect(told.first_block == state.distance(mark + 2))
    #expect(told.capacity == state.distance(0x7654 as UInt16))
    #expect(told.opened_words == state.distance { $0.pointee.openedWords = 1 })
    #expect(told.unopened_bits == state.distance { $0.pointee.unopenedBits = 1 })
    #expect(
      Int(told.local_words) == UnsafeRawPointer(state.value.localWords)
        - UnsafeRawPointer(state.value))
    #expect(MemoryLayout<BlockWord>.stride == 16)
    #expect(MemoryLayout<BlockWord>.offset(of: \.claimed) == 8)
  }

  @Test func heapsAndCachesAreThere() {
    let heap = Zeros(HeapStorage<ProcessPolicy>.self)
    #expect(layout.heap.note == heap.distance { $0.pointee.note = 1 })
    #expect(layout.heap.orphans == heap.distance { $0.pointee.caches.orphans = Self.cache })
    let told = layout.cache
    let cache = Zeros(ThreadCache.self)
    cache.value.initialize(
      to: ThreadCache(
        classes: SizeClasses(steps: 4), emptyState: UnsafeMutablePointer(bitPattern: 64)!,
        heap: UnsafeMutableRawPointer(bitPattern: mark)!))
    heap.bytes.initializeMemory(as: UInt8.self, repeating: 0)
    heap.value.pointee.caches.add(cache.value)
    #expect(layout.heap.caches == heap.distance(UInt(bitPattern: cache.value)))
    #expect(Int(told.byte_count) == MemoryLayout<ThreadCache>.stride)
    #expect(told.heap == cache.distance(mark))
    cache.value.pointee.threadMark = mark + 1
    cache.value.pointee.next = UnsafeMutablePointer(bitPattern: mark + 8)
    cache.value.pendingWords[0].key = mark + 3
    cache.value.pendingWords[0].bits = UInt64(mark + 4)
    #expect(told.thread == cache.distance(mark + 1))
    #expect(told.next == cache.distance(mark + 8))
    #expect(told.pending == cache.distance(mark + 3))
    #expect(told.pending + 8 == cache.distance(mark + 4))
    #expect(Int(told.pending_count) == cache.value.pointee.pending.count)
  }

  private static var cache: UnsafeMutablePointer<ThreadCache> {
    UnsafeMutablePointer(bitPattern: 64)!
  }

  @Test func heapsOfTheProgramAreThere() {
    let told = layout.slot
    let slot = Zeros(HeapSlot.self)
    #expect(Int(told.byte_count) == MemoryLayout<HeapSlot>.stride)
    #expect(told.kind == slot.distance { $0.pointee.kind = .plain })
    #expect(told.is_local == slot.distance { $0.pointee.isLocal = true })
    #expect(told.owner == slot.distance { $0.pointee.owner = 1 })
    #expect(told.storage == slot.distance { $0.pointee.storage = 1 })
    #expect(told.bump == slot.distance { $0.pointee.bump = 1 })
    #expect(told.name == slot.distance { $0.pointee.name[0] = 1 })
    #expect(Int(told.name_byte_count) == slot.value.pointee.name.count)
    #expect(told.kind_plain == HeapKind.plain.rawValue)
    #expect(told.kind_cached == HeapKind.cached.rawValue)
    #expect(told.kind_bump == HeapKind.bump.rawValue)
    let room = Zeros(BumpRoom.self)
    #expect(layout.bump.next == room.distance { $0.pointee.next = 1 })
    let bump = Zeros(BumpState.self)
    bump.value.initialize(to: BumpState(place: pointer(BumpRoom.self)))
    bump.value.pointee.chunk = mark + 1
    #expect(Int(layout.bump.byte_count) == MemoryLayout<BumpState>.stride)
    #expect(layout.bump.place == bump.distance(mark))
    #expect(layout.bump.chunk == bump.distance(mark + 1))
    #expect(UInt(layout.bump.head) == SoleBumpHeap.headSize)
  }
}
