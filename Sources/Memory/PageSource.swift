// Where pages come from, as a policy: the heap is generic over it, so that a test can hand out a
// source that refuses, and a program can put a heap into memory of its own.

import Platform

/// A source of pages. All addresses and counts are multiples of the system's page size. A heap for several
/// threads calls it from all of them.
public protocol PageSource {
  /// Whether pages can lose their permissions. Where they cannot, no access faults: a heap has no guards then,
  /// and its records are not read-only.
  var canSeal: Bool { get }
  /// Inaccessible addresses, or nil.
  func reserve(byteCount: Int) -> UInt?
  /// Whether addresses can be reserved at a place that is known to be free.
  var canReserveAt: Bool { get }
  /// Inaccessible addresses at just this place; false when somebody has some of them, or refused.
  func reserve(at address: UInt, byteCount: Int) -> Bool
  /// Whether who writes a core file of the process is to write the pages, too: a wish.
  func setDumped(_ isDumped: Bool, _ address: UInt, byteCount: Int)
  /// Makes reserved pages readable and writable; false when refused.
  func commit(_ address: UInt, byteCount: Int) -> Bool
  /// Readable and writable zero memory for sparse tables, or nil.
  func allocateSparse(byteCount: Int) -> UInt?
  /// Readable and writable zero memory, or nil.
  func allocate(byteCount: Int) -> UInt?
  /// Gives contents back: the pages stay committed and read as zero. False when refused.
  func purge(_ address: UInt, byteCount: Int) -> Bool
  /// Whether all these pages have the same attributes, as far as the source knows: one mapping.
  func isOneMapping(_ address: UInt, byteCount: Int) -> Bool
  /// Takes away attributes that somebody gave to committed pages, and gives them their permissions again; huge pages stay.
  /// Of the contents two pages are lost. False when refused, and when the pages are locked into memory.
  func resetAttributes(_ address: UInt, byteCount: Int) -> Bool
  /// Gives contents back and takes away whatever attributes somebody gave to the pages. False when refused.
  func renew(_ address: UInt, byteCount: Int) -> Bool
  /// Makes committed pages resident, if that is cheaper than a fault each.
  func populate(_ address: UInt, byteCount: Int)
  /// Committed pages become reserved: contents are given back, every access faults. False when refused.
  func seal(_ address: UInt, byteCount: Int) -> Bool
  /// Whether pages can be hidden. It may be asked of the system: once.
  var canHide: Bool { get }
  /// Takes contents of committed pages and access to them, without a mapping of their own. False when refused (pages that
  /// are locked into memory).
  func hide(_ address: UInt, byteCount: Int) -> Bool
  /// Hidden pages can be accessed again, and are zero; others stay as they are. False when refused.
  func reveal(_ address: UInt, byteCount: Int) -> Bool
  /// Makes committed pages readable only, or writable again; false when refused.
  func setWritable(_ isWritable: Bool, _ address: UInt, byteCount: Int) -> Bool
  /// Moves the contents of committed pages onto reserved addresses and seals the old ones. False when refused:
  /// then the contents are where they were, and the destination is not used any more.
  func shift(_ address: UInt, byteCount: Int, destination: UInt) -> Bool
  /// Gives addresses back, which may be a part of those that were given; false when refused.
  func release(_ address: UInt, byteCount: Int) -> Bool
  /// Changes a mapping's length where it stands; false when refused.
  func resize(_ address: UInt, from oldCount: Int, to newCount: Int) -> Bool
  /// Moves a mapping onto reserved addresses. False when refused: then the contents are where they were, and the
  /// destination is not the caller's any more.
  func move(_ address: UInt, from oldCount: Int, to newCount: Int, destination: UInt) -> Bool
  /// Asks for or forbids transparent huge pages.
  func useHugePages(_ wanted: Bool, _ address: UInt, byteCount: Int)
}

/// The kernel.
public struct SystemPages: PageSource, Sendable {
  /// The one there is.
  public init() {}

