// The names of Rust's functions as Rust writes them. Two manglings are in use, and their hashes tell people nothing:
//
//   legacy   _ZN4core3ptr13drop_in_place17h0123456789abcdefE    segments, the last one the hash: below
//   v0       _RNvCs4fqI2P2rA04_4test4main                        a grammar: RustName+V0.swift (RFC 2603)
//
// The text is written to a buffer that the caller has. What is damaged or nested without end is no Rust name.

/// Reads names that Rust's compiler gave to functions.
public struct RustName {
  let input: UnsafePointer<UInt8>
  let length: Int
  var position = 0
  /// Nested paths, types and constants at most; and steps in all: back references can repeat without end.
  static let depthLimit = 200
  static let stepLimit = 20000
  var depth = 0
  var steps = 0
  /// Whether what is read is part of no text.
  var isSilent = false
  /// Lifetimes that the binders around a type introduce.
  var boundLifetimes: UInt = 0

  private let output: UnsafeMutablePointer<UInt8>
  private let capacity: Int
  private var count = 0

  /// Writes the readable form of a mangled name, with a zero behind it and cut off where the buffer ends; false, and
  /// nothing of worth in the buffer, when the name is not one of Rust's. `capacity` is at least 4.
  public static func demangle(
    _ name: UnsafePointer<CChar>, into buffer: UnsafeMutablePointer<CChar>, capacity: Int
  ) -> Bool {
    var length = 0
    while name[length] != 0 { length += 1 }
    let input = UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self)
    let output = UnsafeMutableRawPointer(buffer).assumingMemoryBound(to: UInt8.self)
    var rust = RustName(input: input, length: length, output: output, capacity: capacity)
    let isRust =
      rust.take("_R") ? rust.printSymbol() : rust.take("_ZN") ? rust.printLegacy() : false
    rust.endText()
    return isRust
  }

  private init(
    input: UnsafePointer<UInt8>, length: Int, output: UnsafeMutablePointer<UInt8>, capacity: Int
  ) {
    self.input = input
    self.length = length
    self.output = output
    self.capacity = capacity
  }

  // Reading.

  /// The next byte; 0 at the end.
  var next: UInt8 { position < length ? input[position] : 0 }

  mutating func take(_ byte: UInt8) -> Bool {
    if next != byte { return false }
    position += 1
    return true
  }

  mutating func take(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    if count > length - position { return false }
    for index in 0..<count where input[position + index] != text.utf8Start[index] { return false }
    position += count
    return true
  }

  /// A decimal number without leading zeros, which stays within the input's length.
  mutating func takeLength() -> Int? {
    guard next.isDigit else { return nil }
    if take(UInt8(ascii: "0")) { return 0 }
    var value = 0
    while next.isDigit {
      value = value * 10 + Int(next - UInt8(ascii: "0"))
      if value > length { return nil }
      position += 1
    }
    return value
  }

  // Writing.

  /// Whether the buffer is full: what follows is not seen.
  var isFull: Bool { count >= capacity - 1 }

  mutating func print(_ byte: UInt8) {
    if isSilent || isFull { return }
    output[count] = byte
    count += 1
  }

  mutating func print(_ text: StaticString) {
    for index in 0..<text.utf8CodeUnitCount { print(text.utf8Start[index]) }
  }

  mutating func print(decimal value: UInt) {
    var divisor: UInt = 1
    while value / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      print(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }

  /// A Unicode scalar as UTF-8.
  mutating func print(scalar: UInt32) {
    let byte = { (shift: UInt32) in UInt8(truncatingIfNeeded: 0x80 | scalar >> shift & 0x3f) }
    if scalar < 0x80 {
      print(UInt8(scalar))
    } else if scalar < 0x800 {
      print(UInt8(0xc0 | scalar >> 6))
      print(byte(0))
    } else if scalar < 0x10000 {
      print(UInt8(0xe0 | scalar >> 12))
      print(byte(6))
      print(byte(0))
    } else if scalar < 0x110000 {
      print(UInt8(0xf0 | scalar >> 18))
      print(byte(12))
      print(byte(6))
      print(byte(0))
    }
  }

  private mutating func endText() {
    if isFull {
      for back in 1...3 { output[capacity - 1 - back] = UInt8(ascii: ".") }
    }
    output[count] = 0
  }
}

extension RustName {
  // `17h` and sixteen hexadecimal digits end a name.
  private static var hashLength: Int { 17 }

  /// The segments of a legacy name but the last, which must be a hash: else it is C++.
  private mutating func printLegacy() -> Bool {
    let first = position
    var last = position
    while next.isDigit {
      last = position
      guard let size = takeLength(), size > 0, size <= length - position else { return false }
      position += size
    }
    let hash = position - Self.hashLength
    if next != UInt8(ascii: "E") || last == first || input[hash] != UInt8(ascii: "h") {
      return false
    }
    for index in hash + 1..<position where input[index].hexadecimalValue == nil { return false }
    position = last
    guard takeLength() == Self.hashLength else { return false }
    position = first
    while position < last {
      if position > first { print("::") }
      guard let size = takeLength() else { return false }
      printSegment(end: position + size)
    }
    return true
  }

  /// What no linker takes in a name is written as an escape: `$LT$`, `$u20$`, `..`.
  private mutating func printSegment(end: Int) {
    // In front of an escape at the beginning.
    if take("_$") { position -= 1 }
    while position < end {
      if take("..") {
        print("::")
      } else if next != UInt8(ascii: "$") || !printEscape() {
        print(next)
        position += 1
      }
    }
    position = end
  }

  private mutating func printEscape() -> Bool {
    if take("$LT$") {
      print("<")
    } else if take("$GT$") {
      print(">")
    } else if take("$RF$") {
      print("&")
    } else if take("$BP$") {
      print("*")
    } else if take("$LP$") {
      print("(")
    } else if take("$RP$") {
      print(")")
    } else if take("$C$") {
      print(",")
    } else if take("$SP$") {
      print("@")
    } else {
      return printScalarEscape()
    }
    return true
  }

  private mutating func printScalarEscape() -> Bool {
    let start = position
    var value: UInt32 = 0
    if take("$u") {
      while let digit = next.hexadecimalValue, value < 0x11000 {
        value = value << 4 | UInt32(digit)
        position += 1
      }
      if position > start + 2, take(UInt8(ascii: "$")) {
        print(scalar: value)
        return true
      }
    }
    position = start
    return false
  }
}

extension UInt8 {
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

  /// Of a digit, in lower case.
  var hexadecimalValue: UInt8? {
    if isDigit { return self - UInt8(ascii: "0") }
    let isLetter = self >= UInt8(ascii: "a") && self <= UInt8(ascii: "f")
    return isLetter ? self - UInt8(ascii: "a") + 10 : nil
  }
}
