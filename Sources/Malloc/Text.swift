// A piece of a string that belongs to somebody else: the environment's bytes are compared and read
// in place.

import Leaks
import Platform

package struct Text {
  private let start: UnsafePointer<CChar>
  package let count: Int

  package init(_ start: UnsafePointer<CChar>, count: Int) {
    self.start = start
    self.count = count
  }

  /// A whole C string.
  package init(_ start: UnsafePointer<CChar>) {
    var count = 0
    while start[count] != 0 { count += 1 }
    self.init(start, count: count)
  }

  package subscript(_ index: Int) -> UInt8 { UInt8(bitPattern: start[index]) }

  package func dropFirst(_ dropped: Int) -> Text { Text(start + dropped, count: count - dropped) }

  package func prefix(_ length: Int) -> Text { Text(start, count: length) }

  /// The place of the first `byte`, or nil.
  package func firstIndex(of byte: UInt8) -> Int? {
    for index in 0..<count where self[index] == byte { return index }
    return nil
  }

  package func hasPrefix(_ prefix: StaticString) -> Bool {
    count >= prefix.utf8CodeUnitCount && self.prefix(prefix.utf8CodeUnitCount).equals(prefix)
  }

  /// Whether the bytes are the same; ASCII letters of either case are.
  package func equals(_ other: StaticString) -> Bool {
    if count != other.utf8CodeUnitCount { return false }
    for index in 0..<count
    where Self.lowercase(self[index]) != Self.lowercase(other.utf8Start[index]) { return false }
    return true
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }

  /// The value of an optional minus sign and one to fifteen digits; nil for anything else.
  package var decimal: Int? {
    let isNegative = count > 0 && self[0] == UInt8(ascii: "-")
    let digits = isNegative ? dropFirst(1) : self
    if digits.count == 0 || digits.count > 15 { return nil }
    var value = 0
    for index in 0..<digits.count {
      let digit = Int(digits[index]) - Int(UInt8(ascii: "0"))
      if digit < 0 || digit > 9 { return nil }
      value = value * 10 + digit
    }
    return isNegative ? -value : value
  }

  /// The value of one to fifteen digits and an optional k, m, g or t for powers of 1024; nil for
  /// anything else and for more than `largestSize`.
  package var size: Int? {
    if count == 0 { return nil }
    var shift = 0
    switch Self.lowercase(self[count - 1]) {
    case UInt8(ascii: "k"): shift = 10
    case UInt8(ascii: "m"): shift = 20
    case UInt8(ascii: "g"): shift = 30
    case UInt8(ascii: "t"): shift = 40
    default: break
    }
    let digits = shift == 0 ? self : prefix(count - 1)
    guard let value = digits.decimal, value >= 0, value <= Self.largestSize >> shift else {
      return nil
    }
    return value << shift
  }

  // No machine has more.
  private static let largestSize = 1 << 47

  /// The number of a signal: 0 for none, else 1 to 64 or one of the names that programs leave to their users; nil for
  /// anything else, and for signals that no handler can have.
  package var signal: Int? {
    if equals("none") { return 0 }
    if equals("HUP") || equals("SIGHUP") { return 1 }
    if equals("USR1") || equals("SIGUSR1") { return 10 }
    if equals("USR2") || equals("SIGUSR2") { return 12 }
    // KILL, STOP, and the two that the C library keeps for itself.
    guard let number = decimal, number >= 1, number <= 64, number != 9, number != 19,
      number != 32, number != 33
    else { return nil }
    return number
  }

  /// Makes this the path of the file of suppressions; false when it is too long.
  package func setAsSuppressions() -> Bool { Suppressions.setPath(start, count: count) }

  /// Makes this the log's path; false when it is too long.
  package func setAsLogPath() -> Bool { LogFile.setPath(start, count: count) }

  /// Appends the bytes, at most 100 of them, unprintable ones as `?`.
  package func append(to message: inout Message) {
    for index in 0..<min(count, 100) {
      let isPrintable = self[index] >= 0x20 && self[index] < 0x7f
      message.byte(isPrintable ? self[index] : UInt8(ascii: "?"))
    }
    if count > 100 { message.text("…") }
  }
}
