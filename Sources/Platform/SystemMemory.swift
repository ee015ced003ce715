// Memory from the kernel, in the six calls that production mode makes: mmap, munmap, mprotect,
// mremap, madvise and futex (Lock.swift). Raw system calls: errno is never touched.
//
//   reserve   addresses only, no access, no memory, no charge against overcommit
//   commit    readable and writable, zero on first touch
//   purge     contents given back, reads as zero, still committed
//   seal      committed → reserved: contents given back, every access faults
//   hide      committed, contents given back, and every access faults: no mapping of its own, unlike seal
//   release   addresses given back

import CShims

package enum SystemMemory {
  private static let protectionNone = 0
  private static let protectionRead = 1
  static let protectionReadWrite = 1 | 2
  private static let mapPrivateAnonymous = 0x02 | 0x20
  static let mapNoReserve = 0x4000
  static let mapFixed = 0x10
  private static let remapMayMove = 1
  private static let remapFixed = 2
  private static let adviseDontNeed = 4

  static func map(_ address: UInt, _ byteCount: Int, _ protection: Int, _ flags: Int)
    -> UInt?
  {
    swiftmalloc_count_call(SWIFTMALLOC_LIVE_MMAP)
    let result = swiftmalloc_system_call(
      SWIFTMALLOC_CALL_MMAP, Int(bitPattern: address), byteCount, protection,
      flags | mapPrivateAnonymous, -1, 0)
    return result < 0 && result > -4096 ? nil : UInt(bitPattern: result)
  }

  /// Inaccessible addresses, page-aligned, or nil.
  package static func reserve(byteCount: Int) -> UInt? {
    map(0, byteCount, protectionNone, mapNoReserve)
  }

  /// As above, at just this place; false when somebody has some of these addresses.
  package static func reserve(at address: UInt, byteCount: Int) -> Bool {
    let fixedNoReplace = 0x10_0000
    guard let start = map(address, byteCount, protectionNone, mapNoReserve | fixedNoReplace) else {
      return false
    }
    if start == address { return true }
    // Before Linux 4.17 it is a wish.
    release(start, byteCount: byteCount)
    return false
  }

  /// Readable and writable zero memory, page-aligned, or nil. Charged by the kernel's overcommit
  /// rules like any private mapping.
  package static func allocate(byteCount: Int) -> UInt? {
    map(0, byteCount, protectionReadWrite, 0)
  }

  /// As `allocate`, for sparse tables: not charged in advance where the kernel permits that.
  package static func allocateSparse(byteCount: Int) -> UInt? {
    map(0, byteCount, protectionReadWrite, mapNoReserve)
  }

  /// As `allocateSparse`, shared with the children of later forks.
  package static func allocateShared(byteCount: Int) -> UInt? {
    let shared = 0x01
    swiftmalloc_count_call(SWIFTMALLOC_LIVE_MMAP)
    let result = swiftmalloc_system_call(
      SWIFTMALLOC_CALL_MMAP, 0, byteCount, protectionReadWrite,
      shared | mapPrivateAnonymous & ~0x02 | mapNoReserve, -1, 0)
    return result < 0 && result > -4096 ? nil : UInt(bitPattern: result)
  }

  /// Zero pages that can be read; nothing is charged for them. `commit` makes them writable.
  package static func reserveReadable(byteCount: Int) -> UInt? {
    map(0, byteCount, protectionRead, mapNoReserve)
  }

  /// Makes reserved pages readable and writable. False when the kernel refuses.
  package static func commit(_ address: UInt, byteCount: Int) -> Bool {
    protect(address, byteCount: byteCount, protectionReadWrite)
  }

  private static func protect(_ address: UInt, byteCount: Int, _ protection: Int) -> Bool {
    swiftmalloc_count_call(SWIFTMALLOC_LIVE_MPROTECT)
    return swiftmalloc_system_call(
      SWIFTMALLOC_CALL_MPROTECT, Int(bitPattern: address), byteCount, protection, 0,
      0, 0) == 0
  }

  /// Gives the contents of committed pages back; they read as zero afterwards. False when the
  /// kernel refuses (locked pages): then the contents stay.
  package static func purge(_ address: UInt, byteCount: Int) -> Bool {
    advise(address, byteCount: byteCount, adviseDontNeed)
  }

  /// Makes committed pages resident in one call, where the kernel can (5.14): cheaper than a fault each.
  package static func populate(_ address: UInt, byteCount: Int) {
    let populateWrite = 23
    _ = advise(address, byteCount: byteCount, populateWrite)
  }

  /// Takes permissions and contents of committed pages, which stay reserved: every access faults. False
  /// when the kernel refuses.
  package static func seal(_ address: UInt, byteCount: Int) -> Bool {
    map(address, byteCount, protectionNone, mapNoReserve | mapFixed) == address
  }

  /// Whether the kernel hides pages (MADV_GUARD_INSTALL, 6.13). An emulator may say yes to every advice (qemu's of programs
  /// does), so it is asked for one that there is not.
  package static var canHide: Bool {
    guard let page = allocate(byteCount: System.pageSize) else { return false }
    defer { release(page, byteCount: System.pageSize) }
    let adviseNothing = 0x7fff_fff1
    return !advise(page, byteCount: System.pageSize, adviseNothing)
      && hide(page, byteCount: System.pageSize)
  }

  /// Takes contents of committed pages and access to them. False when the kernel refuses: pages that are locked into memory.
  package static func hide(_ address: UInt, byteCount: Int) -> Bool {
    let guardInstall = 102
    return advise(address, byteCount: byteCount, guardInstall)
  }

  /// Hidden pages can be accessed again, and are zero.
  package static func reveal(_ address: UInt, byteCount: Int) -> Bool {
    let guardRemove = 103
    return advise(address, byteCount: byteCount, guardRemove)
  }

  /// Makes committed pages readable only (false) or writable again (true).
  package static func setWritable(_ isWritable: Bool, _ address: UInt, byteCount: Int) -> Bool {
    protect(
      address, byteCount: byteCount, isWritable ? protectionReadWrite : protectionRead)
  }

  /// Moves the contents of committed pages onto reserved addresses and seals the old ones. False when the
  /// kernel refuses (before 5.7; at a limit of addresses or data): then the contents are where they were, but
  /// the destination's addresses may have been given up, and so be somebody else's.
  package static func shift(_ address: UInt, byteCount: Int, destination: UInt) -> Bool {
    let remapKeepOld = 4
    swiftmalloc_count_call(SWIFTMALLOC_LIVE_MREMAP)
    let moved = swiftmalloc_system_call(
      SWIFTMALLOC_CALL_MREMAP, Int(bitPattern: address), byteCount, byteCount,
      remapMayMove | remapFixed | remapKeepOld, Int(bitPattern: destination), 0)
    if moved != Int(bitPattern: destination) { return false }
    _ = seal(address, byteCount: byteCount)
    return true
  }

  static func advise(_ address: UInt, byteCount: Int, _ advice: Int) -> Bool {
    swiftmalloc_count_call(SWIFTMALLOC_LIVE_MADVISE)
    return swiftmalloc_system_call(
      SWIFTMALLOC_CALL_MADVISE, Int(bitPattern: address), byteCount, advice, 0, 0, 0)
      == 0
  }

  /// Gives addresses back. False when the kernel refuses (a mapping would have to be split and the
  /// limit of mappings is reached).
  @discardableResult
  package static func release(_ address: UInt, byteCount: Int) -> Bool {
    swiftmalloc_count_call(SWIFTMALLOC_LIVE_MUNMAP)
    return swiftmalloc_system_call(
      SWIFTMALLOC_CALL_MUNMAP, Int(bitPattern: address), byteCount, 0, 0, 0, 0) == 0
  }

  /// Changes the length of a mapping where it stands. False when the addresses behind are taken.
  package static func resize(_ address: UInt, from oldCount: Int, to newCount: Int) -> Bool {
    swiftmalloc_count_call(SWIFTMALLOC_LIVE_MREMAP)
    return swiftmalloc_system_call(
      SWIFTMALLOC_CALL_MREMAP, Int(bitPattern: address), oldCount, newCount, 0, 0, 0)
      == Int(bitPattern: address)
  }

  /// Moves a mapping onto `destination`, which the caller has reserved with `newCount` bytes and gives up in any case.
  /// False when the kernel refuses: then the contents are where they were.
  package static func move(
    _ address: UInt, from oldCount: Int, to newCount: Int, destination: UInt
  ) -> Bool {
    if !isOneMapping(address, byteCount: oldCount) {
      release(destination, byteCount: newCount)
      return false
    }
    // The kernel unmaps the destination, and only then finds out whether there is memory: when it refuses, another
    // thread may have been given these addresses. So they are never released here. Only at the limit of mappings it
    // refuses before, and then they are lost.
    swiftmalloc_count_call(SWIFTMALLOC_LIVE_MREMAP)
    return swiftmalloc_system_call(
      SWIFTMALLOC_CALL_MREMAP, Int(bitPattern: address), oldCount, newCount,
      remapMayMove | remapFixed, Int(bitPattern: destination), 0) == Int(bitPattern: destination)
  }
}
