// LeakSanitizer's interface: what it means for the heap in force. Without LEAKS it means nothing.

import DebugHeap
import Heap
import Heaps
import Leaks
import Platform

extension Malloc {
  package static var tracksLeaks: Bool { Process.looksForLeaks }

  /// Makes the block that holds an address, and what only it leads to, no leak; false when there is none.
  package static func ignoreLeak(_ address: UInt) -> Bool {
    guard case .debug(let heap) = Process.active else { return false }
    return heap.ignore(address)
  }

  /// Registers memory to be searched for pointers, or takes that back.
  package static func changeRoot(_ start: UInt, _ byteCount: UInt, isAdded: Bool) {
    let byteCount = Int(clamping: byteCount)
    if isAdded {
      RootRegions.add(start, byteCount: byteCount)
    } else {
      RootRegions.remove(start, byteCount: byteCount)
    }
  }

  package static func warnOfEnable() {
    Message.warn("a thread called __lsan_enable more often than __lsan_disable; it does nothing")
  }

  /// Bytes of the live block that begins at an address: those asked for in the debug heap, those that may be used in
  /// production. Nil when none begins there.
  package static func allocatedSize(_ address: UInt) -> UInt? {
    if address == 0 { return nil }
    switch Process.active {
    case .production(let heap):
      if HeapTable.isUsed, let byteCount = ownUsableSize(address) {
        return byteCount > 0 ? byteCount : nil
      }
      return heap.isLive(address) ? UInt(heap.usableSize(address)) : nil
    case .debug(let heap): return heap.requestedSize(address).map { UInt($0) }
    case .none: return nil
    }
  }
}
