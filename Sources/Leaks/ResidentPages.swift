// Which pages of a range hold anything: what was never touched, and what is as the file has it, holds no pointer to a block,
// and reading it would make it resident. Of private memory /proc/self/pagemap tells (proc_pid_pagemap(5)), of shared memory mincore(2).
//
// Without either, everything is read; shared memory, too, behind a filter of system calls, which may end the process for mincore.

import CShims
import Platform

package struct ResidentPages: ~Copyable {
  private let descriptor: Int32?
  private let isFiltered = swiftmalloc_is_filtered() != 0
  private let pageSize = UInt(System.pageSize)
  private var entries = InlineArray<512, UInt64>(repeating: 0)
  private var bytes = InlineArray<512, UInt8>(repeating: 0)

  // Present in memory, swapped out; the page is a file's, as nobody wrote to it.
  private static let isPresent: UInt64 = 1 << 63
  private static let isSwapped: UInt64 = 1 << 62
  private static let isOfFile: UInt64 = 1 << 61

  @inline(__always)
  private static func isWritten(_ entry: UInt64) -> Bool {
    entry & isSwapped != 0 || entry & (isPresent | isOfFile) == isPresent
  }

  package init() {
    let path: StaticString = "/proc/self/pagemap"
    descriptor = path.withUTF8Buffer { bytes in
      FileDescriptor.open(
        UnsafeRawPointer(bytes.baseAddress!).assumingMemoryBound(to: CChar.self), flags: 0)
    }
  }

  deinit {
    if let descriptor { FileDescriptor.close(descriptor) }
  }

  /// A range that is told part by part.
  package struct Parts {
    fileprivate var page: UInt
    fileprivate var end: UInt
    fileprivate var start: UInt
    /// Pages of which is known what they hold, and the first of them that was not looked at.
    fileprivate var known = 0
    fileprivate var index = 0

    package init(_ range: AddressRange) {
      start = range.start
      end = range.end
      page = 0
    }
  }

  /// The next part whose pages hold something; nil behind the last.
  package mutating func next(_ parts: inout Parts, isShared: Bool) -> AddressRange? {
    if parts.page == 0 { parts.page = parts.start & ~(pageSize - 1) }
    var begin: UInt = 0
    while parts.page < parts.end {
      if parts.index == parts.known { look(&parts, isShared: isShared) }
      while parts.index < parts.known {
        let isHeld =
          isShared
          ? bytes[parts.index] & 1 != 0 : Self.isWritten(entries[parts.index])
        if !isHeld, begin != 0 { return AddressRange(start: begin, end: parts.page) }
        if isHeld, begin == 0 { begin = max(parts.page, parts.start) }
        parts.page += pageSize
        parts.index += 1
      }
    }
    return begin == 0 ? nil : AddressRange(start: begin, end: parts.end)
  }

  /// Asks of the pages that come next.
  private mutating func look(_ parts: inout Parts, isShared: Bool) {
    parts.index = 0
    parts.known = min(Int((parts.end - parts.page + pageSize - 1) / pageSize), entries.count)
    if isShared ? readShared(parts.page, parts.known) : readPrivate(parts.page, parts.known) {
      return
    }
    for index in 0..<parts.known {
      bytes[index] = 1
      entries[index] = Self.isPresent
    }
  }

  private mutating func readPrivate(_ page: UInt, _ count: Int) -> Bool {
    guard let descriptor else { return false }
    let place = Int(page / pageSize) * MemoryLayout<UInt64>.stride
    return withUnsafeMutableBytes(of: &entries) { buffer in
      let byteCount = count * MemoryLayout<UInt64>.stride
      return FileDescriptor.read(
        descriptor, buffer.baseAddress.unsafelyUnwrapped, byteCount, at: place) == byteCount
    }
  }

  private mutating func readShared(_ page: UInt, _ count: Int) -> Bool {
    if isFiltered { return false }
    return withUnsafeMutableBytes(of: &bytes) {
      swiftmalloc_system_call(
        SWIFTMALLOC_CALL_MINCORE, Int(bitPattern: page), count * Int(pageSize),
        Int(bitPattern: $0.baseAddress), 0, 0, 0) == 0
    }
  }
}
