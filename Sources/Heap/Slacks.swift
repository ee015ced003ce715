// Where an observer wants to know, what the program asked for of each small block, as the block's slack: bytes of
// the block − bytes asked for. Behind the span's block bits, a byte for each block below 256 bytes, two for the others.
// A live block's slack changes by realloc only: whoever frees it may read it without a lock.
//
//   bytes asked for of block i = blockSize − slack(i)

import CShims
import Memory

extension UnsafeMutablePointer where Pointee == SpanState {
  private static var longestOfOneByte: UInt { 255 }

  /// Bytes of a state for so many blocks, with their slacks where they are kept.
  package static func byteCount(blockSize: Int, capacity: Int, keepsSlacks: Bool) -> Int {
    let bits = byteCount(wordCount: (capacity + 63) / 64)
    if !keepsSlacks { return bits }
    return bits + capacity * (blockSize <= longestOfOneByte ? 1 : 2)
  }

  /// What `SpanState.slacks` is to be. Addresses of memory have their highest byte clear.
  func slacks(wordCount: Int, sizeClass: UInt8) -> UInt {
    UInt(bitPattern: self) + UInt(Self.byteCount(wordCount: wordCount))
      | UInt(sizeClass) << Self.classShift
  }

  private static var classShift: UInt { 56 }

  /// The class of the span's blocks, in a process that counts.
  @inline(__always)
  package var sizeClass: Int { Int(bitPattern: pointee.slacks &>> Self.classShift) }

  @inline(__always)
  private var slackStart: UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: pointee.slacks & 0x00ff_ffff_ffff_ffff).unsafelyUnwrapped
  }

  @inline(__always)
  package func setSlack(_ index: Int, _ slack: UInt) {
    let start = slackStart
    if pointee.blockSize <= Self.longestOfOneByte {
      start.storeBytes(of: UInt8(truncatingIfNeeded: slack), toByteOffset: index, as: UInt8.self)
    } else {
      start.storeBytes(
        of: UInt16(truncatingIfNeeded: slack), toByteOffset: index &* 2, as: UInt16.self)
    }
  }

  /// Never more than the block.
  @inline(__always)
  package func slack(_ index: Int, blockSize: UInt) -> UInt {
    let start = slackStart
    if blockSize <= Self.longestOfOneByte {
      return UInt(start.load(fromByteOffset: index, as: UInt8.self))
    }
    return UInt(start.load(fromByteOffset: index &* 2, as: UInt16.self))
  }
}
