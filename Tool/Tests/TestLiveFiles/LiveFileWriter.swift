// Makes files as the library does, by the structures of CShims/include/live.h: what is read of them is known. All
// tables stand in the order of the header; the limits are small, so that a file is some kilobytes and can be damaged
// in hundreds of ways.

import CLive
import Glibc
@testable import LiveReader

/// A published file in memory.
package struct LiveFileWriter {
  package static let smallClasses = 6
  package static let classCount = smallClasses + 2
  package static let threadLimit = 8
  package static let largeLimit = 16
  package static let sliceLimit = 256
  package static let sizeLimit = 2048
  package static let heapLimit = 4
  package static let threadBytes =
    MemoryLayout<swiftmalloc_live_thread>.size + classCount
    * MemoryLayout<swiftmalloc_live_class>.size

  package private(set) var bytes: [UInt8] = []
  package var header = swiftmalloc_live_header()

  /// A file of a running process with no rows in use but the first.
  package init(processID: Int32 = getpid(), program: String = "tested") {
    let quantities = Int(SWIFTMALLOC_LIVE_QUANTITIES.rawValue)
    let calls = Int(SWIFTMALLOC_LIVE_CALLS.rawValue)
    header.magic = SWIFTMALLOC_LIVE_MAGIC
    header.version = UInt32(SWIFTMALLOC_LIVE_VERSION)
    header.header_bytes = 512
    header.quantity_offset = 512
    header.quantity_count = UInt32(quantities)
    header.call_offset = header.quantity_offset + UInt32(quantities * 16)
    header.call_count = UInt32(calls)
    header.class_offset = header.call_offset + UInt32(calls * 8)
    header.class_count = UInt32(Self.classCount)
    header.class_stride = 32
    header.small_class_count = UInt32(Self.smallClasses)
    header.arena_offset = header.class_offset + UInt32(Self.classCount * 32)
    header.arena_limit = 4
    header.thread_offset = UInt64(header.arena_offset) + 4 * 16
    header.thread_limit = UInt32(Self.threadLimit)
    header.thread_stride = UInt32(Self.threadBytes)
    header.large_offset = header.thread_offset + UInt64(Self.threadLimit * Self.threadBytes)
    header.large_limit = UInt32(Self.largeLimit)
    header.large_stride = 64
    header.slice_offset = header.large_offset + UInt64(Self.largeLimit * 64)
    header.size_offset = header.slice_offset + UInt64(Self.sliceLimit)
    header.size_count = UInt64(Self.sizeLimit)
    header.heap_offset = header.size_offset + UInt64(Self.sizeLimit * 8)
    header.heap_limit = UInt32(Self.heapLimit)
    header.heap_stride = 128
    header.reset_offset = header.heap_offset + UInt64(Self.heapLimit * 128)
    header.reset_stride = UInt64(Self.classCount * 32)
    header.file_bytes = profileOffset + 64 + 32
    header.process_id = processID
    header.user_id = geteuid()
    header.state = SWIFTMALLOC_LIVE_RUNNING.rawValue
    header.page_size = UInt32(getpagesize())
    header.purge_delay = 500
    header.started_boot_ns = Clock.boot()
    header.started_realtime_ns = UInt64(Clock.epochMilliseconds()) * 1_000_000
    withUnsafeMutableBytes(of: &header.program) {
      $0.copyBytes(from: Array(program.utf8).prefix(64))
    }
    withUnsafeMutableBytes(of: &header.library_version) { $0.copyBytes(from: Array("0.1.0".utf8)) }
    bytes = Array(repeating: 0, count: Int(header.file_bytes))
  }

  // Behind everything else; told by `setProfile` alone.
  private var profileOffset: UInt64 {
    header.reset_offset + UInt64(Self.threadLimit * Self.classCount * 32)
  }

  /// The process takes profiles, with samples at this interval; 0: none now.
  package mutating func setProfile(interval: UInt64, isServed: Bool = true) {
    header.profile_offset = profileOffset
    var row = swiftmalloc_live_profile()
    row.is_served = isServed ? 1 : 0
    row.active_interval = interval
    put(row, at: Int(profileOffset))
  }

  /// The process lets others in.
  package mutating func setLook() {
    header.profile_offset = profileOffset
    header.trim_state = SWIFTMALLOC_LIVE_TRIM_AT_ONCE.rawValue
    var row = swiftmalloc_live_profile()
    row.look_offset = profileOffset + 64
    put(row, at: Int(profileOffset))
  }

  /// The file's contents with the header as it is now.
  package var contents: [UInt8] {
    var copy = self
    copy.put(header, at: 0)
    return copy.bytes
  }

  package mutating func put<Value>(_ value: Value, at offset: Int) {
    withUnsafeBytes(of: value) { source in
      bytes.withUnsafeMutableBytes {
        $0.baseAddress!.advanced(by: offset).copyMemory(
          from: source.baseAddress!, byteCount: source.count)
      }
    }
  }

  package mutating func setQuantity(
    _ quantity: swiftmalloc_live_quantity, _ now: UInt64, peak: UInt64 = 0
  ) {
    put(
      swiftmalloc_live_amount(now: now, peak: peak),
      at: Int(header.quantity_offset) + Int(quantity.rawValue) * 16)
  }

  package mutating func setCall(_ call: swiftmalloc_live_call, _ count: UInt64) {
    put(count, at: Int(header.call_offset) + Int(call.rawValue) * 8)
  }

  package mutating func setClass(
    _ index: Int, blockSize: UInt64, spans: UInt64 = 0, central: UInt64 = 0, centralLive: UInt64 = 0
  ) {
    put(
      swiftmalloc_live_class_totals(
        block_size: blockSize, span_count: spans, central_span_count: central,
        central_live_count: centralLive),
      at: Int(header.class_offset) + index * 32)
  }

  package mutating func setArena(_ index: Int, start: UInt64, committed: UInt64) {
    put(
      swiftmalloc_live_arena(start: start, committed_bytes: committed),
      at: Int(header.arena_offset) + index * 16)
    header.arena_count = max(header.arena_count, UInt64(index + 1))
  }

  /// Tells what slices hold, from the `index`th after `start` on.
  package mutating func setSlices(
    _ kind: swiftmalloc_live_slice, start: UInt64, _ index: Int, count: Int = 1
  ) {
    header.slice_start = start
    header.slice_count = UInt64(Self.sliceLimit)
    for row in index..<index + count {
      put(UInt8(kind.rawValue), at: Int(header.slice_offset) + row)
    }
  }

  /// Notes blocks of up to 16 × (row + 1) bytes.
  package mutating func setSize(_ row: Int, count: UInt64) {
    header.size_version = 2
    put(count, at: Int(header.size_offset) + row * 8)
  }

  package mutating func setThread(
    _ row: Int, id: Int32, name: [UInt8], requested: Int64 = 0, peak: Int64 = 0
  ) {
    var thread = swiftmalloc_live_thread()
    thread.is_used = 1
    thread.thread_id = id
    withUnsafeMutableBytes(of: &thread.name) { $0.copyBytes(from: name.prefix(16)) }
    thread.started_boot_ns = header.started_boot_ns + UInt64(row)
    thread.requested_bytes = requested
    thread.peak_bytes = peak
    put(thread, at: Int(header.thread_offset) + row * Self.threadBytes)
    header.thread_row_end = max(header.thread_row_end, UInt64(row))
  }

  package mutating func setCounts(
    _ row: Int, _ index: Int, allocations: UInt64, frees: UInt64, requested: UInt64,
    returned: UInt64,
    peak: Int64 = 0
  ) {
    put(
      swiftmalloc_live_class(
        allocation_count: allocations, free_count: frees, requested_bytes: requested,
        returned_bytes: returned, peak_bytes: peak),
      at: Int(header.thread_offset) + row * Self.threadBytes + 64 + index * 40)
  }

  /// Counts began again when a thread had counted so much of a class.
  package mutating func setBefore(
    _ row: Int, _ index: Int, allocations: UInt64, frees: UInt64, requested: UInt64,
    returned: UInt64
  ) {
    put(
      swiftmalloc_live_before(
        allocation_count: allocations, free_count: frees, requested_bytes: requested,
        returned_bytes: returned),
      at: Int(header.reset_offset) + row * Self.classCount * 32 + index * 32)
    header.reset_count = 1
    header.reset_boot_ns = header.started_boot_ns
    header.reset_row_end = max(header.reset_row_end, UInt64(row))
  }

  package mutating func setHeap(
    _ row: Int, name: String, flags: UInt32 = 0, used: UInt64, limit: UInt64 = .max
  ) {
    var heap = swiftmalloc_live_heap()
    heap.handle = 0x7f00_0000_0000 + UInt64(row) * 128
    heap.flags = flags
    heap.used_bytes = used
    heap.peak_bytes = used + 1
    heap.kept_bytes = 2
    heap.limit = limit
    heap.made_boot_ns = header.started_boot_ns
    withUnsafeMutableBytes(of: &heap.name) { $0.copyBytes(from: Array(name.utf8).prefix(48)) }
    put(heap, at: Int(header.heap_offset) + row * 128)
    header.heap_row_end = max(header.heap_row_end, UInt64(row + 1))
  }

  package mutating func setLarge(
    _ row: Int, address: UInt64, requested: UInt64, given: UInt64, thread: Int32
  ) {
    var block = swiftmalloc_live_large()
    block.address = address
    block.requested_bytes = requested
    block.given_bytes = given
    block.allocated_boot_ns = header.started_boot_ns
    block.thread_id = thread
    put(block, at: Int(header.large_offset) + row * 64)
    header.large_row_end = max(header.large_row_end, UInt64(row))
    header.large_count += 1
  }

  /// A process with everything: three threads, small, medium and large blocks.
  package static func busy(processID: Int32 = getpid()) -> LiveFileWriter {
    var file = LiveFileWriter(processID: processID)
    for (index, size) in [16, 32, 64, 128, 1024, 4096].enumerated() {
      file.setClass(index, blockSize: UInt64(size), spans: UInt64(index + 1))
    }
    file.setClass(2, blockSize: 64, spans: 3, central: 1, centralLive: 1000)
    file.setClass(smallClasses, blockSize: 0, spans: 2)
    file.setClass(smallClasses + 1, blockSize: 0, spans: 1)
    file.setQuantity(SWIFTMALLOC_LIVE_REQUESTED, 5_360_000, peak: 6_000_000)
    file.setQuantity(SWIFTMALLOC_LIVE_COMMITTED, 4 << 20)
    file.setQuantity(SWIFTMALLOC_LIVE_USED, 21 * 65536 + 65536 + 4 * 65536)
    file.setQuantity(SWIFTMALLOC_LIVE_DIRTY, 3 * 65536)
    file.setQuantity(SWIFTMALLOC_LIVE_SMALL_SPANS, 21 * 65536)
    file.setQuantity(SWIFTMALLOC_LIVE_STASHED, 65536, peak: 2 * 65536)
    file.setQuantity(SWIFTMALLOC_LIVE_LARGE_BYTES, 5 << 20)
    file.setQuantity(SWIFTMALLOC_LIVE_LARGE_CACHED, 1 << 20)
    file.setQuantity(SWIFTMALLOC_LIVE_METADATA, 200_000, peak: 210_000)
    for call in 0..<SWIFTMALLOC_LIVE_CALLS.rawValue {
      file.setCall(swiftmalloc_live_call(rawValue: call), UInt64(call) * 10 + 1)
    }
    file.setArena(0, start: 0x7f00_0000_0000, committed: 4 << 20)
    file.setThread(0, id: 0, name: [])
    file.setThread(
      1, id: processID, name: Array("main".utf8), requested: 5_260_000, peak: 5_300_000)
    file.setThread(
      3, id: processID &+ 1, name: Array("sixteen letters!".utf8), requested: 100_000, peak: 120_000
    )
    file.setCounts(0, 2, allocations: 100, frees: 40, requested: 6000, returned: 2400, peak: 5000)
    file.setCounts(
      1, 2, allocations: 4000, frees: 1000, requested: 240_000, returned: 60_000, peak: 200_000)
    file.setCounts(
      1, smallClasses, allocations: 2, frees: 0, requested: 176_400, returned: 0, peak: 176_400)
    file.setCounts(
      1, smallClasses + 1, allocations: 3, frees: 2, requested: 15_000_000, returned: 10_000_000,
      peak: 5_000_000)
    file.setCounts(
      3, 4, allocations: 100, frees: 20, requested: 100_000, returned: 20_000, peak: 90_000)
    file.setLarge(
      5, address: 0x7f10_0000_0000, requested: 5_000_000, given: 5 << 20, thread: processID)
    file.header.threads_started = 7
    file.header.threads_running = 2
    return file
  }
}
