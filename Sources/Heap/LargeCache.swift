// Mappings of freed large blocks. Whole slices each; what is longer than a request is divided. Neighbours are not
// joined: the kernel may keep them as two mappings, and moves one only. Under the lock of the large blocks; costs a
// walk over at most 32 entries.
//
//   byteCount = Σ byteCount of the entries

import Memory

package struct LargeCache: ~Copyable {
  /// A mapping, and when it came.
  package struct Entry {
    package var start: UInt = 0
    package var byteCount = 0
    package var timestamp: UInt32 = 0
  }

  private var entries = InlineArray<32, Entry>(repeating: Entry())
  private var count = 0
  package private(set) var byteCount = 0

  package init() {}

  package var isEmpty: Bool { count == 0 }

  /// The address of `wanted` bytes, from the shortest entry that has them; the rest stays.
  mutating func take(_ wanted: Int) -> UInt? {
    var best = -1
    for index in 0..<count where entries[index].byteCount >= wanted {
      if best < 0 || entries[index].byteCount < entries[best].byteCount { best = index }
    }
    if best < 0 { return nil }
    let start = entries[best].start
    if entries[best].byteCount == wanted {
      _ = remove(best)
    } else {
      entries[best].start += UInt(wanted)
      entries[best].byteCount -= wanted
      byteCount -= wanted
    }
    return start
  }

  /// The longest entry.
  mutating func takeLongest() -> Entry? {
    var longest = -1
    for index in 0..<count {
      if longest < 0 || entries[index].byteCount > entries[longest].byteCount { longest = index }
    }
    return longest < 0 ? nil : remove(longest)
  }

  /// An entry that is at least `age` milliseconds old.
  mutating func takeOlder(than age: UInt32, now: UInt32) -> Entry? {
    for index in 0..<count
    where Int32(bitPattern: now &- entries[index].timestamp) >= Int32(bitPattern: age) {
      return remove(index)
    }
    return nil
  }

  /// Keeps the beginning of a mapping, as much as `limit` bytes of all entries leave room for. Returns the
  /// bytes kept, whole slices.
  mutating func keep(_ start: UInt, _ length: Int, now: UInt32, limit: Int) -> Int {
    let room = max(0, limit - byteCount) & ~(PageMap.sliceSize - 1)
    let kept = min(length, room)
    if kept == 0 { return 0 }
    if count == entries.count { return 0 }
    entries[count] = Entry(start: start, byteCount: kept, timestamp: now)
    count += 1
    byteCount += kept
    return kept
  }

  private mutating func remove(_ index: Int) -> Entry {
    let entry = entries[index]
    count -= 1
    entries[index] = entries[count]
    byteCount -= entry.byteCount
    return entry
  }

  /// Calls `body` with the address and the length of each entry.
  package borrowing func forEach(_ body: (UInt, Int) -> Void) {
    for index in 0..<count { body(entries[index].start, entries[index].byteCount) }
  }

  /// Whether the address is in an entry.
  package borrowing func contains(_ address: UInt) -> Bool {
    for index in 0..<count
    where address &- entries[index].start < UInt(entries[index].byteCount) { return true }
    return false
  }
}
