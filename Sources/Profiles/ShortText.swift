// A text of at most 511 bytes, made piece by piece; what is beyond them is left out.

struct ShortText {
  private(set) var bytes = InlineArray<512, UInt8>(repeating: 0)
  private(set) var count = 0

  mutating func append(_ byte: UInt8) {
    if count == bytes.count - 1 { return }
    bytes[count] = byte
    count += 1
  }

  mutating func append(_ text: StaticString) { append(text.utf8Start, text.utf8CodeUnitCount) }

  mutating func append(_ start: UnsafePointer<UInt8>, _ byteCount: Int) {
    for index in 0..<byteCount { append(start[index]) }
  }

  mutating func append(cString text: UnsafePointer<CChar>) {
    var next = text
    while next.pointee != 0 {
      append(UInt8(bitPattern: next.pointee))
      next += 1
    }
  }

  mutating func append(decimal value: UInt) { append(value, base: 10) }

  /// With 0x before it.
  mutating func append(hexadecimalNumber value: UInt) {
    append("0x")
    append(value, base: 16)
  }

  /// Two digits.
  mutating func append(hexadecimal byte: UInt8) {
    append(Self.digit(UInt(byte >> 4)))
    append(Self.digit(UInt(byte & 15)))
  }

  private mutating func append(_ value: UInt, base: UInt) {
    var divisor: UInt = 1
    while value / divisor >= base { divisor *= base }
    while divisor > 0 {
      append(Self.digit(value / divisor % base))
      divisor /= base
    }
  }

  private static func digit(_ value: UInt) -> UInt8 {
    UInt8(value < 10 ? 48 + value : 87 + value)
  }
}
