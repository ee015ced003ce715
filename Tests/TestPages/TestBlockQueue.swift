// Blocks on their way from the thread that allocated them to the one that frees them.

import Platform

package final class TestBlockQueue: @unchecked Sendable {
  private let lock = Lock()
  private var blocks: [TestBlock] = []

  package init() {}

  package func put(_ block: TestBlock) {
    lock.lock()
    blocks.append(block)
    lock.unlock()
  }

  /// Any one of the blocks; nil when there is none.
  package func take(_ random: inout SeededRandom) -> TestBlock? {
    lock.lock()
    defer { lock.unlock() }
    if blocks.isEmpty { return nil }
    blocks.swapAt(random.below(blocks.count), blocks.count - 1)
    return blocks.removeLast()
  }
}
