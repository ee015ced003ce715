// What stands in the second word of a small block while it waits to be freed (ThreadCache+Foreign): an address that no
// program knows. A free that finds it there is looked at closely, since it is likely the second one. It is taken away
// before the block is freed, so nobody finds it in a block that malloc gave.

import Memory

enum WaitingMark {
  @inline(__always)
  private static func place(_ block: UInt) -> UnsafeMutablePointer<UInt> {
    UnsafeMutablePointer(bitPattern: block &+ 8).unsafelyUnwrapped
  }

  @inline(__always)
  static func set(_ block: UInt) { place(block).pointee = PageMap.windowRecords }

  @inline(__always)
  static func clear(_ block: UInt) { place(block).pointee = 0 }

  @inline(__always)
  static func isSet(_ block: UInt) -> Bool { place(block).pointee == PageMap.windowRecords }
}
