// What stands at an address, by the kernel's own list: /proc/self/maps (proc_pid_maps(5)), read
// line by line into a buffer on the stack. Only on the way to a report: it costs a system call for
// every few dozen mappings.

/// One line of /proc/self/maps.
package struct Mapping {
  package var start: UInt = 0
  package var end: UInt = 0
  /// Where in the file it begins.
  package var fileOffset: UInt = 0
  package var isReadable = false
  package var isWritable = false
  package var isExecutable = false
  package var isShared = false
  package var name: Name = .anonymous

  /// What the last column says.
  package enum Name {
    case anonymous
    /// `[stack]`: the initial thread's stack.
    case stack
    /// `[heap]`: the memory of brk(2).
    case heap
    /// A path: a file, a library or the program itself.
    case file
    /// `[vdso]` and its like.
    case special
  }

  package init() {}

  package func contains(_ address: UInt) -> Bool { address >= start && address < end }
}

package enum ProcessMaps {
  /// The result of a search.
  package enum Answer {
    case mapping(Mapping)
    case none
    /// There is no /proc here.
    case unknown
  }

  private static let path: StaticString = "/proc/self/maps"

  /// The mapping that holds `address`.
  package static func find(_ address: UInt) -> Answer { search(address) { _ in } }

  /// Appends what the last column says of the mapping that holds `address`; false when it says nothing.
  package static func appendName(of address: UInt, to message: inout Message) -> Bool {
    var isNamed = false
    withUnsafeMutablePointer(to: &message) { message in
      _ = search(address) {
        isNamed = $0.pointee != 0
        message.pointee.printable($0)
      }
    }
    return isNamed
  }

  private static func search(
    _ address: UInt, _ tellName: (UnsafePointer<CChar>) -> Void
  ) -> Answer {
    var found: Mapping?
    let isRead = forEach { mapping, name in
      if !mapping.contains(address) { return true }
      found = mapping
      tellName(name)
      return false
    }
    if !isRead { return .unknown }
    return found.map { .mapping($0) } ?? .none
  }

  /// Calls `body` with each mapping, in the order of addresses, and what the last column says of it, until it
  /// answers false. False when there is no /proc here.
  package static func forEach(_ body: (Mapping, UnsafePointer<CChar>) -> Bool) -> Bool {
    guard let descriptor = open() else { return false }
    defer { FileDescriptor.close(descriptor) }
    // Made in place: a copy would take 2 KiB more of a stack that may be small.
    var lines = MapLines(descriptor)
    while lines.next() {
      if !lines.parser.tell(body) { return true }
    }
    return true
  }

  @inline(never)
  private static func open() -> Int32? {
    path.withUTF8Buffer { bytes in
      FileDescriptor.open(
        UnsafeRawPointer(bytes.baseAddress!).assumingMemoryBound(to: CChar.self), flags: 0)
    }
  }
}

/// The lines of the file, one after the other. Apart from those who ask, whose closures the compiler copies `forEach` for.
private struct MapLines {
  var parser = LineParser()
  private var buffer = InlineArray<2048, UInt8>(repeating: 0)
  private var position = 0
  private var count = 0
  private let descriptor: Int32

  @inline(__always)
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Whether there is another line, which then stands in `parser`.
  @inline(never)
  mutating func next() -> Bool {
    while true {
      while position < count {
        position += 1
        if parser.take(buffer[position - 1]) { return true }
      }
      count = withUnsafeMutableBytes(of: &buffer) {
        FileDescriptor.read(descriptor, $0.baseAddress!, $0.count)
      }
      if count <= 0 { return false }
      position = 0
    }
  }
}

/// `start-end rwxp offset device inode   name`, one byte at a time.
private struct LineParser {
  var mapping = Mapping()
  /// The last column, as far as it fits, with a zero behind it.
  var name = InlineArray<256, CChar>(repeating: 0)
  private var field = 0
  private var nameLength = 0
  private var inSpace = false

  /// Takes one byte; true when it ended a line, which then stands in `mapping`.
  mutating func take(_ byte: UInt8) -> Bool {
    if byte == UInt8(ascii: "\n") {
      field = -1
      return true
    }
    if field < 0 {
      self = LineParser()
    }
    // A path may hold spaces: it is the rest of the line.
    let isSpace = byte == UInt8(ascii: " ") && nameLength == 0
    if isSpace {
      inSpace = true
      return false
    }
    if inSpace {
      inSpace = false
      field += 1
    }
    switch field {
    case 0:
      if byte == UInt8(ascii: "-") {
        mapping.start = mapping.end
        mapping.end = 0
      } else {
        mapping.end = mapping.end << 4 | LineParser.hexadecimalDigit(byte)
      }
    case 1:
      if byte == UInt8(ascii: "r") { mapping.isReadable = true }
      if byte == UInt8(ascii: "w") { mapping.isWritable = true }
      if byte == UInt8(ascii: "x") { mapping.isExecutable = true }
      if byte == UInt8(ascii: "s") { mapping.isShared = true }
    case 2:
      mapping.fileOffset = mapping.fileOffset << 4 | LineParser.hexadecimalDigit(byte)
    case 5:
      takeName(byte)
    default:
      break
    }
    return false
  }

  private mutating func takeName(_ byte: UInt8) {
    if nameLength == 0 {
      mapping.name = byte == UInt8(ascii: "[") ? .special : .file
    } else if nameLength == 1, case .special = mapping.name {
      if byte == UInt8(ascii: "s") { mapping.name = .stack }
      if byte == UInt8(ascii: "h") { mapping.name = .heap }
      if byte == UInt8(ascii: "a") { mapping.name = .anonymous }  // [anon:name], prctl(2)
    }
    if nameLength < name.count - 1 { name[nameLength] = CChar(bitPattern: byte) }
    nameLength += 1
  }

  /// Tells `body` of the line that ended.
  mutating func tell(_ body: (Mapping, UnsafePointer<CChar>) -> Bool) -> Bool {
    let mapping = mapping
    return withUnsafeBytes(of: &name) {
      body(mapping, $0.baseAddress!.assumingMemoryBound(to: CChar.self))
    }
  }

  private static func hexadecimalDigit(_ byte: UInt8) -> UInt {
    byte <= UInt8(ascii: "9")
      ? UInt(byte - UInt8(ascii: "0")) : UInt(byte - UInt8(ascii: "a") + 10)
  }
}
