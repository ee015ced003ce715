// What the system gives and takes, arguments, variables and paths, is bytes, and need not be UTF-8: a name in Latin-1 is one.
// A String would hold U+FFFD for them, and a program would be started with another name than the user wrote. So a byte
// that belongs to no character is one of 256 scalars for private use here, and is that byte again when the text goes back to
// the system. What is one of these scalars itself is taken byte by byte, too: every text comes back as it was.

extension String {
  // U+10FF00 to U+10FFFF: the last ones for private use. The last two of them are no characters, and do as well.
  private static let firstByte: UInt32 = 0x10_ff00

  /// Text of the system.
  /// - Parameter text: ends with 0.
  package init(system text: UnsafePointer<CChar>) {
    var count = 0
    while text[count] != 0 { count += 1 }
    self.init(
      systemBytes: UnsafeRawBufferPointer(start: text, count: count))
  }

  package init(systemBytes bytes: some Collection<UInt8>) {
    var decoder = UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    self.init()
    // What was read of the current character: its bytes, should they be none.
    var rest = bytes[...]
    reading: while true {
      switch decoder.parseScalar(from: &iterator) {
      case .valid(let units):
        let scalar = UTF8.decode(units)
        if scalar.value >= String.firstByte {
          for byte in rest.prefix(units.count) { append(kept: byte) }
        } else {
          unicodeScalars.append(scalar)
        }
        rest = rest.dropFirst(units.count)
      case .error(let length):
        for byte in rest.prefix(length) { append(kept: byte) }
        rest = rest.dropFirst(length)
      case .emptyInput: break reading
      }
    }
  }

  private mutating func append(kept byte: UInt8) {
    unicodeScalars.append(Unicode.Scalar(String.firstByte + UInt32(byte))!)
  }

  /// As the system has it.
  package var systemBytes: [UInt8] {
    // Most texts have none.
    if utf8.allSatisfy({ $0 != 0xf4 }) { return Array(utf8) }
    return unicodeScalars.flatMap { scalar in
      scalar.value >= String.firstByte
        ? [UInt8(truncatingIfNeeded: scalar.value)] : Array(UTF8.encode(scalar)!)
    }
  }

  /// The same with the 0 at its end, to be given to a function of the C library.
  package var systemText: [CChar] { systemBytes.map { CChar(bitPattern: $0) } + [0] }
}
