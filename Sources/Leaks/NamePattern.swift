// The patterns of suppressions: `*` is any text, `^` in front the beginning of a name, `$` at the end its end.

package struct NamePattern {
  private let bytes: UnsafePointer<UInt8>
  private let count: Int
  private let isAtStart: Bool
  private let isAtEnd: Bool

  /// The bytes must stay where they are.
  package init(bytes: UnsafePointer<UInt8>, count: Int) {
    isAtStart = count > 0 && bytes[0] == UInt8(ascii: "^")
    isAtEnd = count > 0 && bytes[count - 1] == UInt8(ascii: "$")
    let first = isAtStart ? 1 : 0
    self.bytes = bytes + first
    self.count = max(count - first - (isAtEnd ? 1 : 0), 0)
  }

  /// A pattern of whole names, in which `*` alone means something else than itself. The bytes must stay where they are.
  package init(whole bytes: UnsafePointer<UInt8>, count: Int) {
    isAtStart = true
    isAtEnd = true
    self.bytes = bytes
    self.count = count
  }

  /// Whether a name matches; a C string.
  package func matches(_ name: UnsafePointer<CChar>) -> Bool {
    var start = name
    while true {
      if matches(from: start) { return true }
      if isAtStart || start.pointee == 0 { return false }
      start += 1
    }
  }

  /// Whether the text from a place on matches. Behind a star all lengths are tried, the last star's only: what was
  /// matched before it stays.
  private func matches(from start: UnsafePointer<CChar>) -> Bool {
    var text = start
    var index = 0
    var star = -1
    var afterStar = start
    while true {
      if index < count, bytes[index] == UInt8(ascii: "*") {
        star = index
        afterStar = text
        index += 1
      } else if index == count, !isAtEnd || text.pointee == 0 {
        return true
      } else if index < count, text.pointee != 0, UInt8(bitPattern: text.pointee) == bytes[index] {
        text += 1
        index += 1
      } else if star >= 0, afterStar.pointee != 0 {
        afterStar += 1
        text = afterStar
        index = star + 1
      } else {
        return false
      }
    }
  }
}
