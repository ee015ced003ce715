// Which heap of the program's own an address is in, and which block of it: for a debugger's prompt.

import Heap
import Memory

extension LibraryHeap {
  /// The heap whose memory holds the address, and the block that it is in; nil when none does. Without a lock: what other
  /// threads change just now may be told as it was. In no debug mode.
  package static func find(_ address: UInt, processHeap: UnsafeMutableRawPointer?)
    -> (heap: LibraryHeap, block: FoundBlock?)?
  {
    if let heap = LibraryHeap(of: address, processHeap: processHeap) {
      return (heap, heap.findBlock(address))
    }
    // Of a large block only the beginning is known to the page map.
    if PageMap.record(address) != nil { return nil }
    var found: (heap: LibraryHeap, block: FoundBlock?)?
    HeapTable.useEach(all: true) { heap in
      if found == nil, let block = heap.findBlock(address) { found = (heap, block) }
    }
    return found
  }

  private func findBlock(_ address: UInt) -> FoundBlock? {
    switch kind {
    case .bump: bump.findBlock(address)
    case .cached: cached.findBlock(address)
    case .plain: plain.findBlock(address)
    default: nil
    }
  }

  /// Its name, which may be empty.
  package var name: UnsafePointer<CChar> {
    withUnsafeBytes(of: &slot.pointee.name) {
      $0.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: CChar.self)
    }
  }
}
