// A type's name while it is made: text on the stack. What is too long is cut off.

/// A name of at most `longest` bytes.
struct TypeText {
  static let longest = 1000

  private var bytes = InlineArray<1001, CChar>(repeating: 0)
  private(set) var count = 0

  @inline(never)
  mutating func append(_ byte: UInt8) {
    if count == Self.longest { return }
    bytes[count] = CChar(bitPattern: byte)
    count += 1
  }

  @inline(never)
  mutating func append(_ text: StaticString) {
    for index in 0..<text.utf8CodeUnitCount { append(text.utf8Start[index]) }
  }

  /// Appends a C string that is ours to read.
  mutating func append(cString text: UnsafePointer<CChar>) {
    var next = text
    while next.pointee != 0, count < Self.longest {
      append(UInt8(bitPattern: next.pointee))
      next += 1
    }
  }

  /// Appends the text at an address of the process.
  @inline(never)
  mutating func append(at address: UInt, _ memory: TypeMemory) {
    var next = address
    while count < Self.longest, let byte = memory.byte(next), byte != 0 {
      append(byte)
      next &+= 1
    }
  }

  /// Takes an end off, if it is there.
  mutating func removeSuffix(_ suffix: StaticString) {
    let start = count - suffix.utf8CodeUnitCount
    if start < 0 { return }
    for index in 0..<suffix.utf8CodeUnitCount
    where UInt8(bitPattern: bytes[start + index]) != suffix.utf8Start[index] { return }
    count = start
    bytes[count] = 0
  }

  /// Calls `body` with the text as a C string.
  mutating func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    withUnsafeBytes(of: &bytes) { body($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
  }
}
