// Rust's v0 names: types, lifetimes and constants (RFC 2603).

extension RustName {
  mutating func printType() -> Bool { nested { $0.printOneType() } }

  private mutating func printOneType() -> Bool {
    let tag = next
    if let name = Self.basicType(tag) {
      position += 1
      print(name)
      return true
    }
    if takesPath(tag) { return printPath(inValue: false) }
    position += 1
    switch tag {
    case UInt8(ascii: "R"), UInt8(ascii: "Q"):
      return printReference(isMutable: tag == UInt8(ascii: "Q"))
    case UInt8(ascii: "P"):
      print("*const ")
      return printType()
    case UInt8(ascii: "O"):
      print("*mut ")
      return printType()
    case UInt8(ascii: "A"), UInt8(ascii: "S"):
      print("[")
      guard printType() else { return false }
      if tag == UInt8(ascii: "A") {
        print("; ")
        guard printConstant() else { return false }
      }
      print("]")
      return true
    case UInt8(ascii: "T"): return printTuple { $0.printType() }
    case UInt8(ascii: "F"): return withBinder { $0.printFunction() }
    case UInt8(ascii: "D"):
      print("dyn ")
      guard withBinder({ $0.printTraits() }), take(UInt8(ascii: "L")), let lifetime = takeBase62()
      else { return false }
      if lifetime == 0 { return true }
      print(" + ")
      return printLifetime(lifetime)
    case UInt8(ascii: "B"): return printReferred { $0.printType() }
    default: return false
    }
  }

  private static func basicType(_ tag: UInt8) -> StaticString? {
    switch tag {
    case UInt8(ascii: "a"): "i8"
    case UInt8(ascii: "b"): "bool"
    case UInt8(ascii: "c"): "char"
    case UInt8(ascii: "d"): "f64"
    case UInt8(ascii: "e"): "str"
    case UInt8(ascii: "f"): "f32"
    case UInt8(ascii: "h"): "u8"
    case UInt8(ascii: "i"): "isize"
    case UInt8(ascii: "j"): "usize"
    case UInt8(ascii: "l"): "i32"
    case UInt8(ascii: "m"): "u32"
    case UInt8(ascii: "n"): "i128"
    case UInt8(ascii: "o"): "u128"
    case UInt8(ascii: "p"): "_"
    case UInt8(ascii: "s"): "i16"
    case UInt8(ascii: "t"): "u16"
    case UInt8(ascii: "u"): "()"
    case UInt8(ascii: "v"): "..."
    case UInt8(ascii: "x"): "i64"
    case UInt8(ascii: "y"): "u64"
    case UInt8(ascii: "z"): "!"
    default: nil
    }
  }

  private mutating func printReference(isMutable: Bool) -> Bool {
    print("&")
    if take(UInt8(ascii: "L")) {
      guard let lifetime = takeBase62() else { return false }
      if lifetime != 0 {
        guard printLifetime(lifetime) else { return false }
        print(" ")
      }
    }
    if isMutable { print("mut ") }
    return printType()
  }

  private mutating func printTuple(_ element: (inout RustName) -> Bool) -> Bool {
    print("(")
    guard let count = printList(element) else { return false }
    if count == 1 { print(",") }
    print(")")
    return true
  }

  private mutating func printFunction() -> Bool {
    if take(UInt8(ascii: "U")) { print("unsafe ") }
    if take(UInt8(ascii: "K")) {
      print("extern \"")
      if take(UInt8(ascii: "C")) {
        print("C")
      } else {
        guard let name = takeIdentifier(), name.count > 0, !name.isPunycode else { return false }
        for index in 0..<name.count {
          let byte = input[name.start + index]
          print(byte == UInt8(ascii: "_") ? UInt8(ascii: "-") : byte)
        }
      }
      print("\" ")
    }
    print("fn(")
    guard printList({ $0.printType() }) != nil else { return false }
    print(")")
    // A function that returns () is written without it.
    if take(UInt8(ascii: "u")) { return true }
    print(" -> ")
    return printType()
  }

  private mutating func printTraits() -> Bool {
    var count = 0
    while !take(UInt8(ascii: "E")) {
      if count > 0 { print(" + ") }
      guard printTrait() else { return false }
      count += 1
    }
    return true
  }

  // A trait, its arguments, and the types that it is bound to: `Iterator<Item = u8>`.
  private mutating func printTrait() -> Bool {
    guard var isOpen = printOpenPath() else { return false }
    while take(UInt8(ascii: "p")) {
      print(isOpen ? ", " : "<")
      isOpen = true
      guard let name = takeIdentifier() else { return false }
      print(name)
      print(" = ")
      guard printType() else { return false }
    }
    if isOpen { print(">") }
    return true
  }

  /// A path, whose list of arguments is left open: whether it has one; nil on an error.
  private mutating func printOpenPath() -> Bool? {
    if take(UInt8(ascii: "B")) {
      var isOpen: Bool? = false
      let isGood = printReferred { rust in
        isOpen = rust.printOpenPath()
        return isOpen != nil
      }
      return isGood ? isOpen : nil
    }
    if !take(UInt8(ascii: "I")) { return printPath(inValue: false) ? false : nil }
    guard printPath(inValue: false) else { return nil }
    print("<")
    return printList({ $0.printGenericArgument() }) != nil ? true : nil
  }

  /// Lifetimes that hold for what `body` reads: `for<'a, 'b> `.
  private mutating func withBinder(_ body: (inout RustName) -> Bool) -> Bool {
    let outer = boundLifetimes
    defer { boundLifetimes = outer }
    guard let count = takeOptionalBase62(UInt8(ascii: "G")), count < 1000 else { return false }
    if count > 0 {
      print("for<")
      for index in 0..<count {
        if index > 0 { print(", ") }
        boundLifetimes += 1
        guard printLifetime(1) else { return false }
      }
      print("> ")
    }
    return body(&self)
  }

  /// By its index, counted from the innermost binder outwards; 0 is one that is erased.
  mutating func printLifetime(_ index: UInt) -> Bool {
    print("'")
    if index == 0 {
      print("_")
      return true
    }
    if index > boundLifetimes { return false }
    let depth = boundLifetimes - index
    if depth < 26 {
      print(UInt8(ascii: "a") + UInt8(depth))
    } else {
      print("_")
      print(decimal: depth)
    }
    return true
  }
}
