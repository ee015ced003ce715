// PageSource: aligned reservations keep exactly what was asked for.

import Memory
import Platform
import TestPages
import Testing

@Suite struct PageSourceTests {
  private func isMapped(_ address: UInt) -> Bool {
    if case .mapping = ProcessMaps.find(address) { return true }
    return false
  }

  @Test(arguments: [4096, 65536, 1 << 20, 1 << 24])
  func alignedMemoryIsAlignedAndExact(alignment: Int) {
    let pages = SystemPages()
    for byteCount in [4096, 65536, 3 * 65536, 1 << 20] {
      guard
        let reserved = pages.reserveAligned(byteCount: byteCount, alignment: alignment),
        let start = pages.allocateAligned(byteCount: byteCount, alignment: alignment)
      else {
        Issue.record("refused")
        return
      }
      #expect(reserved % UInt(alignment) == 0 && start % UInt(alignment) == 0)
      let bytes = UnsafeMutableRawBufferPointer(
        start: UnsafeMutableRawPointer(bitPattern: start), count: byteCount)
      #expect(bytes.allSatisfy { $0 == 0 })
      #expect(pages.release(start, byteCount: byteCount))
      #expect(pages.release(reserved, byteCount: byteCount))
    }
  }

  @Test func overflowingReservationsAreRefused() {
    let pages = SystemPages()
    #expect(pages.reserveAligned(byteCount: .max - 4095, alignment: 1 << 20) == nil)
    #expect(pages.allocateAligned(byteCount: 1 << 60, alignment: 1 << 16) == nil)
  }

  @Test func purgedPagesReadAsZero() {
    let pages = SystemPages()
    guard let start = pages.allocate(byteCount: 65536) else { return #expect(Bool(false)) }
    let words = UnsafeMutableBufferPointer<UInt64>(
      start: UnsafeMutablePointer(bitPattern: start), count: 8192)
    words.update(repeating: 7)
    #expect(pages.purge(start, byteCount: 65536))
    #expect(words.allSatisfy { $0 == 0 })
    #expect(isMapped(start))
    #expect(pages.release(start, byteCount: 65536))
  }

  @Test func mappingsMoveWithTheirContents() {
    let pages = SystemPages()
    guard let start = pages.allocate(byteCount: 65536),
      let place = pages.reserve(byteCount: 1 << 20)
    else { return #expect(Bool(false)) }
    UnsafeMutablePointer<UInt64>(bitPattern: start)?.pointee = 42
    #expect(pages.move(start, from: 65536, to: 1 << 20, destination: place))
    #expect(UnsafePointer<UInt64>(bitPattern: place)?.pointee == 42)
    #expect(UnsafePointer<UInt64>(bitPattern: place + 1 << 20 - 8)?.pointee == 0)
    #expect(pages.release(place, byteCount: 1 << 20))
  }
}
