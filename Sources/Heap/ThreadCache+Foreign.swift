// Blocks of other threads' spans that this thread freed. They wait here, so that one atomic operation or one
// lock serves all of a span, and are never given out again by this thread: neighbours of another thread's blocks
// would share its cache lines.

import Memory

extension UnsafeMutablePointer where Pointee == ThreadCache {
  /// Bytes of blocks that may wait.
  private static var foreignByteLimit: Int { 1 << 16 }

  var foreignIsFull: Bool {
    pointee.foreignCount == pointee.foreign.count
      || pointee.foreignBytes >= Self.foreignByteLimit
  }

  static func filterBit(_ block: UInt) -> UInt64 {
    1 << UInt64((block >> 4 ^ block >> 10) & 63)
  }

  /// Adds a block; false when it waits already.
  func addForeign(_ block: UInt, byteCount: Int) -> Bool {
    let bit = Self.filterBit(block)
    if pointee.foreignFilter & bit != 0 {
      for index in 0..<pointee.foreignCount where pointee.foreign[index] == block { return false }
    }
    pointee.foreignFilter |= bit
    pointee.foreign[pointee.foreignCount] = block
    pointee.foreignCount += 1
    pointee.foreignBytes += byteCount
    return true
  }

  /// Forgets all that waits.
  func clearForeign() {
    pointee.foreignCount = 0
    pointee.foreignBytes = 0
    pointee.foreignFilter = 0
  }
}
