// How much of a range is in memory. A page that was never touched, or was given back, is not, nor is one that was only
// read: the kernel shows its page of zeros there.
//
//   ioctl PAGEMAP_SCAN on /proc/self/pagemap    since Linux 6.7; ranges of pages, without the page of zeros
//   mincore(2)                                  elsewhere; a page that was only read counts as resident
//   /proc/self/pagemap                          in its place behind a filter, which may end the process for mincore
//
// One system call for some hundred pages, so that it needs little of a thread's stack.

import CShims

package struct ResidentBytes: ~Copyable {
  private static let regionLimit = 24
  // For mincore a byte for each page, for pagemap a word, for the first one three words for each range.
  private var words = InlineArray<72, UInt64>(repeating: 0)
  private var pagemap: Int32?
  private var knowsRanges = true
  private var isFiltered = false
  // Of a word of pagemap: the page is in memory (proc_pid_pagemap(5)).
  private static let isPresent: UInt64 = 1 << 63

  package init() {}

  /// Makes the exact answers possible, until `close`.
  package mutating func open() {
    var path = Message()
    // That of the process' first thread tells nothing when the thread has ended.
    path.text("/proc/thread-self/pagemap")
    pagemap = path.openAsPath()
    isFiltered = swiftmalloc_is_filtered() != 0
  }

  /// Afterwards there are no more answers of the exact kind.
  package mutating func close() {
    if let pagemap { FileDescriptor.close(pagemap) }
    pagemap = nil
  }

  /// Resident bytes between two addresses, both multiples of a page's. Where the kernel does not say, all of them.
  package mutating func count(_ start: UInt, _ end: UInt) -> Int {
    if let sum = scan(start, end) { return sum }
    let pageSize = UInt(System.pageSize)
    let step = UInt(isFiltered ? words.count : words.count * 8) * pageSize
    var sum = 0
    var address = start
    while address < end {
      let next = min(address + step, end)
      let pageCount = Int((next - address + pageSize - 1) / pageSize)
      sum += (isFiltered ? read(address, pageCount) : ask(address, pageCount)) * Int(pageSize)
      address = next
    }
    return sum
  }

  // Nil when the kernel does not know the call.
  private mutating func scan(_ start: UInt, _ end: UInt) -> Int? {
    guard knowsRanges, let descriptor = pagemap else { return nil }
    var sum = 0
    var next = start
    while next < end {
      let found = withUnsafeMutableBytes(of: &words) {
        swiftmalloc_present_ranges(
          descriptor, &next, end, $0.baseAddress, Int(Self.regionLimit))
      }
      if found < 0 {
        knowsRanges = false
        return nil
      }
      for index in 0..<Int(found) { sum += Int(words[index * 3 + 1] - words[index * 3]) }
    }
    return sum
  }

  private mutating func read(_ address: UInt, _ pageCount: Int) -> Int {
    let stride = MemoryLayout<UInt64>.stride
    guard let descriptor = pagemap else { return pageCount }
    let place = Int(address / UInt(System.pageSize)) * stride
    let byteCount = withUnsafeMutableBytes(of: &words) {
      FileDescriptor.read(
        descriptor, $0.baseAddress.unsafelyUnwrapped, pageCount * stride, at: place)
    }
    if byteCount != pageCount * stride { return pageCount }
    var count = 0
    for index in 0..<pageCount where words[index] & Self.isPresent != 0 { count += 1 }
    return count
  }

  private mutating func ask(_ address: UInt, _ pageCount: Int) -> Int {
    let wordCount = (pageCount + 7) / 8
    words[wordCount - 1] = 0
    let result = withUnsafeMutableBytes(of: &words) {
      swiftmalloc_system_call(
        SWIFTMALLOC_CALL_MINCORE, Int(bitPattern: address), pageCount * System.pageSize,
        Int(bitPattern: $0.baseAddress), 0, 0, 0)
    }
    if result != 0 { return pageCount }
    var count = 0
    // A byte for each page; only its lowest bit has a meaning.
    for index in 0..<wordCount { count += (words[index] & 0x0101_0101_0101_0101).nonzeroBitCount }
    return count
  }
}
