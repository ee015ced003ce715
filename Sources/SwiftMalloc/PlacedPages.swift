// The system's pages with something said of them when they are made accessible: that they are locked into memory, or
// of which node of the machine they are. Such pages are not moved, and none is made a guard.

import CShims
import Memory
import Platform

/// The system's pages, of which something is said before anybody uses them. A source of the program's own needs one
/// function.
public protocol PlacedPages: PageSource {
  /// Says it of pages that were made accessible just now. False when the system refuses: then they are not used.
  func place(_ address: UInt, byteCount: Int) -> Bool
}

extension PlacedPages {
  private var system: SystemPages { SystemPages() }

  /// Addresses only.
  public func reserve(byteCount: Int) -> UInt? { system.reserve(byteCount: byteCount) }
  /// As the system's, then placed.
  public func commit(_ address: UInt, byteCount: Int) -> Bool {
    system.commit(address, byteCount: byteCount) && place(address, byteCount: byteCount)
  }
  /// As the system's: tables that lead to blocks are not placed.
  public func allocateSparse(byteCount: Int) -> UInt? {
    system.allocateSparse(byteCount: byteCount)
  }
  /// As the system's, then placed.
  public func allocate(byteCount: Int) -> UInt? {
    guard let address = system.allocate(byteCount: byteCount) else { return nil }
    if place(address, byteCount: byteCount) { return address }
    _ = system.release(address, byteCount: byteCount)
    return nil
  }
  /// As the system's, which refuses it for locked pages.
  public func purge(_ address: UInt, byteCount: Int) -> Bool {
    system.purge(address, byteCount: byteCount)
  }
  /// As the system's.
  public func populate(_ address: UInt, byteCount: Int) {
    system.populate(address, byteCount: byteCount)
  }
  /// Refused.
  public func seal(_ address: UInt, byteCount: Int) -> Bool { false }
  /// As the system's.
  public func setWritable(_ isWritable: Bool, _ address: UInt, byteCount: Int) -> Bool {
    system.setWritable(isWritable, address, byteCount: byteCount)
  }
  /// Refused.
  public func shift(_ address: UInt, byteCount: Int, destination: UInt) -> Bool { false }
  /// As the system's.
  public func release(_ address: UInt, byteCount: Int) -> Bool {
    system.release(address, byteCount: byteCount)
  }
  /// Refused.
  public func resize(_ address: UInt, from oldCount: Int, to newCount: Int) -> Bool { false }
  /// Refused.
  public func move(_ address: UInt, from oldCount: Int, to newCount: Int, destination: UInt)
    -> Bool
  { false }
  /// As the system's.
  public func useHugePages(_ wanted: Bool, _ address: UInt, byteCount: Int) {
    system.useHugePages(wanted, address, byteCount: byteCount)
  }
}

/// Pages that are locked into memory (mlock(2)): they are resident, and never written to a swap device. The system
/// bounds them (`ulimit -l`, RLIMIT_MEMLOCK): a heap commits a mebibyte and more at once. What is freed stays locked,
/// and with the heap.
public struct LockedPages: PlacedPages, Sendable {
  /// Of the calling process.
  public init() {}

  /// mlock(2).
  public func place(_ address: UInt, byteCount: Int) -> Bool {
    swiftmalloc_lock_pages(address, byteCount) == 0
  }
}

/// Pages of one node of a machine whose memory is not equally near to all processors (NUMA), and of no other: mbind(2).
public struct NodePages: PlacedPages, Sendable {
  /// The node's number, as in /sys/devices/system/node.
  public let node: Int
  private let isOnlyNode: Bool

  /// Of this node. Throws `HeapError.noNode` when the machine has none of this number, and where a sandbox forbids to
  /// ask. Where the system knows of no nodes, its memory is node 0.
  public init(node: Int) throws(HeapError) {
    if node < 0 || node >= 1024 { throw .noNode(node) }
    let pages = SystemPages()
    let byteCount = swiftmalloc_page_size()
    guard let address = pages.allocate(byteCount: byteCount) else { throw .noMemory }
    let result = swiftmalloc_bind_pages(address, byteCount, node)
    _ = pages.release(address, byteCount: byteCount)
    // ENOSYS
    isOnlyNode = result == -38 && node == 0
    if result != 0, !isOnlyNode { throw .noNode(node) }
    self.node = node
  }

  /// mbind(2), before the pages are touched.
  public func place(_ address: UInt, byteCount: Int) -> Bool {
    isOnlyNode || swiftmalloc_bind_pages(address, byteCount, node) == 0
  }
}

extension Heap where Policy.Pages == LockedPages {
  /// A new heap in pages that are locked into memory. Throws `HeapError.notLocked` when the system does not lock the
  /// first of them; later a block that the system does not lock is nil.
  public init(name: StaticString = "", limit: Int? = nil) throws(HeapError) {
    let pages = LockedPages()
    // As much as the first small block needs.
    let byteCount = 1 << 20
    guard let address = SystemPages().allocate(byteCount: byteCount) else { throw .noMemory }
    let isLocked = pages.place(address, byteCount: byteCount)
    _ = pages.release(address, byteCount: byteCount)
    if !isLocked { throw .notLocked }
    try self.init(name: name, limit: limit, pages: pages)
  }
}
