// The window of the page map: where it lies, and which of its records may be written.
//
// The kernel places mappings close together, below the stack or, without a limit on the stack, above a
// third of the address space. The first mapping tells where; the window has a quarter of its addresses above it
// and the rest below. A look-up in it is a subtraction, a comparison and a shift, without a load that
// depends on another.
//
//   table: 64 bytes for each slice, 64 MiB of addresses for 64 GiB; written in chunks of 64 KiB

import CShims
import Platform
import Synchronization

extension PageMap {
  static let chunkByteCount = 1 << 16
  private static let recordByteCount = MemoryLayout<SpanRecord>.stride
  /// Bytes of addresses whose records are one chunk: 64 MiB.
  private static let chunkReach = chunkByteCount / recordByteCount * sliceSize
  private static let largestWindow = Int(SWIFTMALLOC_WINDOW_CHUNKS) * chunkReach
  private static let smallestWindow = 1 << 32

  /// Makes the window: twice the machine's memory, at least 16 GiB, and its table at most a sixteenth of the addresses that the
  /// process may have. Once in a process, before `cover`; without memory for its table there is none, and leaves
  /// serve all addresses.
  package static func makeWindow() {
    let window = swiftmalloc_window().unsafelyUnwrapped
    if window.pointee.slice_count != 0 { return }
    var byteCount = 1 << 34
    let wanted = swiftmalloc_memory_size() * 2
    while byteCount < largestWindow && byteCount < wanted { byteCount *= 2 }
    while byteCount >= smallestWindow
      && byteCount / sliceSize * recordByteCount > System.addressLimit / 16
    {
      byteCount /= 2
    }
    while byteCount >= smallestWindow {
      let tableByteCount = byteCount / sliceSize * recordByteCount
      if let table = SystemMemory.reserveReadable(byteCount: tableByteCount) {
        // A huge page here would make 2 MiB resident for the sake of one record.
        SystemMemory.useHugePages(false, table, byteCount: tableByteCount)
        // gdb's gcore would write all of it as zeros.
        SystemMemory.setDumped(false, table, byteCount: tableByteCount)
        let regionByteCount: UInt = 1 << regionShift
        let above = table + UInt(byteCount / 4)
        let start = max(above & ~(regionByteCount - 1), UInt(byteCount)) - UInt(byteCount)
        window.pointee.records = table
        window.pointee.start = start
        atomicMemoryFence(ordering: .releasing)
        window.pointee.slice_count = UInt(byteCount / sliceSize)
        return
      }
      byteCount /= 2
    }
  }

  /// Shows the window to the fast paths of the process' free, which see none until then. Before its heap serves threads.
  package static func openToFastPaths() {
    let window = swiftmalloc_window().unsafelyUnwrapped
    swiftmalloc_fast_window().pointee = window.pointee
    if swiftmalloc_frees_are_replaced() == 0 {
      swiftmalloc_sized_window().pointee = window.pointee
    }
  }

  /// Whether `address` is in the window's table.
  package static func isInTable(_ address: UInt) -> Bool {
    let window = swiftmalloc_window().unsafelyUnwrapped
    return address &- window.pointee.records
      < window.pointee.slice_count * UInt(recordByteCount)
  }

  /// Calls `body` with the beginning and the end of each part of the table that may have been written.
  package static func forEachWritableChunk(_ body: (UInt, UInt) -> Void) {
    let window = swiftmalloc_window().unsafelyUnwrapped
    let reach = Int(window.pointee.slice_count) * sliceSize
    for chunk in 0..<reach / chunkReach {
      let word = swiftmalloc_window_chunks()[chunk / 64]
      if word >> UInt64(chunk % 64) & 1 == 0 { continue }
      let records = window.pointee.records + UInt(chunk * chunkByteCount)
      body(records, records + UInt(chunkByteCount))
    }
  }

  /// Makes the records of a chunk writable, that of an address in the window and those around it. Returns
  /// the first address behind the chunk's; nil when the system refuses.
  static func makeWritable(_ address: UInt) -> UInt? {
    let window = swiftmalloc_window().unsafelyUnwrapped
    let distance = address - window.pointee.start
    let chunk = Int(distance / UInt(chunkReach))
    let word = UnsafeMutableRawPointer(swiftmalloc_window_chunks().unsafelyUnwrapped + chunk / 64)
      .assumingMemoryBound(to: Atomic<UInt64>.self)
    let bit: UInt64 = 1 << UInt64(chunk % 64)
    if word.pointee.load(ordering: .acquiring) & bit == 0 {
      let records = window.pointee.records + UInt(chunk * chunkByteCount)
      if !SystemMemory.commit(records, byteCount: chunkByteCount) { return nil }
      SystemMemory.setDumped(true, records, byteCount: chunkByteCount)
      SharedCounters.count(.pageMap)
      word.pointee.bitwiseOr(bit, ordering: .releasing)
    }
    return window.pointee.start + UInt((chunk + 1) * chunkReach)
  }
}
