// The room of the profile. When there is none for a new place, places without live blocks are
// dropped, with their stacks: what they have allocated is still counted, in one sum. So live memory
// is seen, however many places there were before.

import Guards
import Traces

/// What sites that were dropped had.
struct DroppedSites {
  var blocks = 0.0
  var bytes = 0.0
  /// Bytes that were live at the peak.
  var peakBytes = 0.0
}

extension Profile {
  /// Bytes that the profile takes, with the stacks.
  private var usedBytes: Int {
    sites.usedBytes + samples.usedBytes + names.usedBytes + StackDepot.heldBytes
  }

  /// One percent of the memory that is sampled, when it was most, and a mebibyte. Stacks of guarded
  /// blocks have room of their own.
  private var budget: Int {
    1 << 20 + Int(min(peakBytes, 0x1p60)) / 100 + GuardedBlocks.mostTraceBytes
  }

  /// Whether there is room for a new place, or was made.
  mutating func makeRoom() -> Bool {
    if usedBytes < budget { return true }
    // All sites are looked at: when it is worthwhile.
    if idleCount < max(sites.count / 8, 16) { return false }
    dropIdleSites(ofPeak: false)
    // Those of the peak only where the others are not enough.
    if usedBytes > budget / 8 * 7 { dropIdleSites(ofPeak: true) }
    return usedBytes < budget
  }

  private mutating func dropIdleSites(ofPeak: Bool) {
    for number in 1..<max(sites.numberLimit, 1) {
      let site = sites[number]
      if site.pointee.trace == 0 || site.pointee.samples > 0 { continue }
      let peak = blocksAtPeak(number)
      if peak > 0 && !ofPeak { continue }
      let byteCount = Double(site.pointee.byteCount)
      dropped.blocks += site.pointee.allocated
      dropped.bytes += site.pointee.allocated * byteCount
      dropped.peakBytes += peak * byteCount
      StackDepot.release(site.pointee.trace)
      site.pointee.trace = 0
      sites.remove(number)
      idleCount -= 1
    }
  }
}
