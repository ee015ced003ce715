// Sources of pages that are always accessible, and the one that a buffer holds:
//
//   | header | one byte a page: 0 free, 1 used | page | page | …        the first run that is long enough

import CShims
import Platform

/// Pages that no permissions can be taken from: memory that a program has anyway. A source needs two functions.
public protocol AccessiblePages: PageSource {
  /// Readable and writable zero memory, page-aligned, or nil.
  func allocate(byteCount: Int) -> UInt?
  /// Takes back what was given, or a part of it; false when refused, and then it stays out of use.
  func release(_ address: UInt, byteCount: Int) -> Bool
}

extension AccessiblePages {
  /// False.
  public var canSeal: Bool { false }
  /// As `allocate`.
  public func reserve(byteCount: Int) -> UInt? { allocate(byteCount: byteCount) }
  /// As `allocate`.
  public func allocateSparse(byteCount: Int) -> UInt? { allocate(byteCount: byteCount) }
  /// True: they are accessible already.
  public func commit(_ address: UInt, byteCount: Int) -> Bool { true }
  /// False: the contents stay.
  public func purge(_ address: UInt, byteCount: Int) -> Bool { false }
  /// Nothing.
  public func populate(_ address: UInt, byteCount: Int) {}
  /// Refused.
  public func seal(_ address: UInt, byteCount: Int) -> Bool { false }
  /// Refused.
  public func setWritable(_ isWritable: Bool, _ address: UInt, byteCount: Int) -> Bool { false }
  /// Refused.
  public func shift(_ address: UInt, byteCount: Int, destination: UInt) -> Bool { false }
  /// Refused.
  public func resize(_ address: UInt, from oldCount: Int, to newCount: Int) -> Bool { false }
  /// Refused.
  public func move(_ address: UInt, from oldCount: Int, to newCount: Int, destination: UInt)
    -> Bool
  { false }
  /// Nothing.
  public func useHugePages(_ wanted: Bool, _ address: UInt, byteCount: Int) {}
}

/// The pages of one buffer and nothing else. Copies are the same source; several heaps may share it.
public struct FixedBufferPages: AccessiblePages, @unchecked Sendable {
  private struct Header: ~Copyable {
    let lock = Lock()
    let pageSize: Int
    /// The first page that is given out, and how many there are.
    let start: UInt
    let pageCount: Int
  }

  private let header: UnsafeMutablePointer<Header>
  private var used: UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(header + 1).assumingMemoryBound(to: UInt8.self)
  }

  /// Takes the buffer, which must outlive every use of the source. A debug heap needs half a mebibyte of it.
  /// Nil when it holds no page.
  public init?(_ buffer: UnsafeMutableRawBufferPointer) {
    let pageSize = swiftmalloc_page_size()
    let address = (UInt(bitPattern: buffer.baseAddress) + 63) & ~63
    let end = UInt(bitPattern: buffer.baseAddress) + UInt(buffer.count)
    // As many flags as there may be pages; those of the pages that the flags take are not used.
    let flags = address + UInt(MemoryLayout<Header>.stride)
    let mask = UInt(pageSize - 1)
    let start = (flags + UInt(buffer.count / pageSize) + mask) & ~mask
    guard let place = UnsafeMutablePointer<Header>(bitPattern: address), start < end,
      Int(end - start) >= pageSize
    else { return nil }
    header = place
    place.initialize(
      to: Header(pageSize: pageSize, start: start, pageCount: Int(end - start) / pageSize))
    used.initialize(repeating: 0, count: place.pointee.pageCount)
  }

  /// Addresses without memory are not to be had: a quarter of the buffer at once at the most, so that what asks for
  /// a long reservation leaves something for others.
  public func reserve(byteCount: Int) -> UInt? {
    let quarter = header.pointee.pageCount / 4 * header.pointee.pageSize
    return byteCount <= max(quarter, 1 << 19) ? allocate(byteCount: byteCount) : nil
  }

  /// The first free run of pages that is long enough, zero; nil when there is none.
  public func allocate(byteCount: Int) -> UInt? {
    let pageSize = header.pointee.pageSize
    let wanted = byteCount / pageSize
    header.pointee.lock.lock()
    let first = firstRun(wanted)
    if let first { (used + first).update(repeating: 1, count: wanted) }
    header.pointee.lock.unlock()
    guard let first else { return nil }
    let address = header.pointee.start + UInt(first * pageSize)
    UnsafeMutableRawPointer(bitPattern: address)?.initializeMemory(
      as: UInt8.self, repeating: 0, count: byteCount)
    return address
  }

  private func firstRun(_ wanted: Int) -> Int? {
    if wanted > header.pointee.pageCount { return nil }
    var length = 0
    for page in 0..<header.pointee.pageCount {
      length = used[page] == 0 ? length + 1 : 0
      if length == wanted { return page + 1 - wanted }
    }
    return nil
  }

  /// Takes pages back; false when they are not of the buffer.
  public func release(_ address: UInt, byteCount: Int) -> Bool {
    let pageSize = header.pointee.pageSize
    let offset = Int(bitPattern: address &- header.pointee.start)
    if offset < 0 || offset + byteCount > header.pointee.pageCount * pageSize { return false }
    header.pointee.lock.lock()
    (used + offset / pageSize).update(repeating: 0, count: byteCount / pageSize)
    header.pointee.lock.unlock()
    return true
  }

  /// Bytes of the pages that are not in use.
  public var freeByteCount: Int {
    header.pointee.lock.lock()
    defer { header.pointee.lock.unlock() }
    var count = 0
    for page in 0..<header.pointee.pageCount where used[page] == 0 { count += 1 }
    return count * header.pointee.pageSize
  }
}
