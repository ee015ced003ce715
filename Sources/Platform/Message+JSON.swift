// Strings of JSON (RFC 8259): whatever bytes somebody chose for a name, the line stays JSON.

import CShims

extension Message {
  /// A C string with quotes around it. What is no UTF-8 becomes U+FFFD.
  @inline(never)
  package mutating func quoted(_ text: UnsafePointer<CChar>) {
    beginString()
    characters(text)
    endString()
  }

  /// Begins a report for machines, up to its message, which is a string:
  /// `{"pid":…,"program":"…","kind":"…","address":"0x…","message":"`.
  package mutating func beginReport(_ kind: StaticString, _ address: UInt) {
    text("{\"pid\":")
    decimal(ProcessNumber.current)
    text(",\"program\":")
    quoted(swiftmalloc_program_name())
    text(",\"kind\":\"")
    text(kind)
    text("\",\"address\":\"")
    hexadecimal(address)
    text("\",\"message\":")
    beginString()
  }

  /// The characters of a C string, within a string of JSON.
  mutating func characters(_ text: UnsafePointer<CChar>) {
    var next = text
    while next.pointee != 0 {
      let length = Self.sequenceLength(next)
      if length == 0 {
        escape("fffd")
      } else if length == 1 {
        character(UInt8(bitPattern: next.pointee))
      } else {
        for index in 0..<length { byte(UInt8(bitPattern: next[index])) }
      }
      next += max(length, 1)
    }
  }

  /// `\uXXXX`: a backslash that is not escaped itself.
  private mutating func escape(_ digits: StaticString) {
    unescaped(UInt8(ascii: "\\"))
    byte(UInt8(ascii: "u"))
    text(digits)
  }

  private mutating func character(_ character: UInt8) {
    if character < 0x20 || character == 0x7f {
      escape("00")
      twoDigits(character)
      return
    }
    byte(character)
  }

  /// Bytes of the character that begins here (RFC 3629); 0 when none does.
  private static func sequenceLength(_ text: UnsafePointer<CChar>) -> Int {
    let first = UInt8(bitPattern: text[0])
    if first < 0x80 { return 1 }
    let length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
    if first < 0xc2 || first > 0xf4 { return 0 }
    // The string's end is no continuation either.
    for index in 1..<length where UInt8(bitPattern: text[index]) & 0xc0 != 0x80 { return 0 }
    let second = UInt8(bitPattern: text[1])
    let isLong = first == 0xe0 && second < 0xa0 || first == 0xf0 && second < 0x90
    let isSurrogate = first == 0xed && second >= 0xa0
    let isTooHigh = first == 0xf4 && second >= 0x90
    return isLong || isSurrogate || isTooHigh ? 0 : length
  }
}
