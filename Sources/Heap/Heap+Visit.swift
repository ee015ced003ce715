// Every live block of a heap, one after the other. Nobody else uses the heap meanwhile.

import Memory
import Platform

extension Heap {
  /// Calls `body` with the address and the usable bytes of each live block. `body` may free the block that it is told of,
  /// and must not allocate. Blocks that signal handlers got are left out.
  package func forEachBlock(_ body: (UInt, Int) -> Void) {
    var arena = pageHeap.arenas
    while let current = arena {
      arena = current.pointee.next
      let end = pageHeap.committedEnd(of: current)
      var address = current.pointee.start
      while address < end {
        let record = PageMap.knownRecord(address)
        let byteCount = max(record.byteCount, PageMap.sliceSize)
        switch record.kind {
        case .small: forEachSmall(record, body)
        case .medium: body(record.start, record.asBlock.usableByteCount)
        default: break
        }
        address += UInt(byteCount)
      }
    }
    var next = large.head
    while let record = next {
      next = record.next
      body(record.start, record.asBlock.usableByteCount)
    }
  }

  private func forEachSmall(_ record: Record, _ body: (UInt, Int) -> Void) {
    guard let state = record.state else { return }
    let blockSize = Int(state.pointee.blockSize)
    let firstBlock = state.pointee.firstBlock
    for index in 0..<state.capacity {
      // The last free gives the span back.
      if record.state != state { return }
      if !state.isOpened(index) || state.isFree(index) { continue }
      body(firstBlock + UInt(index * blockSize), blockSize)
    }
  }
}
