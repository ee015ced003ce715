// Protocol buffers on the wire (https://protobuf.dev/programming-guides/encoding): a message is
//
//   field …        field = key, value        key = varint of number × 8 + kind
//
//   kind 0   a varint: seven bits a byte, the lowest first, at most ten bytes
//   kind 2   a length, and so many bytes: a text, a message, or numbers one behind the other ("packed")
//   kind 1, 5   eight and four bytes: we write none, but unknown ones are passed over
//
// A reader goes over a part of the bytes and never leaves it, whatever lengths say; nothing is copied.

/// Reads the fields of one message.
package struct WireReader {
  package enum Value {
    case number(UInt64)
    /// Places in the bytes.
    case part(Range<Int>)
    case skipped
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  package private(set) var place: Int
  private let end: Int
  private let kind: StaticString

  /// - Parameters:
  ///   - part: the message, which lies within the bytes; nil: all of them.
  ///   - kind: what the file should be, for errors: "profile".
  package init(
    _ bytes: UnsafeBufferPointer<UInt8>, _ part: Range<Int>? = nil, of kind: StaticString
  ) {
    self.kind = kind
    self.bytes = bytes
    place = part?.lowerBound ?? 0
    end = part?.upperBound ?? bytes.count
  }

  /// The next field; nil at the end. Throws FormatError.
  package mutating func next() throws(FormatError) -> (number: UInt64, value: Value)? {
    if place == end { return nil }
    let key = try varint()
    let number = key >> 3
    guard number > 0 else { throw damage("has a field with the number 0") }
    switch key & 7 {
    case 0: return (number, .number(try varint()))
    case 1:
      _ = try part(8)
      return (number, .skipped)
    case 2:
      let length = try varint()
      return (number, .part(try part(length)))
    case 5:
      _ = try part(4)
      return (number, .skipped)
    default: throw damage("has a field of the unknown kind \(key & 7)")
    }
  }

  /// Whether all was read.
  package var isAtEnd: Bool { place == end }

  /// A number.
  package mutating func varint() throws(FormatError) -> UInt64 {
    var result: UInt64 = 0
    for index in 0..<10 {
      guard place < end else { throw damage("ends within a number") }
      let byte = bytes[place]
      place += 1
      // Of the tenth byte one bit has room.
      if index == 9 && byte > 1 { break }
      result |= UInt64(byte & 0x7f) << UInt64(index * 7)
      if byte < 0x80 { return result }
    }
    throw damage("has a number of more than 64 bits")
  }

  private mutating func part(_ length: UInt64) throws(FormatError) -> Range<Int> {
    guard length <= UInt64(end - place) else {
      throw damage("names \(length) bytes where \(end - place) are left")
    }
    let start = place
    place += Int(length)
    return start..<place
  }

  private func damage(_ what: String) -> FormatError {
    FormatError("is no \(kind), or damaged: it \(what) (at byte \(place))")
  }
}
