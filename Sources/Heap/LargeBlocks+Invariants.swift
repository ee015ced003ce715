// The equations of LargeBlocks, checked by the tests. Costs a walk over all large blocks and all runs. No other
// thread may use them meanwhile.
//
//   blockBytes = runs.usedBytes + mappedBytes

import Memory
import Platform
import Synchronization

extension LargeBlocks {
  /// The equation that does not hold, or nil.
  package borrowing func checkInvariants() -> StaticString? {
    var count = 0
    var sum = 0
    var mapped = 0
    var tailCount = 0
    var previous: UnsafeMutablePointer<SpanRecord>?
    var next = head
    while let record = next {
      if record.kind != .large { return "LargeBlocks: record of no large block" }
      if PageMap.record(record.start) != record { return "LargeBlocks: start ≠ the block" }
      if record.previous != previous { return "LargeBlocks: previous ≠ the block before" }
      count += 1
      sum += record.byteCount
      if record.asBlock.hasOldTail { tailCount += 1 }
      if record.asBlock.isMapping { mapped += record.byteCount }
      previous = record
      next = record.next
    }
    if count != blockCount { return "LargeBlocks: blockCount ≠ blocks in the list" }
    if sum != blockBytes { return "LargeBlocks: blockBytes ≠ Σ byteCount" }
    if mapped != mappedBytes { return "LargeBlocks: mappedBytes ≠ Σ byteCount of mappings" }
    if tailCount != runs.tailCount { return "LargeBlocks: tailCount ≠ Σ tails" }
    if blockBytes != runs.usedBytes + mappedBytes {
      return "LargeBlocks: blockBytes ≠ usedBytes + mappedBytes"
    }
    if peakBlockBytes < blockBytes { return "LargeBlocks: peakBlockBytes < blockBytes" }
    return runs.checkInvariants()
  }
}
