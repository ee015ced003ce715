// Which words of a collection's storage hold something. What was removed from an array or a dictionary stays where it was until
// something else comes there: such words are no pointers of the program's.
//
//   array   | object | counts | count | capacity × 2 | element … |                          of Swift's standard library
//   table   | object | counts | count | capacity | scale | seed | keys at | values at | a bit for each place … | keys … | values … |
//
// A set has elements in place of keys, and no values. There are 1 << scale places.

import Targets

/// What a block of a type holds.
package enum BlockContents: Equatable, Sendable {
  /// Any word may be a pointer.
  case all
  /// Elements behind each other: bytes to the first, and from one to the next.
  case array(first: Int, stride: Int)
  /// Bytes of a key and of a value; nil: it is a set.
  case table(keyStride: Int, valueStride: Int?)
}

/// The words of one block that hold something.
struct LiveWords {
  private enum Rule {
    case below(UInt64)
    case places(
      bits: [UInt64], keys: Range<UInt64>, keyStride: UInt64, values: Range<UInt64>,
      valueStride: UInt64)
  }

  private let rule: Rule

  private static var countWord: UInt64 { 16 }
  private static var scaleWord: UInt64 { 32 }
  private static var keysWord: UInt64 { 48 }
  private static var greatestScale: UInt8 { 40 }

  /// Nil: all of them may, also when what the block says of itself cannot be.
  init?(_ memory: some TargetMemory, start: UInt64, size: UInt64, _ contents: BlockContents) {
    switch contents {
    case .all: return nil
    case .array(let first, let stride):
      guard let count = memory.word(at: start + Self.countWord), stride > 0,
        count <= size / UInt64(stride)
      else { return nil }
      rule = .below(UInt64(first) + count * UInt64(stride))
    case .table(let keyStride, let valueStride):
      let bitsAt = Self.keysWord + (valueStride == nil ? 8 : 16)
      guard let scale = memory.load(at: start + Self.scaleWord, as: UInt8.self),
        scale < Self.greatestScale, let keys = memory.word(at: start + Self.keysWord),
        keyStride > 0
      else { return nil }
      let count = UInt64(1) << UInt64(scale)
      let words = (count + 63) / 64
      let keysAt = keys &- start
      guard count <= size, keysAt >= bitsAt + words * 8, keysAt <= size,
        count * UInt64(keyStride) <= size - keysAt
      else { return nil }
      var valuesAt = size
      if let valueStride {
        guard let values = memory.word(at: start + Self.keysWord + 8), values >= keys,
          values - start <= size, count * UInt64(valueStride) <= size - (values - start)
        else { return nil }
        valuesAt = values - start
      }
      let bytes = memory.bytes(at: start + bitsAt, count: Int(words) * 8)
      guard bytes.count == Int(words) * 8 else { return nil }
      let bits = bytes.withUnsafeBytes { buffer in
        (0..<Int(words)).map { buffer.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
      }
      rule = .places(
        bits: bits, keys: keysAt..<max(keysAt, min(valuesAt, keysAt + count * UInt64(keyStride))),
        keyStride: UInt64(keyStride), values: valuesAt..<size,
        valueStride: UInt64(max(valueStride ?? 1, 1)))
    }
  }

  /// Whether the word so many bytes behind the block's beginning holds something.
  func contains(_ offset: UInt64) -> Bool {
    switch rule {
    case .below(let end): return offset < end
    case .places(let bits, let keys, let keyStride, let values, let valueStride):
      let place: UInt64
      if keys.contains(offset) {
        place = (offset - keys.lowerBound) / keyStride
      } else if values.contains(offset) {
        place = (offset - values.lowerBound) / valueStride
      } else {
        // The head's only pointers are those into the block itself.
        return false
      }
      return place / 64 < bits.count && bits[Int(place / 64)] >> (place % 64) & 1 != 0
    }
  }
}
