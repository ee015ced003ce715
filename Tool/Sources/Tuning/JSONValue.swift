// Reads JSON (RFC 8259): the line in which the library sums a process up. Foundation would be half of the program.

/// A value of JSON.
package enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// Nil for what is no JSON.
  package init?(_ text: String) {
    var reader = Reader(bytes: Array(text.utf8))
    guard let value = reader.value(depth: 0) else { return nil }
    reader.skipSpace()
    guard reader.isAtEnd else { return nil }
    self = value
  }

  package subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { return members[key] }
    return nil
  }

  package var elements: [JSONValue]? {
    if case .array(let elements) = self { return elements }
    return nil
  }

  package var string: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  package var double: Double? {
    if case .number(let number) = self { return number }
    return nil
  }

  /// Nil also for a number with a fraction, or beyond 2⁵³.
  package var integer: Int? {
    guard let double, double.magnitude <= 9_007_199_254_740_992 else { return nil }
    return Int(exactly: double)
  }

  private struct Reader {
    private static let greatestDepth = 64

    let bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    mutating func skipSpace() {
      while let byte = next, byte == 0x20 || byte == 9 || byte == 10 || byte == 13 { place += 1 }
    }

    private mutating func take(_ character: Character) -> Bool {
      skipSpace()
      guard next == character.asciiValue else { return false }
      place += 1
      return true
    }

    private mutating func word(_ word: String, _ value: JSONValue) -> JSONValue? {
      guard bytes[place...].starts(with: word.utf8) else { return nil }
      place += word.utf8.count
      return value
    }

    mutating func value(depth: Int) -> JSONValue? {
      skipSpace()
      guard depth < Self.greatestDepth, let byte = next else { return nil }
      switch byte {
      case UInt8(ascii: "{"): return object(depth)
      case UInt8(ascii: "["): return array(depth)
      case UInt8(ascii: "\""): return string().map { .string($0) }
      case UInt8(ascii: "t"): return word("true", .bool(true))
      case UInt8(ascii: "f"): return word("false", .bool(false))
      case UInt8(ascii: "n"): return word("null", .null)
      default: return number()
      }
    }

    private mutating func object(_ depth: Int) -> JSONValue? {
      place += 1
      var members: [String: JSONValue] = [:]
      if take("}") { return .object(members) }
      repeat {
        skipSpace()
        guard next == UInt8(ascii: "\""), let key = string(), take(":"),
          let value = value(depth: depth + 1)
        else { return nil }
        members[key] = value
      } while take(",")
      return take("}") ? .object(members) : nil
    }

    private mutating func array(_ depth: Int) -> JSONValue? {
      place += 1
      var elements: [JSONValue] = []
      if take("]") { return .array(elements) }
      repeat {
        guard let value = value(depth: depth + 1) else { return nil }
        elements.append(value)
      } while take(",")
      return take("]") ? .array(elements) : nil
    }

    private mutating func number() -> JSONValue? {
      let start = place
      while let byte = next, "+-.eE0123456789".utf8.contains(byte) { place += 1 }
      return Double(String(decoding: bytes[start..<place], as: UTF8.self)).map { .number($0) }
    }

    private mutating func string() -> String? {
      place += 1
      var text: [UInt8] = []
      while let byte = next, byte >= 0x20 {
        place += 1
        if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
        if byte != UInt8(ascii: "\\") {
          text.append(byte)
          continue
        }
        guard let escaped = escape() else { return nil }
        text += Array(String(escaped).utf8)
      }
      return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
      guard let byte = next else { return nil }
      place += 1
      switch byte {
      case UInt8(ascii: "n"): return "\n"
      case UInt8(ascii: "t"): return "\t"
      case UInt8(ascii: "r"): return "\r"
      case UInt8(ascii: "b"): return "\u{8}"
      case UInt8(ascii: "f"): return "\u{c}"
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
      case UInt8(ascii: "u"):
        guard place + 4 <= bytes.count,
          let code = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
        else { return nil }
        place += 4
        // Half of a pair: the library writes none.
        return Unicode.Scalar(code) ?? "\u{fffd}"
      default: return nil
      }
    }
  }
}