  /// Addresses only, not charged: mmap(2) with MAP_NORESERVE.
  public func reserve(byteCount: Int) -> UInt? { SystemMemory.reserve(byteCount: byteCount) }
  /// True.
  public var canReserveAt: Bool { true }
  /// mmap(2) with MAP_FIXED_NOREPLACE.
  public func reserve(at address: UInt, byteCount: Int) -> Bool {
    SystemMemory.reserve(at: address, byteCount: byteCount)
  }
  /// madvise(2), MADV_DODUMP or MADV_DONTDUMP.
  public func setDumped(_ isDumped: Bool, _ address: UInt, byteCount: Int) {
    SystemMemory.setDumped(isDumped, address, byteCount: byteCount)
  }
  /// mprotect(2).
  public func commit(_ address: UInt, byteCount: Int) -> Bool {
    SystemMemory.commit(address, byteCount: byteCount)
  }
  /// mmap(2), not charged in advance where the kernel permits that.
  public func allocateSparse(byteCount: Int) -> UInt? {
    SystemMemory.allocateSparse(byteCount: byteCount)
  }
  /// mmap(2).
  public func allocate(byteCount: Int) -> UInt? { SystemMemory.allocate(byteCount: byteCount) }
  /// madvise(2), MADV_DONTNEED.
  public func purge(_ address: UInt, byteCount: Int) -> Bool {
    SystemMemory.purge(address, byteCount: byteCount)
  }
  /// mremap(2), which does not lengthen what is several mappings.
  public func isOneMapping(_ address: UInt, byteCount: Int) -> Bool {
    SystemMemory.isOneMapping(address, byteCount: byteCount)
  }
  /// mprotect(2) and madvise(2).
  public func resetAttributes(_ address: UInt, byteCount: Int) -> Bool {
    SystemMemory.resetAttributes(address, byteCount: byteCount)
  }
  /// mmap(2) over them.
  public func renew(_ address: UInt, byteCount: Int) -> Bool {
    SystemMemory.renew(address, byteCount: byteCount)
  }
  /// madvise(2), MADV_POPULATE_WRITE, since Linux 5.14.
  public func populate(_ address: UInt, byteCount: Int) {
    SystemMemory.populate(address, byteCount: byteCount)
  }
  /// mmap(2) over them.
  public func seal(_ address: UInt, byteCount: Int) -> Bool {
    SystemMemory.seal(address, byteCount: byteCount)
  }
  /// Whether madvise(2) knows MADV_GUARD_INSTALL, since Linux 6.13.
  public var canHide: Bool { SystemMemory.canHide }
  /// madvise(2), MADV_GUARD_INSTALL.
  public func hide(_ address: UInt, byteCount: Int) -> Bool {
    SystemMemory.hide(address, byteCount: byteCount)
  }
  /// madvise(2), MADV_GUARD_REMOVE.
  public func reveal(_ address: UInt, byteCount: Int) -> Bool {
    SystemMemory.reveal(address, byteCount: byteCount)
  }
  /// mprotect(2).
  public func setWritable(_ isWritable: Bool, _ address: UInt, byteCount: Int) -> Bool {
    SystemMemory.setWritable(isWritable, address, byteCount: byteCount)
  }
  /// mremap(2), MREMAP_DONTUNMAP, since Linux 5.7.
  public func shift(_ address: UInt, byteCount: Int, destination: UInt) -> Bool {
    SystemMemory.shift(address, byteCount: byteCount, destination: destination)
  }
  /// munmap(2).
  public func release(_ address: UInt, byteCount: Int) -> Bool {
    SystemMemory.release(address, byteCount: byteCount)
  }
  /// mremap(2).
  public func resize(_ address: UInt, from oldCount: Int, to newCount: Int) -> Bool {
    SystemMemory.resize(address, from: oldCount, to: newCount)
  }
  /// mremap(2), MREMAP_FIXED.
  public func move(_ address: UInt, from oldCount: Int, to newCount: Int, destination: UInt)
    -> Bool
  {
    SystemMemory.move(address, from: oldCount, to: newCount, destination: destination)
  }
  /// madvise(2), MADV_HUGEPAGE or MADV_NOHUGEPAGE.
  public func useHugePages(_ wanted: Bool, _ address: UInt, byteCount: Int) {
    SystemMemory.useHugePages(wanted, address, byteCount: byteCount)
  }
}

extension PageSource {
  /// True: as with the kernel's pages.
  public var canSeal: Bool { true }
  /// False.
  public var canReserveAt: Bool { false }
  /// Refused.
  public func reserve(at address: UInt, byteCount: Int) -> Bool { false }
  /// True.
  public func isOneMapping(_ address: UInt, byteCount: Int) -> Bool { true }
  /// True.
  public func resetAttributes(_ address: UInt, byteCount: Int) -> Bool { true }
  /// Refused.
  public func renew(_ address: UInt, byteCount: Int) -> Bool { false }
  /// Nothing.
  public func setDumped(_ isDumped: Bool, _ address: UInt, byteCount: Int) {}
  /// False.
  public var canHide: Bool { false }
  /// Refused.
  public func hide(_ address: UInt, byteCount: Int) -> Bool { false }
  /// Refused.
  public func reveal(_ address: UInt, byteCount: Int) -> Bool { false }

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
