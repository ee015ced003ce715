// Where pages come from, as a policy: the heap is generic over it, so that a test can hand out a
// source that refuses, and a program can put a heap into memory of its own.

import Platform

/// A source of pages. All addresses and counts are multiples of the system's page size.
package protocol PageSource {
  /// Inaccessible addresses, or nil.
  func reserve(byteCount: Int) -> UInt?
  /// Makes reserved pages readable and writable; false when refused.
  func commit(_ address: UInt, byteCount: Int) -> Bool
  /// Readable and writable zero memory for sparse tables, or nil.
  func allocateSparse(byteCount: Int) -> UInt?
  /// Readable and writable zero memory, or nil.
  func allocate(byteCount: Int) -> UInt?
  /// Gives contents back: the pages stay committed and read as zero. False when refused.
  func purge(_ address: UInt, byteCount: Int) -> Bool
  /// Makes committed pages resident, if that is cheaper than a fault each.
  func populate(_ address: UInt, byteCount: Int)
  /// Committed pages become reserved: contents are given back, every access faults. False when refused.
  func seal(_ address: UInt, byteCount: Int) -> Bool
  /// Makes committed pages readable only, or writable again; false when refused.
  func setWritable(_ isWritable: Bool, _ address: UInt, byteCount: Int) -> Bool
  /// Moves the contents of committed pages onto reserved addresses and seals the old ones; false when
  /// refused, and then nothing has changed.
  func shift(_ address: UInt, byteCount: Int, destination: UInt) -> Bool
  /// Gives addresses back; false when refused.
  func release(_ address: UInt, byteCount: Int) -> Bool
  /// Changes a mapping's length where it stands; false when refused.
  func resize(_ address: UInt, from oldCount: Int, to newCount: Int) -> Bool
  /// Moves a mapping onto reserved addresses; false when refused.
  func move(_ address: UInt, from oldCount: Int, to newCount: Int, destination: UInt) -> Bool
  /// Asks for or forbids transparent huge pages.
  func useHugePages(_ wanted: Bool, _ address: UInt, byteCount: Int)
}

/// The kernel.
package struct SystemPages: PageSource {
  package init() {}

  package func reserve(byteCount: Int) -> UInt? { SystemMemory.reserve(byteCount: byteCount) }
  package func commit(_ address: UInt, byteCount: Int) -> Bool {
    SystemMemory.commit(address, byteCount: byteCount)
  }
  package func allocateSparse(byteCount: Int) -> UInt? {
    SystemMemory.allocateSparse(byteCount: byteCount)
  }
  package func allocate(byteCount: Int) -> UInt? { SystemMemory.allocate(byteCount: byteCount) }
  package func purge(_ address: UInt, byteCount: Int) -> Bool {
    SystemMemory.purge(address, byteCount: byteCount)
  }
  package func populate(_ address: UInt, byteCount: Int) {
    SystemMemory.populate(address, byteCount: byteCount)
  }
  package func seal(_ address: UInt, byteCount: Int) -> Bool {
    SystemMemory.seal(address, byteCount: byteCount)
  }
  package func setWritable(_ isWritable: Bool, _ address: UInt, byteCount: Int) -> Bool {
    SystemMemory.setWritable(isWritable, address, byteCount: byteCount)
  }
  package func shift(_ address: UInt, byteCount: Int, destination: UInt) -> Bool {
    SystemMemory.shift(address, byteCount: byteCount, destination: destination)
  }
  package func release(_ address: UInt, byteCount: Int) -> Bool {
    SystemMemory.release(address, byteCount: byteCount)
  }
  package func resize(_ address: UInt, from oldCount: Int, to newCount: Int) -> Bool {
    SystemMemory.resize(address, from: oldCount, to: newCount)
  }
  package func move(_ address: UInt, from oldCount: Int, to newCount: Int, destination: UInt)
    -> Bool
  {
    SystemMemory.move(address, from: oldCount, to: newCount, destination: destination)
  }
  package func useHugePages(_ wanted: Bool, _ address: UInt, byteCount: Int) {
    SystemMemory.useHugePages(wanted, address, byteCount: byteCount)
  }
}

extension PageSource {
  /// Reserved addresses of which the first is a multiple of `alignment` (a power of two): more is
  /// reserved and the two ends are given back.
  package func reserveAligned(byteCount: Int, alignment: Int) -> UInt? {
    aligned(byteCount, alignment) { reserve(byteCount: $0) }
  }

  /// As `reserveAligned`, readable, writable and zero.
  package func allocateAligned(byteCount: Int, alignment: Int) -> UInt? {
    // The kernel places mappings of one size below each other: when the last one was aligned and
    // the size is a multiple of the alignment, so is the next. Costs one call instead of three.
    if byteCount & (alignment - 1) == 0, let first = allocate(byteCount: byteCount) {
      if first & UInt(alignment - 1) == 0 { return first }
      _ = release(first, byteCount: byteCount)
    }
    return aligned(byteCount, alignment) { allocate(byteCount: $0) }
  }

  private func aligned(_ byteCount: Int, _ alignment: Int, _ map: (Int) -> UInt?) -> UInt? {
    if alignment <= System.pageSize { return map(byteCount) }
    let (wanted, overflow) = byteCount.addingReportingOverflow(alignment - System.pageSize)
    guard !overflow, let first = map(wanted) else { return nil }
    let start = (first + UInt(alignment - 1)) & ~UInt(alignment - 1)
    let before = Int(start - first)
    let behind = wanted - before - byteCount
    if before > 0 { _ = release(first, byteCount: before) }
    if behind > 0 { _ = release(start + UInt(byteCount), byteCount: behind) }
    return start
  }
}
