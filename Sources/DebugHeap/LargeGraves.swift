// Large blocks whose memory is gone, the last of them: a second free can still be told from a wrong address. Without checks
// (LEAKS=1 alone) there is no quarantine, and this is all that is known of them.

struct LargeGraves {
  private var all = InlineArray<32, BlockDescription?>(repeating: nil)
  private var next = 0

  /// Adds a freed block in place of the oldest.
  mutating func add(_ block: BlockDescription) {
    all[next] = block
    next = (next + 1) % all.count
  }

  /// The block that was last freed at an address; nil when it is not among them.
  func find(_ address: UInt) -> BlockDescription? {
    for age in 1...all.count {
      let place = (next + all.count - age) % all.count
      if let block = all[place], block.start == address { return block }
    }
    return nil
  }
}
