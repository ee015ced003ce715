// Addresses that are kept for the writer of a profile: it is wanted most where a program has none left.

import Platform
import Synchronization

enum ProfileReserve {
  // Where they begin; 0: there are none now.
  private static let start = Atomic<UInt>(0)
  /// What a profile of a few thousand places takes.
  private static var byteCount: Int { 2 << 20 }

  /// Keeps them, if none are kept; false when there is no room.
  @discardableResult
  static func keep() -> Bool {
    if start.load(ordering: .relaxed) != 0 { return true }
    guard let mapping = SystemMemory.reserve(byteCount: byteCount) else { return false }
    let isFirst = start.compareExchange(expected: 0, desired: mapping, ordering: .relaxed).exchanged
    if !isFirst { _ = SystemMemory.release(mapping, byteCount: byteCount) }
    return true
  }

  /// As `SystemMemory.allocate`, with the help of what was kept.
  static func allocate(byteCount wanted: Int) -> UInt? {
    if let memory = SystemMemory.allocate(byteCount: wanted) { return memory }
    let kept = start.exchange(0, ordering: .relaxed)
    if kept == 0 { return nil }
    _ = SystemMemory.release(kept, byteCount: byteCount)
    return SystemMemory.allocate(byteCount: wanted)
  }
}
