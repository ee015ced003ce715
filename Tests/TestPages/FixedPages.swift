// A source of pages that has one buffer and nothing else. Its pages are always accessible.
//
//   | free | used … used | free | used …       one flag a page; the first run that is long enough

import Memory
import Platform
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

package final class FixedPages: PageSource {
  /// What it does when pages are to lose their permissions.
  package enum Sealing: Sendable {
    case refused
    /// The contents stay, and every access goes on.
    case pretended
    /// The contents are lost.
    case filled
  }

  private let start: UInt
  private let used: Mutex<[Bool]>
  /// So many pages were refused since the last release: a full buffer is not looked through again.
  private let refused = Atomic<Int>(.max)
  private let sealing: Sealing
  private static var pageSize: Int { System.pageSize }

  package init?(byteCount: Int, sealing: Sealing) {
    guard let start = SystemMemory.allocate(byteCount: byteCount) else { return nil }
    self.start = start
    self.sealing = sealing
    used = Mutex([Bool](repeating: false, count: byteCount / Self.pageSize))
  }

  /// Gives the buffer back.
  package func releaseAll() {
    SystemMemory.release(start, byteCount: used.withLock { $0.count } * Self.pageSize)
  }

  /// Pages in use.
  package var usedCount: Int { used.withLock { $0.count { $0 } } }

  package func contains(_ address: UInt) -> Bool {
    address >= start && address < start + UInt(used.withLock { $0.count } * Self.pageSize)
  }

  private func mark(_ isUsed: Bool, _ address: UInt, _ byteCount: Int) {
    let first = Int(address - start) / Self.pageSize
    used.withLock { used in
      for page in first..<first + byteCount / Self.pageSize {
        precondition(used[page] != isUsed, "page \(page) taken or given back twice")
        used[page] = isUsed
      }
    }
  }

  private func fill(_ address: UInt, _ byteCount: Int, _ byte: Int32) {
    memset(UnsafeMutableRawPointer(bitPattern: address)!, byte, byteCount)
  }

  package func reserve(byteCount: Int) -> UInt? {
    let wanted = byteCount / Self.pageSize
    if wanted >= refused.load(ordering: .relaxed) { return nil }
    let first = used.withLock { used -> Int? in
      if wanted > used.count { return nil }
      var free = 0
      for page in 0..<used.count {
        free = used[page] ? 0 : free + 1
        if free == wanted { return page + 1 - wanted }
      }
      return nil
    }
    guard let first else {
      refused.store(wanted, ordering: .relaxed)
      return nil
    }
    let address = start + UInt(first * Self.pageSize)
    mark(true, address, byteCount)
    fill(address, byteCount, 0)
    return address
  }

  package func commit(_ address: UInt, byteCount: Int) -> Bool { true }
  package func allocateSparse(byteCount: Int) -> UInt? { reserve(byteCount: byteCount) }
  package func allocate(byteCount: Int) -> UInt? { reserve(byteCount: byteCount) }

  package func purge(_ address: UInt, byteCount: Int) -> Bool {
    fill(address, byteCount, 0)
    return true
  }

  package func populate(_ address: UInt, byteCount: Int) {}

  package func seal(_ address: UInt, byteCount: Int) -> Bool {
    if sealing == .filled {
      fill(address, byteCount, 0xee)
    }
    return sealing != .refused
  }

  package func setWritable(_ isWritable: Bool, _ address: UInt, byteCount: Int) -> Bool { false }
  package func shift(_ address: UInt, byteCount: Int, destination: UInt) -> Bool { false }

  package func release(_ address: UInt, byteCount: Int) -> Bool {
    mark(false, address, byteCount)
    refused.store(.max, ordering: .relaxed)
    return true
  }

  package func resize(_ address: UInt, from oldCount: Int, to newCount: Int) -> Bool { false }
  package func move(_ address: UInt, from oldCount: Int, to newCount: Int, destination: UInt)
    -> Bool
  { false }
  package func useHugePages(_ wanted: Bool, _ address: UInt, byteCount: Int) {}
}
