// Writes JSON. A sample of 200 threads with 30 size classes each is 36,000 numbers: Foundation's JSONEncoder takes 75
// to 95 ms for it, this a few, and it is made once a second or more often for each process that is watched.

/// JSON that grows at its end; commas are set where they belong.
package struct JSONText {
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  package init() {}

  /// What was written so far.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Writes an object; `body` writes its members.
  package mutating func object(_ body: (inout JSONText) -> Void) { nested("{", "}", body) }

  /// Writes an array; `body` writes its elements.
  package mutating func array(_ body: (inout JSONText) -> Void) { nested("[", "]", body) }

  /// Writes a member's name; its value follows.
  package mutating func key(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  package mutating func number(_ value: Int?) {
    comma()
    guard let value else { return literal("null") }
    if (0..<10).contains(value) {
      bytes.append(UInt8(ascii: "0") + UInt8(value))
    } else {
      literal(String(value))
    }
  }

  /// At most three digits behind the point.
  package mutating func number(_ value: Double?) {
    comma()
    guard let value, value.isFinite, value.magnitude < 9e15 else { return literal("null") }
    let thousandths = Int((value * 1000).rounded())
    literal(thousandths < 0 ? "-" : "")
    literal(String(thousandths.magnitude / 1000))
    let rest = thousandths.magnitude % 1000
    if rest == 0 { return }
    var digits = String(rest + 1000).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    literal("." + digits)
  }

  package mutating func string(_ value: String?) {
    comma()
    guard let value else { return literal("null") }
    bytes.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        literal("\\u00")
        literal(byte < 16 ? "0" : "")
        literal(String(byte, radix: 16))
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// A member in one line.
  package mutating func member(_ name: String, _ value: Int?) {
    key(name)
    number(value)
  }

  package mutating func member(_ name: String, _ value: Double?) {
    key(name)
    number(value)
  }

  package mutating func member(_ name: String, _ value: Bool) {
    key(name)
    comma()
    literal(value ? "true" : "false")
  }

  package mutating func member(_ name: String, _ value: String?) {
    key(name)
    string(value)
  }

  private mutating func nested(_ open: String, _ close: String, _ body: (inout JSONText) -> Void) {
    comma()
    literal(open)
    needsComma = false
    body(&self)
    literal(close)
    needsComma = true
  }

  private mutating func comma() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func literal(_ text: some StringProtocol) { bytes.append(contentsOf: text.utf8) }
}
