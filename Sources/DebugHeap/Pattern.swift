// The bytes that are never the program's: canary bytes around blocks, and the fill of freed ones.

import CShims

package enum Pattern {
  /// Of freed bytes, as in Zig's allocator.
  package static let freed: UInt8 = 0xdd
  // Eight different bytes, none of them a letter, small, 0xff or a usual fill, so that a write is
  // unlikely to leave them as they are.
  private static let canary: UInt64 = 0x9be7_d38f_b5c9_f1a3

  /// The canary byte of an address.
  package static func canaryByte(_ address: UInt) -> UInt8 {
    UInt8(truncatingIfNeeded: canary >> UInt64((address & 7) * 8))
  }

  /// Writes canary bytes from `start` up to `end`.
  @inline(__always)
  package static func fillCanary(_ start: UInt, _ end: UInt) {
    if end < start &+ 8 { return fillShort(start, end) }
    // The pattern repeats every eight bytes: the first word may overlap the second, the last one the
    // one before.
    raw(start).storeBytes(of: rotated(canary, start), as: UInt64.self)
    var next = (start &+ 8) & ~7
    while next &+ 8 <= end {
      words(next).pointee = canary
      next = next &+ 8
    }
    raw(end &- 8).storeBytes(of: rotated(canary, end), as: UInt64.self)
  }

  private static func fillShort(_ start: UInt, _ end: UInt) {
    var next = start
    while next < end {
      bytes(next).pointee = canaryByte(next)
      next += 1
    }
  }

  /// The eight bytes of the pattern from an address on.
  @inline(__always)
  private static func rotated(_ pattern: UInt64, _ address: UInt) -> UInt64 {
    let shift = UInt64(address & 7) &* 8
    return pattern &>> shift | pattern &<< ((64 &- shift) & 63)
  }

  /// Writes `freed` over a block.
  package static func fillFreed(_ start: UInt, _ byteCount: Int) {
    UnsafeMutableRawPointer(bitPattern: start)?.initializeMemory(
      as: UInt8.self, repeating: freed, count: byteCount)
  }

  /// Eight bytes of freed memory, as a number.
  package static var freedWord: UInt { 0xdddd_dddd_dddd_dddd }

  /// Eight canary bytes at a multiple of eight, as a number.
  package static var canaryWord: UInt { UInt(canary) }

  /// Whether an address, which no memory has, comes from a pointer in a freed block: that pointer, or an element or
  /// member of what it is thought to point to, within terabytes.
  package static func isFreedPointer(_ address: UInt) -> Bool { address >> 48 == 0xdddd }

  /// Whether all canary bytes from `start` up to `end` are as they were written.
  @inline(__always)
  package static func isCanary(_ start: UInt, _ end: UInt) -> Bool {
    isPattern(start, end, canary)
  }

  /// Whether the 16 canary bytes in front of a slot are as they were written.
  @inline(__always)
  package static func isCanaryUnit(before start: UInt) -> Bool {
    (words(start &- 16).pointee ^ canary) | (words(start &- 8).pointee ^ canary) == 0
  }

  /// Whether the block is as `fillFreed` left it.
  @inline(__always)
  package static func isFreed(_ start: UInt, _ byteCount: Int) -> Bool {
    isPattern(start, start &+ UInt(bitPattern: byteCount), 0xdddd_dddd_dddd_dddd)
  }

  @inline(__always)
  private static func isPattern(_ start: UInt, _ end: UInt, _ pattern: UInt64) -> Bool {
    if end < start &+ 8 { return isShortPattern(start, end, pattern) }
    var difference = raw(start).loadUnaligned(as: UInt64.self) ^ rotated(pattern, start)
    if end &- start >= longPattern {
      // The pattern goes on if every byte is like the one eight bytes before it.
      return difference == 0
        && memcmp(raw(start), raw(start &+ 8), Int(bitPattern: end &- start &- 8)) == 0
    }
    var next = (start &+ 8) & ~7
    while next &+ 8 <= end {
      difference |= words(next).pointee ^ pattern
      next = next &+ 8
    }
    difference |= raw(end &- 8).loadUnaligned(as: UInt64.self) ^ rotated(pattern, end)
    return difference == 0
  }

  // From here on the C library's comparison is faster than a loop.
  private static var longPattern: UInt { 64 }

  private static func isShortPattern(_ start: UInt, _ end: UInt, _ pattern: UInt64) -> Bool {
    var next = start
    while next < end {
      if bytes(next).pointee != byte(pattern, next) { return false }
      next += 1
    }
    return true
  }

  /// The first and the last byte from `start` up to `end` that are not as they were written; nil when
  /// all are.
  package static func damage(_ start: UInt, _ end: UInt, isFreed: Bool) -> (
    first: UInt, last: UInt
  )? {
    let pattern = isFreed ? 0xdddd_dddd_dddd_dddd : canary
    var first = start
    while first < end, bytes(first).pointee == byte(pattern, first) { first += 1 }
    if first >= end { return nil }
    var last = end - 1
    while bytes(last).pointee == byte(pattern, last) { last -= 1 }
    return (first, last)
  }

  /// How many bytes from `first` to `last` are not as they were written.
  package static func changedCount(_ first: UInt, _ last: UInt, isFreed: Bool) -> Int {
    let pattern = isFreed ? 0xdddd_dddd_dddd_dddd : canary
    var count = 0
    for address in first...last {
      if bytes(address).pointee != byte(pattern, address) { count += 1 }
    }
    return count
  }

  @inline(__always)
  private static func byte(_ pattern: UInt64, _ address: UInt) -> UInt8 {
    UInt8(truncatingIfNeeded: pattern &>> UInt64((address & 7) &* 8))
  }

  @inline(__always)
  private static func bytes(_ address: UInt) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutablePointer(bitPattern: address).unsafelyUnwrapped
  }

  @inline(__always)
  private static func raw(_ address: UInt) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
  }

  @inline(__always)
  private static func words(_ address: UInt) -> UnsafeMutablePointer<UInt64> {
    UnsafeMutablePointer(bitPattern: address).unsafelyUnwrapped
  }
}
