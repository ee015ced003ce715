// The records of guarded blocks (CShims/include/guarded_blocks.h) in the memory of a core file:
// found by their first bytes, at the beginning of a page of memory that no file was mapped into.

import CLive

/// What the process knew of its guarded blocks.
package struct GuardedRecords {
  /// A stack and its thread.
  package struct Stack {
    package let thread: String
    package let threadID: Int32
    /// Return addresses, the innermost first.
    package let addresses: [UInt64]

    init(_ stack: swiftmalloc_guarded_stack) {
      thread = withUnsafeBytes(of: stack.thread) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      threadID = stack.thread_id
      addresses = withUnsafeBytes(of: stack.addresses) {
        Array($0.bindMemory(to: UInt64.self).prefix(Int(stack.count)))
      }
    }
  }

  package struct Block {
    package let start: UInt64
    package let byteCount: UInt64
    package let isFreed: Bool
    package let allocation: Stack
    package let release: Stack

    /// Bytes between an address and the block; 0 in it.
    func distance(to address: UInt64) -> UInt64 {
      if address < start { return start - address }
      return address - start < byteCount ? 0 : address - start - byteCount + 1
    }
  }

  package struct Fault {
    package let address: UInt64
    package let isWrite: Bool
    package let stack: Stack
  }

  private let slots: [Block?]
  private let start: UInt64
  private let stride: UInt64
  /// The last fault that the process itself explained.
  package let fault: Fault?

  private static let pageBytes = 4096
  private static let chunkBytes = 4 << 20

  /// Nil when the file has none, or not all of them.
  package init(in core: CoreFile) throws(CoreFileError) {
    guard let place = Self.find(core) else {
      throw CoreFileError(
        reason: "has no records of guarded blocks: the process ran without GUARD_SAMPLE, or the "
          + "file lacks its anonymous memory")
    }
    guard let head = core.bytes(at: place, MemoryLayout<swiftmalloc_guarded_records>.size) else {
      throw CoreFileError(reason: "is cut: the records of guarded blocks are not whole")
    }
    let records = head.withUnsafeBytes {
      $0.loadUnaligned(as: swiftmalloc_guarded_records.self)
    }
    let slotBytes = MemoryLayout<swiftmalloc_guarded_slot>.stride
    guard records.version == UInt32(SWIFTMALLOC_GUARDED_VERSION),
      records.header_bytes == UInt32(MemoryLayout<swiftmalloc_guarded_records>.size),
      records.slot_bytes == UInt32(slotBytes), records.stride > 0,
      records.used <= records.slot_count
    else {
      throw CoreFileError(reason: "has records of guarded blocks of another version of the library")
    }
    let rows = core.bytes(
      at: place + UInt64(records.header_bytes), slotBytes * Int(records.used))
    guard let rows else {
      throw CoreFileError(reason: "is cut: the records of guarded blocks are not whole")
    }
    start = records.start
    stride = records.stride
    slots = (0..<Int(records.used)).map { index in
      let slot = rows.withUnsafeBytes {
        $0.loadUnaligned(fromByteOffset: index * slotBytes, as: swiftmalloc_guarded_slot.self)
      }
      if slot.state == UInt32(SWIFTMALLOC_GUARDED_UNUSED) { return nil }
      return Block(
        start: slot.block, byteCount: slot.requested,
        isFreed: slot.state == UInt32(SWIFTMALLOC_GUARDED_BLOCK_FREED),
        allocation: Stack(slot.allocation), release: Stack(slot.release))
    }
    fault =
      records.fault.address == 0
      ? nil
      : Fault(
        address: records.fault.address, isWrite: records.fault.is_write != 0,
        stack: Stack(records.fault.stack))
  }

  private static func find(_ core: CoreFile) -> UInt64? {
    let magic = Array(SWIFTMALLOC_GUARDED_MAGIC.utf8) + [0]
    for segment in core.segments
    where !core.mappings.contains(where: { segment.address >= $0.start && segment.address < $0.end }
    ) {
      var offset: UInt64 = 0
      while offset < segment.byteCount {
        let count = Int(min(UInt64(chunkBytes), segment.byteCount - offset))
        // Of a file that was cut, what there is.
        guard let bytes = core.bytes(at: segment.address + offset, count) else { break }
        for page in Swift.stride(from: 0, to: count - magic.count, by: pageBytes)
        where bytes[page] == magic[0] && bytes[page..<page + magic.count].elementsEqual(magic) {
          return segment.address + offset + UInt64(page)
        }
        offset += UInt64(count)
      }
    }
    return nil
  }

  /// Blocks that live, and freed ones that are still known.
  package var counts: (live: Int, freed: Int) {
    let blocks = slots.compactMap { $0 }
    return (blocks.count { !$0.isFreed }, blocks.count { $0.isFreed })
  }

  /// The block that an address is in or nearest to; nil when it is not in the memory of guarded blocks.
  package func block(nearestTo address: UInt64) -> Block? {
    guard address >= start, (address - start) / stride < UInt64(SWIFTMALLOC_GUARDED_SLOTS) else {
      return nil
    }
    let index = Int((address - start) / stride)
    return (index - 1...index + 1).compactMap { slots.indices.contains($0) ? slots[$0] : nil }
      .min { $0.distance(to: address) < $1.distance(to: address) }
  }
}
