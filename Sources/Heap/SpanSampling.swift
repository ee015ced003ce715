// Where in a span the next sampled block is. The fast paths do not count bytes: they take claimed
// blocks, and no block is claimed from the sampling point on. So the call that finds no claimed
// block any more comes to the slow path, and is the sample.
//
//   claim 1 … claim 1 … claim 0          sampleCountdown: words that are claimed until the one with the point
//                       ├ 17 blocks ┤    samplePoint: blocks of that word before it; then the sample is due
//
// A word may have fewer free blocks than there are before the point: then none of them is sampled,
// and the next distance is drawn, as no distance remembers the last one.

import Memory
import Synchronization

extension UnsafeMutablePointer where Pointee == SpanState {
  /// Blocks that a word can have.
  private var blocksOfWord: UInt64 { UInt64(min(capacity, 64)) }

  /// Draws the next sampling point, where blocks are sampled, of a heap that takes samples. Owner only.
  package func drawSample() {
    if pointee.isSampleDue {
      pointee.isSampleDue = false
      pointee.yield = pointee.yieldBeforeSample
      pointee.leastYield = leastYield
    }
    if !Sampling.isOn {
      // Then a slow path comes, and sees whether blocks are sampled meanwhile.
      pointee.sampleCountdown = 1 << 16
      return
    }
    let distance = Sampling.distance(blockSize: pointee.blockSize)
    let (words, blocks) = distance.quotientAndRemainder(dividingBy: blocksOfWord)
    // Of a point that is farther away than can be counted nothing is known when the count is over.
    let limit = UInt64(UInt32.max - 1)
    pointee.sampleCountdown = UInt32(min(words, limit)) + 1
    pointee.samplePoint = words > limit ? UInt8.max : UInt8(blocks)
  }

  /// The blocks of the next word are not sampled: there is no memory for a sample.
  func skipSample() {
    pointee.sampleCountdown = 2
    pointee.samplePoint = .max
  }

  /// Whether the sampling point may be in the word that is claimed next. Owner only.
  @inline(__always)
  var isSampleNear: Bool { pointee.sampleCountdown == 1 }

  /// Of the word that was just claimed, and may have the sampling point, only the blocks before
  /// that stay claimed. Owner only.
  @inline(never)
  func claimUpToSample() {
    let word = pointee.currentWord
    let bits = word.pointee.claimed
    if !Sampling.isOn || pointee.samplePoint >= bits.nonzeroBitCount { return drawSample() }
    var rest = bits
    for _ in 0..<pointee.samplePoint { rest &= rest - 1 }
    pointee.isSampleDue = true
    // The fast path leaves a span alone that wants more blocks.
    pointee.yieldBeforeSample = pointee.yield
    pointee.yield = 0
    pointee.leastYield = .max
    word.pointee.claimed = bits & ~rest
    word.pointee.free |= rest
  }
}
