// Addresses that signal handlers leave for whoever holds a lock that they must not wait for, in a page of zeros.

import Platform
import Synchronization

struct PendingFrees {
  // 0: free. More than there is room for are forgotten.
  private let places: UnsafeMutablePointer<Atomic<UInt>>
  private static var placeCount: Int { 64 }

  /// Nil without memory.
  init?() {
    guard let page = SystemMemory.allocate(byteCount: System.pageSize) else { return nil }
    places = UnsafeMutableRawPointer(bitPattern: page).unsafelyUnwrapped.assumingMemoryBound(
      to: Atomic<UInt>.self)
  }

  // Behind the places. Partner is every holder of the lock.
  private var isUsed: UnsafeMutablePointer<Atomic<UInt>> { places + Self.placeCount }

  func put(_ address: UInt) {
    for index in 0..<Self.placeCount {
      let isPut = places[index].compareExchange(
        expected: 0, desired: address, ordering: .releasing
      ).exchanged
      if isPut { break }
    }
    isUsed.pointee.store(1, ordering: .releasing)
  }

  func takeAll(_ body: (UInt) -> Void) {
    if isUsed.pointee.load(ordering: .acquiring) == 0 { return }
    isUsed.pointee.store(0, ordering: .relaxed)
    for index in 0..<Self.placeCount {
      let address = places[index].exchange(0, ordering: .acquiring)
      if address != 0 { body(address) }
    }
  }
}
