// Short names of Swift's functions: without what the compiler made of them, without what they return, and without the module of
// the standard library.

/// Makes names short.
enum SwiftFunctionName {
  /// `main.Session.start(Int)` for `(1) suspend resume partial function for main.Session.start(Swift.Int) -> ()`.
  static func short(_ name: String) -> String {
    var text = Substring(name)
    while let rest = inner(text) { text = rest }
    if text.hasPrefix("static ") { text = text.dropFirst(7) }
    if text.hasPrefix("(extension in "), let end = text.firstRange(of: "):") {
      text = text[end.upperBound...]
    }
    text = Substring(withoutConditions(text))
    return SwiftTypeText.readable(String(withoutResult(text)))
  }

  /// Types and functions of the standard library go without its name.
  static func plain(_ text: String) -> String {
    var result = ""
    var rest = Substring(text)
    while !rest.isEmpty {
      if rest.hasPrefix("Swift."),
        result.last.map({ !$0.isLetter && $0 != "_" && $0 != "." }) ?? true
      {
        rest = rest.dropFirst(6)
      } else {
        result.append(rest.removeFirst())
      }
    }
    return result
  }

  /// What a part that the compiler made was made of.
  private static func inner(_ text: Substring) -> Substring? {
    if text.hasPrefix("merged ") { return text.dropFirst(7) }
    if text.first == "(", let end = text.firstRange(of: " resume partial function for ") {
      return text[end.upperBound...]
    }
    for start in [
      "generic specialization <", "generic not re-abstracted specialization <",
      "function signature specialization <", "generic partial specialization <",
    ]
    where text.hasPrefix(start) {
      var depth = 1
      for place in text.dropFirst(start.count).indices {
        if text[place] == "<" { depth += 1 }
        let isArrow = text[place] == ">" && text[text.index(before: place)] == "-"
        if text[place] == ">", !isArrow { depth -= 1 }
        if depth == 0 {
          let rest = text[place...].dropFirst()
          return rest.hasPrefix(" of ") ? rest.dropFirst(4) : nil
        }
      }
    }
    return nil
  }

  /// Without what an extension demands: `Task< where A == Never>`.
  private static func withoutConditions(_ text: Substring) -> String {
    guard let start = text.firstRange(of: "< where "),
      let end = text[start.upperBound...].firstRange(of: ">.")
    else { return String(text) }
    return String(text[..<start.lowerBound] + text[text.index(before: end.upperBound)...])
  }

  /// Up to the arrow that lies in no brackets.
  private static func withoutResult(_ text: Substring) -> Substring {
    var depth = 0
    var before: Character = " "
    for place in text.indices {
      let character = text[place]
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      // An arrow of a closure's own type stands before what it lies in.
      if character == ">", before == "-", depth == 0 {
        let head = text[..<text.index(before: place)]
        if let outer = text[place...].firstRange(of: " in ") {
          return head.prefix { $0 != "(" } + "in " + withoutResult(text[outer.upperBound...])
        }
        var end = head
        for ending in [" ", " throws", " async"] where end.hasSuffix(ending) {
          end = end.dropLast(ending.count)
        }
        return end
      }
      before = character
    }
    return text
  }
}
