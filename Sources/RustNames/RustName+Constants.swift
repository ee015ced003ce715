// Rust's v0 names: constants in types (RFC 2603), and identifiers that are not ASCII (Punycode, RFC 3492).

extension RustName {
  /// An integer, a truth value, a character, `_` or one that stood before.
  mutating func printConstant() -> Bool { nested { $0.printOneConstant() } }

  private mutating func printOneConstant() -> Bool {
    let tag = next
    position += 1
    switch tag {
    case UInt8(ascii: "B"): return printReferred { $0.printConstant() }
    case UInt8(ascii: "p"):
      print("_")
      return true
    case UInt8(ascii: "h"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "y"),
      UInt8(ascii: "o"), UInt8(ascii: "j"):
      return printInteger()
    case UInt8(ascii: "a"), UInt8(ascii: "s"), UInt8(ascii: "l"), UInt8(ascii: "x"),
      UInt8(ascii: "n"), UInt8(ascii: "i"):
      if take(UInt8(ascii: "n")) { print("-") }
      return printInteger()
    case UInt8(ascii: "b"):
      guard let value = takeHexadecimal()?.value, value <= 1 else { return false }
      print(value == 1 ? "true" : "false")
      return true
    case UInt8(ascii: "c"):
      guard let value = takeHexadecimal()?.value, value < 0x110000 else { return false }
      print("'")
      print(scalar: UInt32(value))
      print("'")
      return true
    default: return false
    }
  }

  /// Digits up to `_`: where they stand, and their value when it fits.
  private mutating func takeHexadecimal() -> (start: Int, count: Int, value: UInt?)? {
    let start = position
    var value: UInt = 0
    while let digit = next.hexadecimalValue {
      value = value << 4 | UInt(digit)
      position += 1
    }
    let count = position - start
    if !take(UInt8(ascii: "_")) { return nil }
    return (start, count, count <= 16 ? value : nil)
  }

  private mutating func printInteger() -> Bool {
    guard let digits = takeHexadecimal() else { return false }
    if let value = digits.value {
      print(decimal: value)
    } else {
      print("0x")
      for index in 0..<digits.count { print(input[digits.start + index]) }
    }
    return true
  }

  /// The ASCII characters stand in front of the last `_`; behind it are the others and their places.
  mutating func printPunycode(_ name: Identifier) {
    var scalars = InlineArray<128, UInt32>(repeating: 0)
    let count = decodePunycode(name, into: &scalars)
    if count == 0 {
      print("punycode{")
      for index in 0..<name.count { print(input[name.start + index]) }
      print("}")
    }
    for index in 0..<count { print(scalar: scalars[index]) }
  }

  /// How many characters there are; 0 when it is damaged or longer than 128.
  private func decodePunycode(
    _ name: Identifier, into scalars: inout InlineArray<128, UInt32>
  ) -> Int {
    var count = 0
    var place = name.start
    let end = name.start + name.count
    if let last = (name.start..<end).last(where: { input[$0] == UInt8(ascii: "_") }) {
      if last - place > scalars.count { return 0 }
      while place < last {
        scalars[count] = UInt32(input[place])
        count += 1
        place += 1
      }
      place += 1
    }
    var scalar: UInt32 = 0x80
    var index = 0
    var bias = 72
    var isFirst = true
    while place < end {
      guard count < scalars.count, let delta = Self.takeDelta(input, &place, end, bias) else {
        return 0
      }
      count += 1
      index += delta
      scalar += UInt32(index / count)
      index %= count
      if scalar >= 0x110000 { return 0 }
      bias = Self.adapted(delta, count, isFirst)
      isFirst = false
      var moved = count - 1
      while moved > index {
        scalars[moved] = scalars[moved - 1]
        moved -= 1
      }
      scalars[index] = scalar
      index += 1
    }
    return count
  }

  // A number of variable length, RFC 3492, 6.2.
  private static func takeDelta(
    _ input: UnsafePointer<UInt8>, _ place: inout Int, _ end: Int, _ bias: Int
  ) -> Int? {
    var delta = 0
    var weight = 1
    var step = 36
    while place < end {
      let byte = input[place]
      place += 1
      let isLetter = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
      if !isLetter && !byte.isDigit { return nil }
      let digit =
        isLetter ? Int(byte - UInt8(ascii: "a")) : Int(byte - UInt8(ascii: "0")) + 26
      delta += digit * weight
      let threshold = min(max(step - bias, 1), 26)
      if digit < threshold { return delta }
      weight *= 36 - threshold
      step += 36
      if weight > 1 << 24 || delta > 1 << 30 { return nil }
    }
    return nil
  }

  // RFC 3492, 6.1.
  private static func adapted(_ delta: Int, _ count: Int, _ isFirst: Bool) -> Int {
    var delta = isFirst ? delta / 700 : delta / 2
    delta += delta / count
    var steps = 0
    while delta > 455 {
      delta /= 35
      steps += 36
    }
    return steps + 36 * delta / (delta + 38)
  }
}
