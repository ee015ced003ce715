// How much of a range is in memory, by mincore(2): a page that was never touched, or was given back, is not. One system
// call for 512 pages, so that it needs little of a thread's stack. A page that was only read counts as resident, as the kernel has given it the page of zeros.

import CShims

package struct ResidentBytes: ~Copyable {
  private var pages = InlineArray<64, UInt64>(repeating: 0)

  package init() {}

  /// Resident bytes between two addresses, both multiples of a page's. Where the kernel does not say (a filter refuses the
  /// call), all of them.
  package mutating func count(_ start: UInt, _ end: UInt) -> Int {
    let pageSize = UInt(System.pageSize)
    let step = UInt(pages.count * 8) * pageSize
    var sum = 0
    var address = start
    while address < end {
      let next = min(address + step, end)
      let pageCount = Int((next - address + pageSize - 1) / pageSize)
      sum += ask(address, pageCount) * Int(pageSize)
      address = next
    }
    return sum
  }

  private mutating func ask(_ address: UInt, _ pageCount: Int) -> Int {
    let words = (pageCount + 7) / 8
    pages[words - 1] = 0
    let result = withUnsafeMutableBytes(of: &pages) {
      swiftmalloc_system_call(
        SWIFTMALLOC_CALL_MINCORE, Int(bitPattern: address), pageCount * System.pageSize,
        Int(bitPattern: $0.baseAddress), 0, 0, 0)
    }
    if result != 0 { return pageCount }
    var count = 0
    // A byte for each page; only its lowest bit has a meaning.
    for index in 0..<words { count += (pages[index] & 0x0101_0101_0101_0101).nonzeroBitCount }
    return count
  }
}
