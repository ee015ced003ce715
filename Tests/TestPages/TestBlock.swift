// Blocks that know what they hold: each is filled with words of its own, so that two that overlap,
// or one that the heap wrote to, are found out.

import Glibc

package struct TestBlock {
  package let address: UInt
  package let byteCount: Int
  private let id: UInt64

  /// Longer blocks are filled at both ends only.
  private static let wholeLimit = 4096

  /// Fills the block with `id`.
  package init(_ address: UInt, byteCount: Int, id: UInt64) {
    self.address = address
    self.byteCount = byteCount
    self.id = id
    for part in parts { part.initializeMemory(as: UInt64.self, repeating: pattern) }
  }

  private var pattern: UInt64 { id &* 0x9e37_79b9_7f4a_7c15 | 1 }

  private var parts: [UnsafeMutableRawBufferPointer] {
    let start = UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
    let words = byteCount & ~7
    if words <= Self.wholeLimit {
      return [UnsafeMutableRawBufferPointer(start: start, count: words)]
    }
    return [
      UnsafeMutableRawBufferPointer(start: start, count: Self.wholeLimit / 2),
      UnsafeMutableRawBufferPointer(
        start: start + words - Self.wholeLimit / 2, count: Self.wholeLimit / 2),
    ]
  }

  /// Whether the contents are as `init` left them.
  package var isIntact: Bool { parts.allSatisfy { Self.holds($0, pattern) } }

  /// Whether the block begins with as much of its contents as fits into `count` bytes.
  package func isIntact(movedTo address: UInt, count: Int) -> Bool {
    let start = UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
    let length = min(byteCount & ~7, count & ~7, Self.wholeLimit / 2)
    return Self.holds(UnsafeMutableRawBufferPointer(start: start, count: length), pattern)
  }

  private static func holds(_ part: UnsafeMutableRawBufferPointer, _ pattern: UInt64) -> Bool {
    guard part.count > 0, let start = UnsafeRawPointer(part.baseAddress) else { return true }
    return start.loadUnaligned(as: UInt64.self) == pattern
      && isRepetition(start, of: 8, byteCount: part.count)
  }

  /// Whether the memory repeats its first bytes. Unoptimised Swift would take a hundred times as long as memcmp.
  private static func isRepetition(
    _ start: UnsafeRawPointer, of length: Int, byteCount: Int
  ) -> Bool {
    byteCount <= length || memcmp(start, start + length, byteCount - length) == 0
  }

  /// Whether the ends of memory said to be zero are.
  package static func isZero(_ address: UInt, byteCount: Int) -> Bool {
    let start = UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped
    let length = min(byteCount, 512)
    return [start, start + byteCount - length].allSatisfy {
      length == 0
        || $0.load(as: UInt8.self) == 0 && isRepetition($0, of: 1, byteCount: length)
    }
  }
}
