/// A JSON value, its parser and its printer.
enum Json {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([Json])
  case object([String: Json])

  subscript(key: String) -> Json? {
    if case .object(let members) = self { return members[key] }
    return nil
  }
  var text: String? {
    if case .string(let value) = self { return value }
    return nil
  }
  var int: Int? {
    if case .number(let value) = self { return Int(value) }
    return nil
  }

  func write(to output: inout String) {
    switch self {
    case .null: output += "null"
    case .bool(let value): output += value ? "true" : "false"
    case .number(let value): output += value == value.rounded() ? String(Int(value)) : String(value)
    case .string(let value): Json.quote(value, to: &output)
    case .array(let values):
      output += "["
      for (n, value) in values.enumerated() {
        if n > 0 { output += "," }
        value.write(to: &output)
      }
      output += "]"
    case .object(let members):
      output += "{"
      for (n, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if n > 0 { output += "," }
        Json.quote(member.key, to: &output)
        output += ":"
        member.value.write(to: &output)
      }
      output += "}"
    }
  }

  private static func quote(_ text: String, to output: inout String) {
    output += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      default: output.unicodeScalars.append(scalar)
      }
    }
    output += "\""
  }
}

/// Reads one JSON text; nil from `value` means that it is not one.
struct JsonParser {
  private let bytes: ArraySlice<UInt8>
  private var at: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    at = bytes.startIndex
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    while at < bytes.endIndex, bytes[at] <= UInt8(ascii: " ") { at += 1 }
    guard at < bytes.endIndex, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  mutating func value() -> Json? {
    if skip(UInt8(ascii: "{")) { return object() }
    if skip(UInt8(ascii: "[")) { return array() }
    if skip(UInt8(ascii: "\"")) { return string().map(Json.string) }
    let start = at
    while at < bytes.endIndex, !",]} \n".utf8.contains(bytes[at]) { at += 1 }
    let word = String(decoding: bytes[start..<at], as: UTF8.self)
    switch word {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    default: return Double(word).map(Json.number)
    }
  }

  private mutating func object() -> Json? {
    var members: [String: Json] = [:]
    if skip(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      guard skip(UInt8(ascii: "\"")), let key = string(), skip(UInt8(ascii: ":")),
        let member = value()
      else { return nil }
      members[key] = member
    } while skip(UInt8(ascii: ","))
    return skip(UInt8(ascii: "}")) ? .object(members) : nil
  }

  private mutating func array() -> Json? {
    var values: [Json] = []
    if skip(UInt8(ascii: "]")) { return .array(values) }
    repeat {
      guard let element = value() else { return nil }
      values.append(element)
    } while skip(UInt8(ascii: ","))
    return skip(UInt8(ascii: "]")) ? .array(values) : nil
  }

  private mutating func string() -> String? {
    var text: [UInt8] = []
    while at < bytes.endIndex {
      let byte = bytes[at]
      at += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard at < bytes.endIndex else { return nil }
        text.append(bytes[at] == UInt8(ascii: "n") ? UInt8(ascii: "\n") : bytes[at])
        at += 1
      default: text.append(byte)
      }
    }
    return nil
  }
}
