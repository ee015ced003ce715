// Addresses that signal handlers leave for whoever holds a lock that they must not wait for, in a page of zeros.

import Platform
import Synchronization

struct PendingFrees {
  // 0: free.
  private let places: UnsafeMutablePointer<Atomic<UInt>>
  private static var placeCount: Int { 500 }

  /// Nil without memory.
  init?() {
    guard let page = SystemMemory.allocate(byteCount: System.pageSize) else { return nil }
    places = UnsafeMutableRawPointer(bitPattern: page).unsafelyUnwrapped.assumingMemoryBound(
      to: Atomic<UInt>.self)
  }

  // Behind the places. Partner is every holder of the lock.
  private var isUsed: UnsafeMutablePointer<Atomic<UInt>> { places + Self.placeCount }

  /// False, and nothing is done, when there is no room for it.
  func put(_ address: UInt) -> Bool {
    for index in 0..<Self.placeCount {
      let isPut = places[index].compareExchange(
        expected: 0, desired: address, ordering: .releasing
      ).exchanged
      if isPut {
        isUsed.pointee.store(1, ordering: .releasing)
        return true
      }
    }
    return false
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
