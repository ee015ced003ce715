// What the rest of a block must look like when its first word says what it is. A first word can be a copy of a pointer, or be left
// from what lay there before: then the numbers behind it do not fit.
//
//   object:  first word, count word, …        array:  object, count, capacity << 1 | flag, elements
//   table:   object, count, capacity, scale and others, seed, first column, …
//   task:    first word, next, capacity, …

/// What one first word says of a block.
struct BlockShape {
  enum Rest {
    /// No block at all.
    case none
    /// One of C++: nothing is known of the rest.
    case anything
    /// A Swift object of a fixed size.
    case object
    /// A Swift object, with more behind it.
    case tail
    case array(stride: Int, header: Int)
    case table
    case string
    /// A Swift error: its type is in the third word.
    case error
    /// Memory of a task: the next one of it, and how many bytes there are behind this head.
    case taskMemory
  }

  let type: TypeID
  let rest: Rest
  /// Bytes of the block at least.
  let leastSize: Int

  static let none = BlockShape(type: .untyped, rest: .none, leastSize: 0)

  /// Whether the block's size and its first words agree with it.
  func fits(_ address: UInt64, _ size: Int, _ words: UnsafeBufferPointer<UInt64>) -> Bool {
    guard size >= leastSize else { return false }
    switch rest {
    case .none: return false
    case .anything: return true
    case .object: return Self.isCountWord(words) && Self.isRounded(leastSize, to: size)
    case .tail, .error: return Self.isCountWord(words)
    case .array(let stride, let header):
      guard words.count >= 4, Self.isCountWord(words) else { return false }
      let (count, capacity) = (words[2], words[3] >> 1)
      return count <= capacity && size >= header
        && capacity <= UInt64((size - header) / stride)
    case .table:
      guard words.count >= 7, Self.isCountWord(words) else { return false }
      return words[2] <= words[3] && words[3] < 1 << 48 && words[4] & 0xff < 56
        && words[6] > address && words[6] - address <= UInt64(size)
    case .taskMemory:
      guard words.count >= 4, words[0] != words[1] else { return false }
      let capacity = words[2] & 0xffff_ffff
      return words[1] % 8 == 0 && capacity > 0 && capacity <= UInt64(max(0, size - 24))
    case .string:
      guard words.count >= 4, Self.isCountWord(words) else { return false }
      return words[3] & 0xffff_ffff_ffff <= UInt64(max(0, size - 32))
    }
  }

  /// An allocator gives at most a quarter more, or some words.
  private static func isRounded(_ wanted: Int, to size: Int) -> Bool {
    size <= wanted + wanted / 4 + 64
  }

  /// Swift's reference counts: with a side table, its address, or the counts themselves (swift/stdlib/public/SwiftShims, RefCount.h):
  ///
  ///     63: none here   62 … 33: strong, less one   32: is being destroyed   31 … 1: unowned, at least one   0: pure Swift
  static func isCountWord(_ words: UnsafeBufferPointer<UInt64>) -> Bool {
    guard words.count >= 2 else { return false }
    let word = words[1]
    if word >> 62 == 3 { return word << 2 != 0 }
    return word >> 63 == 0 && word & 1 == 1 && word & 0xffff_fffe != 0 && word >> 57 == 0
  }
}
