// Types as the compiler writes them down for reflection: mangled names, in which a control character and a distance stand for
// a context descriptor ("symbolic reference").
//
//   01 dd dd dd dd   a descriptor        02 dd dd dd dd   a pointer to one        03 … 17: other things, as long
//   18 … 1f          eight bytes each
//
// For people the references are replaced by what they mean. Letters that count what came before ("substitutions") would then
// count wrongly, and could make a name of any length: but for the first of them, such a type has no name.

import Symbols

/// A type of a field or of a captured variable.
struct MangledType {
  private static let longest = 1024

  /// As it lies in memory.
  let bytes: [UInt8]
  /// The same with names in the place of references; nil where that is not certain.
  let text: String?
  /// The type that it is when it is nothing but a reference, or an optional of one.
  let nominal: SwiftNominal?
  /// All named types that it refers to, and whether it refers to nothing else.
  let nominals: [SwiftNominal]
  let isKnown: Bool
  /// What stands behind the last reference.
  let tail: String
  let isOptional: Bool
  /// Whether it is any value that conforms to one protocol, or an optional of it.
  let isProtocol: Bool
  let ownership: Field.Ownership

  /// Nil where there is none.
  init?(_ address: UInt64, _ pages: PageCache, _ contexts: SwiftContexts) {
    var bytes: [UInt8] = []
    var text: [UInt8] = []
    var isCertain = true
    var (references, lastReferenceEnd) = (0, 0)
    var first: SwiftNominal?
    var nominals: [SwiftNominal] = []
    var repeated: SwiftNominal?
    while true {
      guard bytes.count < Self.longest,
        let byte: UInt8 = pages.load(address &+ UInt64(bytes.count))
      else { return nil }
      if byte == 0 { break }
      guard byte < 0x20 else {
        bytes.append(byte)
        text.append(byte)
        continue
      }
      let place = address &+ UInt64(bytes.count) &+ 1
      let target = byte == 1 ? pages.relative(place) : pages.relative(place).flatMap(pages.word)
      let nominal = byte <= 2 ? target.flatMap(contexts.nominal) : nil
      if bytes.isEmpty { first = nominal }
      if let nominal { nominals.append(nominal) }
      if references == 0, Self.isPlain(text) { repeated = nominal }
      if let nominal, let name = nominal.mangled {
        text += Array(name.utf8)
      } else {
        isCertain = false
      }
      references += 1
      for _ in 0..<(byte < 0x18 ? 5 : 9) {
        guard let part: UInt8 = pages.load(address &+ UInt64(bytes.count)) else { return nil }
        bytes.append(part)
      }
      lastReferenceEnd = bytes.count
    }
    if bytes.isEmpty { return nil }
    self.bytes = bytes
    self.nominals = nominals
    isKnown = nominals.count == references
    self.tail = String(decoding: bytes[lastReferenceEnd...], as: UTF8.self)
    var tail = bytes[lastReferenceEnd...]
    let marks: [(String, Field.Ownership)] = [("Xw", .weak), ("Xo", .unowned), ("Xu", .unmanaged)]
    let mark = marks.first { tail.reversed().starts(with: $0.0.utf8.reversed()) }
    ownership = mark?.1 ?? .strong
    if mark != nil {
      tail = tail.dropLast(2)
      text.removeLast(2)
    }
    isOptional = tail.elementsEqual("Sg".utf8)
    isProtocol =
      references == 1 && first?.kind == .protocol
      && ["_p", "_pSg"].contains {
        tail.elementsEqual($0.utf8)
      }
    let isOneType = references == 1 && (tail.isEmpty || tail.elementsEqual("Sg".utf8))
    nominal = isOneType ? first : nil
    let plain = isCertain ? Self.withoutSubstitutions(text, repeated?.mangled) : nil
    self.text = plain.flatMap { String(validating: $0, as: UTF8.self) }
  }

  /// Whether nothing that can be repeated stands in a text: types of the standard library have letters of their own.
  private static func isPlain(_ text: [UInt8]) -> Bool {
    var place = 0
    while place < text.count {
      if text[place] == UInt8(ascii: "S"), place + 1 < text.count {
        if text[place + 1] == UInt8(ascii: "g") { return false }
        place += 2
      } else if text[place] == UInt8(ascii: "y") || text[place] == UInt8(ascii: "_") {
        place += 1
      } else {
        return false
      }
    }
    return true
  }

  /// `AA` is the first thing that can be repeated, and is replaced by it. Nil where others are repeated.
  private static func withoutSubstitutions(_ text: [UInt8], _ first: String?) -> [UInt8]? {
    let letter = UInt8(ascii: "A")
    var result: [UInt8] = []
    var place = 0
    while place < text.count, result.count <= longest * 4 {
      // An identifier has its length before it.
      let start = place
      var length = 0
      while place < text.count, (48...57).contains(text[place]), length < longest {
        length = length * 10 + Int(text[place] - 48)
        place += 1
      }
      if place > start {
        place = min(place + length, text.count)
        result += text[start..<place]
      } else if text[place] == letter {
        guard let first, place + 1 < text.count, text[place + 1] == letter else { return nil }
        result += Array(first.utf8)
        place += 2
      } else {
        result.append(text[place])
        place += 1
      }
    }
    return place < text.count ? nil : result
  }

  /// Whether it is a reference to an object of a class, or an optional of one.
  var isObject: Bool { nominal?.kind == .class && ownership == .strong }

  /// For people; nil where it is not known.
  /// - Parameter arguments: what the demangler's letters for generic parameters stand for.
  func name(_ arguments: [String: String] = [:]) -> String? {
    guard let text else { return nil }
    let mangled = "$s\(text)D"
    let name = Demangled.name(mangled)
    return name == mangled ? nil : SwiftTypeText.readable(name, arguments)
  }
}

extension SwiftNominal {
  /// As it is written in a mangled name; nil for names that need more than letters.
  var mangled: String? {
    func identifier(_ name: String) -> String? {
      let isPlain = name.utf8.allSatisfy {
        $0 == 95 || $0 < 128 && Character(UnicodeScalar($0)).isLetter || $0 >= 48 && $0 <= 57
      }
      return isPlain && !name.isEmpty ? "\(name.utf8.count)\(name)" : nil
    }
    var text = module == "Swift" ? "s" : module == "__C" ? "So" : identifier(module) ?? ""
    if text.isEmpty { return nil }
    for level in levels {
      guard let name = identifier(level.name) else { return nil }
      text += name
      switch level.kind {
      case .class: text += "C"
      case .struct: text += "V"
      case .enum: text += "O"
      case .protocol: text += "P"
      }
    }
    return text
  }
}
