// A message of Protocol Buffers (the encoding's public description), field by field, in a buffer of its own: how long it is
// stands before it in the message around it.

struct ProtoMessage {
  private let bytes: UnsafeMutablePointer<UInt8>
  private let limit: Int
  private(set) var count = 0

  /// A message of at most `limit` bytes; what is beyond them is left out.
  init(_ bytes: UnsafeMutablePointer<UInt8>, limit: Int) {
    self.bytes = bytes
    self.limit = limit
  }

  private mutating func byte(_ byte: UInt8) {
    if count == limit { return }
    bytes[count] = byte
    count += 1
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      byte(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    byte(UInt8(rest))
  }

  /// A number; 0 is left out, as it is the default.
  mutating func number(_ field: UInt64, _ value: UInt64) {
    if value == 0 { return }
    varint(field << 3)
    varint(value)
  }

  /// A number of a repeated field.
  mutating func element(_ field: UInt64, _ value: UInt64) {
    varint(field << 3)
    varint(value)
  }

  /// What stands before bytes, or before a message, of that length.
  mutating func head(_ field: UInt64, byteCount: Int) {
    varint(field << 3 | 2)
    varint(UInt64(byteCount))
  }

  mutating func bytes(_ field: UInt64, _ start: UnsafePointer<UInt8>, _ byteCount: Int) {
    head(field, byteCount: byteCount)
    for index in 0..<byteCount { byte(start[index]) }
  }

  /// A message in this one, which is written by `body`. It has less than 128 bytes.
  mutating func message(_ field: UInt64, _ body: (inout ProtoMessage) -> Void) {
    varint(field << 3 | 2)
    let place = count
    byte(0)
    body(&self)
    if place < limit { bytes[place] = UInt8(truncatingIfNeeded: count - place - 1) }
  }

  mutating func clear() { count = 0 }
}
