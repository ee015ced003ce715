// Types of Swift as people write them: `[Int]?` for `Swift.Optional<Swift.Array<Swift.Int>>`.

/// Makes a demangled type readable.
enum SwiftTypeText {
  private static let longest = 4096

  /// - Parameter arguments: what stands for generic parameters, by the demangler's letters ("A", "B1").
  static func readable(_ demangled: String, _ arguments: [String: String] = [:]) -> String {
    if demangled.utf8.count > longest { return demangled.prefix(longest) + "…" }
    return sugared(Substring(SwiftFunctionName.plain(demangled)), arguments)
  }

  private static func sugared(_ text: Substring, _ arguments: [String: String]) -> String {
    var result = ""
    var rest = text
    while let first = rest.first {
      guard first.isLetter || first == "_" else {
        result.append(first)
        rest.removeFirst()
        continue
      }
      let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." || $0 == "$" }
      rest = rest[word.endIndex...]
      if let argument = arguments[String(word)], !result.hasSuffix(".") {
        result += argument
      } else if rest.first == "<", let parts = parts(rest) {
        rest = parts.rest
        let inner = parts.inside.map { sugared($0, arguments) }
        result += generic(word, inner)
      } else {
        result += word
      }
    }
    return result
  }

  private static func generic(_ name: Substring, _ arguments: [String]) -> String {
    switch (name, arguments.count) {
    case ("Optional", 1): return wrapped(arguments[0]) + "?"
    case ("Array", 1): return "[\(arguments[0])]"
    case ("Dictionary", 2): return "[\(arguments[0]): \(arguments[1])]"
    default: return "\(name)<\(arguments.joined(separator: ", "))>"
    }
  }

  /// In brackets where something that follows would bind to its last part alone.
  static func wrapped(_ type: String) -> String {
    type.contains("->") || type.hasPrefix("any ") ? "(\(type))" : type
  }

  /// What is in the angle brackets at the beginning, and what follows them.
  private static func parts(_ text: Substring) -> (inside: [Substring], rest: Substring)? {
    var depth = 0
    var inside: [Substring] = []
    var start = text.index(after: text.startIndex)
    var before: Character = " "
    for place in text.indices {
      let character = text[place]
      switch character {
      case "<", "(", "[", "{": depth += 1
      case ">" where before == "-": break
      case ">", ")", "]", "}": depth -= 1
      case "," where depth == 1:
        inside.append(text[start..<place].drop { $0 == " " })
        start = text.index(after: place)
      default: break
      }
      if depth == 0 {
        inside.append(text[start..<place].drop { $0 == " " })
        return (inside, text[text.index(after: place)...])
      }
      before = character
    }
    return nil
  }
}

extension SwiftNominal {
  /// The demangler's letters for the generic parameters: A, B, … and, of a type in a generic type, A1, B1, …
  func letters(_ arguments: [String]) -> [String: String] {
    var letters: [String: String] = [:]
    var (used, depth) = (0, 0)
    for level in levels where level.parameterCount > used {
      for place in used..<min(level.parameterCount, arguments.count) where place - used < 26 {
        let letter = Character(UnicodeScalar(UInt8(65 + place - used)))
        letters["\(letter)\(depth == 0 ? "" : "\(depth)")"] = arguments[place]
      }
      (used, depth) = (level.parameterCount, depth + 1)
    }
    return letters
  }
}
