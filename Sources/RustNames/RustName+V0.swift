// Rust's v0 names: RFC 2603, whose letters stand here without more words. Each function reads one production of
// the grammar and prints it as Rust's own demangler does in its short form, without the crates' hashes; false when the
// input does not follow the grammar.

extension RustName {
  /// Path, and behind it what no reader wants: the instantiating crate, a suffix of the compiler's.
  mutating func printSymbol() -> Bool {
    guard printPath(inValue: true) else { return false }
    if position < length, next != UInt8(ascii: "."), next != UInt8(ascii: "$") {
      guard silently({ $0.printPath(inValue: false) }) else { return false }
    }
    return position == length || next == UInt8(ascii: ".") || next == UInt8(ascii: "$")
  }

  private mutating func silently(_ body: (inout RustName) -> Bool) -> Bool {
    let was = isSilent
    isSilent = true
    defer { isSilent = was }
    return body(&self)
  }

  // Every production that nests itself passes here.
  mutating func nested(_ body: (inout RustName) -> Bool) -> Bool {
    if depth >= Self.depthLimit || steps >= Self.stepLimit { return false }
    depth += 1
    steps += 1
    defer { depth -= 1 }
    return body(&self)
  }

  /// `B` was read: what stands at an earlier place stands here again.
  mutating func printReferred(_ body: (inout RustName) -> Bool) -> Bool {
    let start = position - 1
    // Places count from behind `_R`.
    guard let place = takeBase62(), place < UInt(start - 2) else { return false }
    if isSilent || isFull { return true }
    let behind = position
    position = Int(place) + 2
    defer { position = behind }
    return body(&self)
  }

  func takesPath(_ tag: UInt8) -> Bool {
    switch tag {
    case UInt8(ascii: "C"), UInt8(ascii: "M"), UInt8(ascii: "X"), UInt8(ascii: "Y"),
      UInt8(ascii: "N"), UInt8(ascii: "I"):
      true
    default: false
    }
  }

  mutating func printPath(inValue: Bool) -> Bool { nested { $0.printOnePath(inValue) } }

  private mutating func printOnePath(_ inValue: Bool) -> Bool {
    let tag = next
    position += 1
    switch tag {
    case UInt8(ascii: "C"):
      guard takeDisambiguator() != nil, let name = takeIdentifier() else { return false }
      print(name)
      return true
    case UInt8(ascii: "N"): return printNested(inValue)
    case UInt8(ascii: "M"), UInt8(ascii: "X"):
      guard takeDisambiguator() != nil, silently({ $0.printPath(inValue: false) }) else {
        return false
      }
      return printImplementation(ofTrait: tag == UInt8(ascii: "X"))
    case UInt8(ascii: "Y"): return printImplementation(ofTrait: true)
    case UInt8(ascii: "I"):
      guard printPath(inValue: inValue) else { return false }
      if inValue { print("::") }
      print("<")
      guard printList({ $0.printGenericArgument() }) != nil else { return false }
      print(">")
      return true
    case UInt8(ascii: "B"): return printReferred { $0.printPath(inValue: inValue) }
    default: return false
    }
  }

  // `<Type as Trait>`.
  private mutating func printImplementation(ofTrait: Bool) -> Bool {
    print("<")
    guard printType() else { return false }
    if ofTrait {
      print(" as ")
      guard printPath(inValue: false) else { return false }
    }
    print(">")
    return true
  }

  // A name in a namespace: upper case for what has none in the source, as closures.
  private mutating func printNested(_ inValue: Bool) -> Bool {
    let namespace = next
    position += 1
    guard printPath(inValue: inValue), let number = takeDisambiguator(),
      let name = takeIdentifier()
    else { return false }
    switch namespace {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"):
      print("::{")
      switch namespace {
      case UInt8(ascii: "C"): print("closure")
      case UInt8(ascii: "S"): print("shim")
      default: print(namespace)
      }
      if name.count > 0 {
        print(":")
        print(name)
      }
      print("#")
      print(decimal: number)
      print("}")
      return true
    case UInt8(ascii: "a")...UInt8(ascii: "z"):
      if name.count > 0 {
        print("::")
        print(name)
      }
      return true
    default: return false
    }
  }

  /// Elements up to `E`, with commas; how many, or nil.
  mutating func printList(_ element: (inout RustName) -> Bool) -> Int? {
    var count = 0
    while !take(UInt8(ascii: "E")) {
      if count > 0 { print(", ") }
      guard element(&self) else { return nil }
      count += 1
    }
    return count
  }

  mutating func printGenericArgument() -> Bool {
    if take(UInt8(ascii: "L")) {
      guard let index = takeBase62() else { return false }
      return printLifetime(index)
    }
    return take(UInt8(ascii: "K")) ? printConstant() : printType()
  }

  // Numbers and identifiers.

  /// Digits of base 62, then `_`: nothing before it is 0.
  mutating func takeBase62() -> UInt? {
    if take(UInt8(ascii: "_")) { return 0 }
    var value: UInt = 0
    while !take(UInt8(ascii: "_")) {
      let digit: UInt8
      switch next {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = next - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = next - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = next - UInt8(ascii: "A") + 36
      default: return nil
      }
      position += 1
      let (product, overflow) = value.multipliedReportingOverflow(by: 62)
      if overflow || product > UInt.max - 64 { return nil }
      value = product + UInt(digit)
    }
    return value + 1
  }

  /// 0 when the tag is not there; nil when no number follows it.
  mutating func takeOptionalBase62(_ tag: UInt8) -> UInt? {
    if !take(tag) { return 0 }
    guard let value = takeBase62(), value < UInt.max else { return nil }
    return value + 1
  }

  mutating func takeDisambiguator() -> UInt? { takeOptionalBase62(UInt8(ascii: "s")) }

  /// Where the bytes of an identifier stand, and whether they are Punycode.
  struct Identifier {
    let start: Int
    let count: Int
    let isPunycode: Bool
  }

  mutating func takeIdentifier() -> Identifier? {
    let isPunycode = take(UInt8(ascii: "u"))
    guard let size = takeLength() else { return nil }
    _ = take(UInt8(ascii: "_"))
    if size > length - position { return nil }
    defer { position += size }
    return Identifier(start: position, count: size, isPunycode: isPunycode)
  }

  mutating func print(_ name: Identifier) {
    if name.isPunycode { return printPunycode(name) }
    for index in 0..<name.count { print(input[name.start + index]) }
  }
}
