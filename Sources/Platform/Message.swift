// Text for people, written without allocation, locks or streams: a line is collected in a buffer
// on the stack and leaves with one write(2), so that lines of several processes do not mix. Nothing here is
// inlined: messages are rare, and each would be a kilobyte of the library in every process.
//
//   var message = Message()
//   message.text("page size ")
//   message.decimal(4096)
//   message.send()

import CShims

package struct Message: ~Copyable {
  private var buffer = InlineArray<1024, UInt8>(repeating: 0)
  private var count = 0
  // Within a string of JSON: quotes and backslashes are escaped.
  private var isInString = false
  private let destination: Destination

  /// Where messages go.
  package enum Destination {
    /// The file named by the option LOG (`LogFile.path`), or standard error.
    case logFile
    /// An open file descriptor.
    case descriptor(Int32)
    /// A C stream (FILE *), for malloc_info(3).
    case stream(UnsafeMutableRawPointer)
  }

  package init(to destination: Destination = .logFile) { self.destination = destination }

  @inline(never)
  package mutating func byte(_ byte: UInt8) {
    if isInString, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
      unescaped(UInt8(ascii: "\\"))
    }
    unescaped(byte)
  }

  /// A byte as it is, in a string of JSON, too.
  mutating func unescaped(_ byte: UInt8) {
    if count == buffer.count { send() }
    buffer[count] = byte
    count += 1
  }

  @inline(never)
  package mutating func text(_ text: StaticString) {
    for index in 0..<text.utf8CodeUnitCount { byte(text.utf8Start[index]) }
  }

  /// A C string; null prints nothing.
  @inline(never)
  package mutating func cString(_ text: UnsafePointer<CChar>?) {
    guard var next = text else { return }
    while next.pointee != 0 {
      byte(UInt8(bitPattern: next.pointee))
      next += 1
    }
  }

  package mutating func decimal(_ value: Int) {
    if value < 0 { byte(UInt8(ascii: "-")) }
    digits(value.magnitude, base: 10)
  }

  package mutating func decimal(_ value: UInt) { digits(value, base: 10) }

  /// With 0x in front, lower case, no leading zeros.
  package mutating func hexadecimal(_ value: UInt) {
    text("0x")
    digits(value, base: 16)
  }

  /// A byte as two hexadecimal digits.
  package mutating func twoDigits(_ value: UInt8) {
    let digits: StaticString = "0123456789abcdef"
    byte(digits.utf8Start[Int(value >> 4)])
    byte(digits.utf8Start[Int(value & 15)])
  }

  @inline(never)
  private mutating func digits(_ value: UInt, base: UInt) {
    var divisor: UInt = 1
    while value / divisor >= base { divisor *= base }
    while divisor > 0 {
      let digit = UInt8(truncatingIfNeeded: value / divisor % base)
      byte(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      divisor /= base
    }
  }

  /// Begins a string of JSON, in which `printable` takes any bytes.
  package mutating func beginString() {
    byte(UInt8(ascii: "\""))
    isInString = true
  }

  /// Ends that string.
  package mutating func endString() {
    isInString = false
    byte(UInt8(ascii: "\""))
  }

  /// Whether a string of JSON has begun.
  var isString: Bool { isInString }

  /// Fills with spaces up to the given column of the line that is being collected.
  @inline(never)
  package mutating func pad(to column: Int) {
    while count < column { byte(UInt8(ascii: " ")) }
  }

  @inline(never)
  package mutating func endLine() {
    byte(UInt8(ascii: "\n"))
    send()
  }

  /// Opens the file whose path has been collected, for reading; nil when that fails.
  package mutating func openAsPath() -> Int32? {
    byte(0)
    count = 0
    return withUnsafeBytes(of: &buffer) {
      FileDescriptor.open($0.baseAddress!.assumingMemoryBound(to: CChar.self), flags: 0)
    }
  }

  /// Writes out what has been collected.
  @inline(never)
  package mutating func send() {
    let length = count
    count = 0
    guard length > 0 else { return }
    let destination = self.destination
    withUnsafeBytes(of: &buffer) { bytes in
      guard let start = bytes.baseAddress else { return }
      switch destination {
      case .logFile: LogFile.write(start, length)
      case .descriptor(let descriptor): FileDescriptor.write(descriptor, start, length)
      case .stream(let stream):
        _ = swiftmalloc_stream_write(
          stream, start.assumingMemoryBound(to: CChar.self), length)
      }
    }
  }
}

extension Message {
  /// `==PID==KIND: swiftmalloc: `, with which every report and warning begins.
  @inline(never)
  package mutating func head(_ kind: StaticString) {
    text("==")
    decimal(ProcessNumber.current)
    text("==")
    text(kind)
    text(": swiftmalloc: ")
  }

  /// Prints a warning of one line.
  @inline(never)
  package static func warn(_ text: StaticString) {
    var message = Message()
    message.head("WARNING")
    message.text(text)
    message.endLine()
  }
}
