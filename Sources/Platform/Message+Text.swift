// Text that others chose, and errors of the system in words.

extension Message {
  /// A C string that somebody else chose: what would forge a line, or turn the direction of one, is shown as `?`. Of
  /// UTF-8 that is the second half of the control characters (U+0080 to U+009F), and what has no width or turns the
  /// direction (U+061C, U+200B to U+200F, U+2028 to U+202E, U+2060 to U+206F, U+FEFF).
  @inline(never)
  package mutating func printable(_ text: UnsafePointer<CChar>) {
    if isString { return characters(text) }
    var next = text
    while next.pointee != 0 {
      let length = Self.unprintableLength(next)
      if length == 0 {
        byte(UInt8(bitPattern: next.pointee))
        next += 1
      } else {
        byte(UInt8(ascii: "?"))
        next += length
      }
    }
  }

  // Bytes of the unprintable character at the beginning of a C string; 0 when it begins with another.
  private static func unprintableLength(_ text: UnsafePointer<CChar>) -> Int {
    let first = UInt8(bitPattern: text[0])
    if first < 0x20 || first == 0x7f { return 1 }
    if first < 0xc2 { return 0 }
    let second = UInt8(bitPattern: text[1])
    switch (first, second) {
    case (0xc2, 0x80...0x9f), (0xd8, 0x9c): return 2
    case (0xe2, 0x80):
      let third = UInt8(bitPattern: text[2])
      return (0x8b...0x8f).contains(third) || (0xa8...0xae).contains(third) ? 3 : 0
    case (0xe2, 0x81): return (0xa0...0xaf).contains(UInt8(bitPattern: text[2])) ? 3 : 0
    case (0xef, 0xbb): return UInt8(bitPattern: text[2]) == 0xbf ? 3 : 0
    default: return 0
    }
  }

  /// A number of things: `1 block`, `2 blocks`.
  @inline(never)
  package mutating func count(_ value: Int, _ thing: StaticString) {
    decimal(value)
    byte(UInt8(ascii: " "))
    text(thing)
    if value != 1 { byte(UInt8(ascii: "s")) }
  }

  /// An error of the system, of errno(3): what it means, if it is one that our calls may come back with, and its number.
  @inline(never)
  package mutating func error(_ number: Int) {
    let words: StaticString =
      switch number {
      case 1: "not permitted"
      case 2: "no such file or directory"
      case 12: "no memory"
      case 13: "permission denied"
      case 20: "not a directory"
      case 22: "refused as invalid"
      case 23, 24: "too many open files"
      case 27: "longer than the limit on files (ulimit -f)"
      case 28: "no space left"
      case 30: "a read-only file system"
      case 38: "not known to this system"
      case 40: "a symbolic link"
      default: ""
      }
    text(words)
    text(words.utf8CodeUnitCount == 0 ? "error " : " (error ")
    decimal(number)
    if words.utf8CodeUnitCount > 0 { byte(UInt8(ascii: ")")) }
  }
}
