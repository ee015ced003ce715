// Writes protocol buffers (WireReader has the format). As proto3 does, a field that is zero or empty is left out.

/// A message that grows at its end.
package struct WireWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  package mutating func number(_ field: UInt64, _ value: UInt64) {
    if value == 0 { return }
    varint(field << 3)
    varint(value)
  }

  package mutating func number(_ field: UInt64, _ value: Int64) {
    number(field, UInt64(bitPattern: value))
  }

  package mutating func flag(_ field: UInt64, _ value: Bool) {
    number(field, value ? 1 : UInt64(0))
  }

  /// A text or a message, also when it is empty.
  package mutating func part(_ field: UInt64, _ contents: some Collection<UInt8>) {
    varint(field << 3 | 2)
    varint(UInt64(contents.count))
    bytes += contents
  }

  package mutating func message(_ field: UInt64, _ body: (inout WireWriter) -> Void) {
    var message = WireWriter()
    body(&message)
    part(field, message.bytes)
  }

  /// Numbers one behind the other.
  package mutating func packed(_ field: UInt64, _ values: some Sequence<UInt64>) {
    var message = WireWriter()
    for value in values { message.varint(value) }
    if !message.bytes.isEmpty { part(field, message.bytes) }
  }
}
