// What holds for addresses beside their permissions: advice of madvise(2), mlock(2), and where one mapping ends and
// the next begins. Programs give such attributes to blocks, and the kernel keeps them when the block is freed.

import CShims

extension SystemMemory {
  private static let adviseNormal = 0
  private static let adviseDoFork = 11
  private static let adviseHugePage = 14
  private static let adviseNoHugePage = 15
  private static let adviseDoNotDump = 16
  private static let adviseDoDump = 17
  private static let adviseKeepOnFork = 19

  /// Asks for (true) or forbids (false) transparent huge pages. The kernel may not know them.
  package static func useHugePages(_ wanted: Bool, _ address: UInt, byteCount: Int) {
    _ = advise(address, byteCount: byteCount, wanted ? adviseHugePage : adviseNoHugePage)
  }

  /// Whether a core file is to contain the pages. Commit keeps that; sealed pages are those of a
  /// new mapping, and in the file.
  package static func setDumped(_ isDumped: Bool, _ address: UInt, byteCount: Int) {
    _ = advise(address, byteCount: byteCount, isDumped ? adviseDoDump : adviseDoNotDump)
  }

  /// Whether the pages are of one mapping. Those that were given attributes, or lost permissions, are one of their own.
  /// Asked for another page behind several mappings, mremap(2) says EFAULT.
  package static func isOneMapping(_ address: UInt, byteCount: Int) -> Bool {
    let fault = -14
    let longer = byteCount + System.pageSize
    swiftmalloc_count_call(SWIFTMALLOC_LIVE_MREMAP)
    let result = swiftmalloc_system_call(
      SWIFTMALLOC_CALL_MREMAP, Int(bitPattern: address), byteCount, longer, 0, 0, 0)
    if result == Int(bitPattern: address) {
      release(address + UInt(byteCount), byteCount: System.pageSize)
    }
    return result != fault
  }

  /// Takes permissions and advice back that somebody gave to committed pages; their contents stay, but for two pages.
  /// False when they are locked into memory: at their beginning, or in their middle. What stays: huge pages.
  package static func resetAttributes(_ address: UInt, byteCount: Int) -> Bool {
    if !commit(address, byteCount: byteCount) { return false }
    _ = advise(address, byteCount: byteCount, adviseDoFork)
    _ = advise(address, byteCount: byteCount, adviseKeepOnFork)
    _ = advise(address, byteCount: byteCount, adviseDoDump)
    _ = advise(address, byteCount: byteCount, adviseNormal)
    // Locked pages are not given back.
    let page = System.pageSize
    let middle = address + UInt(byteCount / 2 & ~(page - 1))
    return purge(address, byteCount: page) && purge(middle, byteCount: page)
  }

  /// Maps committed pages anew: they read as zero, and have the attributes of any other. False when the kernel refuses.
  package static func renew(_ address: UInt, byteCount: Int) -> Bool {
    map(address, byteCount, protectionReadWrite, mapNoReserve | mapFixed) == address
  }

  /// Whether so many bytes of addresses could be had now, and as many as a small program needs beside them.
  package static func hasRoom(byteCount: Int) -> Bool {
    let wanted = byteCount + (8 << 20)
    guard let addresses = reserve(byteCount: wanted) else { return false }
    return release(addresses, byteCount: wanted)
  }

  /// Gives memory a name in /proc/PID/maps, where the kernel knows such names (prctl(2),
  /// PR_SET_VMA; Linux 5.17): a wish.
  package static func setName(
    _ name: UnsafePointer<CChar>, _ address: UInt, byteCount: Int
  ) {
    let (setMemory, memoryName) = (0x5356_4d41, 0)
    _ = swiftmalloc_system_call(
      SWIFTMALLOC_CALL_PRCTL, setMemory, memoryName, Int(bitPattern: address), byteCount,
      Int(bitPattern: name), 0)
  }
}
