// Every live block of a heap, one after the other. Nobody else uses the heap meanwhile.

import Memory
import Platform

extension Heap {
  /// Calls `body` with the address and the usable bytes of each live block. `body` may free the block that it is told of,
  /// and must not allocate. Blocks that signal handlers got are left out.
  package func forEachBlock(_ body: (UInt, Int) -> Void) {
    var runs = RunWalk(self)
    while let (record, _) = runs.next() {
      switch record.kind {
      case .small: forEachSmall(record, body)
      case .medium: body(record.start, record.asBlock.usableByteCount)
      default: break
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
