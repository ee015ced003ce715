// Which heap of the program's own a freed block was of, for reports: the last one whose address has a place. What another
// block's address has taken the place of is not known any more, and then a report names no heap.

import Platform

package enum FreedBlocks {
  private struct Place {
    // Not the address itself, which would lead a leak check to the block.
    var complement: UInt
    var slot: HeapTable.Slot
    /// Until the debug heap has freed it, and finds what is wrong with it.
    var isEnding = true
  }

  private static var placeCount: Int { 4096 }
  // Null: nothing was freed yet, or there is no memory.
  nonisolated(unsafe) private static var places: UnsafeMutablePointer<Place?>?

  private static func place(_ address: UInt) -> Int {
    // Knuth's multiplicative hash.
    Int(bitPattern: (address >> 4 &* 0x9e37_79b9_7f4a_7c15) >> 40) & (placeCount - 1)
  }

  /// A block of a heap is freed. Under the lock of the tracked blocks, as the next.
  static func note(_ address: UInt, _ slot: HeapTable.Slot) {
    if places == nil {
      let byteCount = placeCount * MemoryLayout<Place?>.stride
      guard let memory = SystemMemory.allocate(byteCount: byteCount) else { return }
      places = UnsafeMutableRawPointer(bitPattern: memory)?.bindMemory(
        to: Place?.self, capacity: placeCount)
    }
    places?[place(address)] = Place(complement: ~address, slot: slot)
  }

  /// It is freed.
  static func endFree(_ address: UInt) {
    if slot(of: address) != nil { places?[place(address)]?.isEnding = false }
  }

  /// The heap of a block that is just freed.
  static func slot(ofEnding address: UInt) -> HeapTable.Slot? {
    guard let place = places?[place(address)], place.complement == ~address, place.isEnding else {
      return nil
    }
    return place.slot
  }

  /// A block of the process' heap is freed, which may have the address that one of another heap had.
  static func forget(_ address: UInt) {
    if slot(of: address) != nil { places?[place(address)] = nil }
  }

  /// Whether the heap of a freed block at `address` may be known. Without the lock: what another thread changes just now may
  /// be missed.
  package static func mayHold(_ address: UInt) -> Bool { slot(of: address) != nil }

  /// The heap that the freed block at `address` was of; nil when that is not known.
  static func slot(of address: UInt) -> HeapTable.Slot? {
    guard let place = places?[place(address)], place.complement == ~address else { return nil }
    return place.slot
  }
}
