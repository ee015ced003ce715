// The slices of emptied spans that a thread keeps for its next spans, of whatever class.

import Memory
import Platform

extension UnsafeMutablePointer where Pointee == ThreadCache {
  var hasStash: Bool { pointee.stashCount > 0 }

  /// Keeps a slice; false when there are enough, or the thread has no use for them.
  func pushStash(_ record: UnsafeMutablePointer<SpanRecord>) -> Bool {
    if !pointee.keepsStash || pointee.stashCount == ThreadCache.stashLimit { return false }
    if pointee.stashCount == 0 { pointee.stashTime = System.milliseconds }
    pointee.stash[pointee.stashCount] = record
    pointee.stashCount += 1
    return true
  }

  /// Takes a slice; rather one that held blocks of the class, of which so many pages are resident. Nil when there is none.
  func popStash(like sizeClass: Int? = nil) -> UnsafeMutablePointer<SpanRecord>? {
    if pointee.stashCount == 0 { return nil }
    let last = pointee.stashCount - 1
    var chosen = last
    if let sizeClass {
      for index in 0..<last where pointee.stash[index].map({ Int($0.sizeClass) }) == sizeClass {
        chosen = index
      }
    }
    let record = pointee.stash[chosen]
    pointee.stash[chosen] = pointee.stash[last]
    pointee.stashCount = last
    return record
  }

  /// Whether the stash began to fill so many milliseconds ago, or earlier.
  func stashIsOlder(than age: UInt32, now: UInt32) -> Bool {
    hasStash && Int32(bitPattern: now &- pointee.stashTime) >= Int32(bitPattern: age)
  }
}
