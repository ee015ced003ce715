// A piece of a string that belongs to somebody else: the environment's bytes are compared and read
// in place.

import Leaks
import Platform
import Profiles

package struct Text {
  private let start: UnsafePointer<CChar>
  package let count: Int

  package init(_ start: UnsafePointer<CChar>, count: Int) {
    self.start = start
    self.count = count
  }

  package init(_ text: StaticString) {
    self.init(
      UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self),
      count: text.utf8CodeUnitCount)
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

  /// Whether the value of a choice is meant: "1" and "0" also by `flag`'s words.
  package func means(_ choice: StaticString) -> Bool {
    equals(choice) || flag.map { choice.utf8CodeUnitCount == 1 && Text(choice).flag == $0 } ?? false
  }

  static func lowercase(_ byte: UInt8) -> UInt8 {
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

  /// A number of bytes: one to fifteen digits, a space or none, and a unit: B, or K, M, G, T for powers of 1024, also
  /// written KB and KiB and so on, in either case. Nil for anything else and for more than `largestSize`.
  package var size: Int? {
    var digits = self
    let namesBytes = digits.removeLast(UInt8(ascii: "b"))
    let isBinary = namesBytes && digits.removeLast(UInt8(ascii: "i"))
    var shift = 0
    if digits.removeLast(UInt8(ascii: "k")) {
      shift = 10
    } else if digits.removeLast(UInt8(ascii: "m")) {
      shift = 20
    } else if digits.removeLast(UInt8(ascii: "g")) {
      shift = 30
    } else if digits.removeLast(UInt8(ascii: "t")) {
      shift = 40
    }
    if isBinary && shift == 0 { return nil }
    if shift != 0 || namesBytes { _ = digits.removeLast(UInt8(ascii: " ")) }
    guard let value = digits.decimal, value >= 0, value <= Self.largestSize >> shift else {
      return nil
    }
    return value << shift
  }

  /// Takes a letter of either case from the end; false when another one stands there.
  private mutating func removeLast(_ letter: UInt8) -> Bool {
    guard count > 0, Self.lowercase(self[count - 1]) == letter else { return false }
    self = prefix(count - 1)
    return true
  }

  /// Whether something is on: 1, true, yes and on, or 0, false, no and off; nil for anything else.
  package var flag: Bool? {
    if equals("1") || equals("true") || equals("yes") || equals("on") { return true }
    if equals("0") || equals("false") || equals("no") || equals("off") { return false }
    return nil
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

  /// Opens the file of this path to be read; nil when that fails.
  func openAsPath() -> Int32? {
    var path = InlineArray<4096, CChar>(repeating: 0)
    if count >= path.count { return nil }
    for index in 0..<count { path[index] = start[index] }
    // O_NONBLOCK: a pipe that nobody writes to must not stop the program.
    return withUnsafeBytes(of: &path) {
      FileDescriptor.open($0.baseAddress!.assumingMemoryBound(to: CChar.self), flags: 0x800)
    }
  }

  /// Makes this the path of the file of suppressions; false when it is too long.
  package func setAsSuppressions() -> Bool { Suppressions.setPath(start, count: count) }

  /// This as a pattern for whole names, in which `*` is any text.
  package var namePattern: NamePattern {
    NamePattern(whole: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self), count: count)
  }

  /// Makes this the log's path; false when it is too long.
  package func setAsLogPath() -> Bool { LogFile.setPath(start, count: count) }

  /// Makes this the profile's path; false when it is too long.
  package func setAsProfilePath() -> Bool { ProfilePath.set(start, count: count) }

  /// Appends the bytes, at most 100 of them, unprintable ones as `?`.
  package func append(to message: inout Message) {
    for index in 0..<min(count, 100) {
      let isPrintable = self[index] >= 0x20 && self[index] < 0x7f
      message.byte(isPrintable ? self[index] : UInt8(ascii: "?"))
    }
    if count > 100 { message.text("…") }
  }
}
