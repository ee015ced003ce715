// The bytes that are never the program's: written as told, and every change of one found.

import DebugHeap
import TestPages
import Testing

@Suite struct PatternTests {
  /// Calls `body` with every start offset and length, in memory filled with something else.
  private func everyRange(_ body: (UnsafeMutablePointer<UInt8>, Int, Int) -> Bool) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 16)
    defer { memory.deallocate() }
    let bytes = memory.assumingMemoryBound(to: UInt8.self)
    for offset in 0..<16 {
      for length in 0...64 {
        memory.initializeMemory(as: UInt8.self, repeating: 0x5a, count: 128)
        if !body(bytes + 16, offset, length) {
          Issue.record("offset \(offset), length \(length)")
          return
        }
      }
    }
  }

  private func fill(_ start: UInt, _ length: Int, isFreed: Bool) {
    if isFreed {
      Pattern.fillFreed(start, length)
    } else {
      Pattern.fillCanary(start, start + UInt(length))
    }
  }

  private func isWhole(_ start: UInt, _ length: Int, isFreed: Bool) -> Bool {
    isFreed ? Pattern.isFreed(start, length) : Pattern.isCanary(start, start + UInt(length))
  }

  @Test(arguments: [false, true]) func fillsItsRangeAndNothingElse(isFreed: Bool) {
    everyRange { bytes, offset, length in
      let start = UInt(bitPattern: bytes + offset)
      fill(start, length, isFreed: isFreed)
      let isAsTold = (-16..<112).allSatisfy { index in
        let address = UInt(bitPattern: bytes + index)
        let pattern = isFreed ? Pattern.freed : Pattern.canaryByte(address)
        return bytes[index] == (index >= offset && index < offset + length ? pattern : 0x5a)
      }
      return isAsTold && isWhole(start, length, isFreed: isFreed)
        && Pattern.damage(start, start + UInt(length), isFreed: isFreed) == nil
    }
  }

  @Test(arguments: [false, true]) func everyDamagedByteIsFound(isFreed: Bool) {
    var random = SeededRandom(seed: 7)
    everyRange { bytes, offset, length in
      let start = UInt(bitPattern: bytes + offset)
      fill(start, length, isFreed: isFreed)
      for place in 0..<length {
        let byte = bytes + offset + place
        byte.pointee ^= 1 << UInt8(random.below(8))
        let damage = Pattern.damage(start, start + UInt(length), isFreed: isFreed)
        if isWhole(start, length, isFreed: isFreed) || damage?.first != start + UInt(place)
          || damage?.last != start + UInt(place)
        {
          return false
        }
        fill(UInt(bitPattern: byte), 1, isFreed: isFreed)
      }
      return isWhole(start, length, isFreed: isFreed)
    }
  }

  @Test func damageSpansFromTheFirstToTheLast() {
    everyRange { bytes, offset, length in
      let start = UInt(bitPattern: bytes + offset)
      Pattern.fillCanary(start, start + UInt(length))
      if length < 2 { return true }
      let (first, last) = (length / 3, length - 1 - length / 4)
      for place in [first, last] { bytes[offset + place] = 0 }
      guard let damage = Pattern.damage(start, start + UInt(length), isFreed: false) else {
        return false
      }
      return damage.first == start + UInt(min(first, last))
        && damage.last == start + UInt(max(first, last))
    }
  }

  /// What is just outside does not matter.
  @Test func neighboursAreNotLookedAt() {
    everyRange { bytes, offset, length in
      let start = UInt(bitPattern: bytes + offset)
      Pattern.fillCanary(start - 16, start + UInt(length) + 16)
      bytes[offset - 1] ^= 0xff
      bytes[offset + length] ^= 0xff
      return Pattern.isCanary(start, start + UInt(length))
    }
  }
}
