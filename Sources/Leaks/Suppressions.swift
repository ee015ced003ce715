// Leaks that are not to be reported: the file that SUPPRESSIONS names, in LeakSanitizer's form. A line `leak:PATTERN`
// suppresses groups in whose trace some function, source file or module matches, `leak:type:PATTERN` blocks whose type matches:
//
//   PATTERN without ^ and $     is somewhere in the name;  ^ its beginning, $ its end, * anything
//   # comment, empty line       nothing
//
// The file is read at the first call: later the program may be in another folder, or have other rights.

import CShims
import Platform
import Traces

package enum Suppressions {
  /// A line of the file: where its pattern is, and what it suppressed in the last report.
  struct Line {
    var start: Int
    var length: Int
    /// Whether it is a pattern of types.
    var isType: Bool
    var count = LeakCount()
  }

  nonisolated(unsafe) static var text: MappedArray<UInt8>?
  nonisolated(unsafe) static var lines: MappedArray<Line>?
  nonisolated(unsafe) static var verdicts: TraceVerdicts?
  /// What is suppressed by no line: as BuiltInSuppressions says so, or as it hangs on what is suppressed.
  nonisolated(unsafe) static var builtIn = LeakCount()
  nonisolated(unsafe) static var behind = LeakCount()

  nonisolated(unsafe) private static var pathBytes = InlineArray<1024, CChar>(repeating: 0)

  /// Whether some line asks for types.
  nonisolated(unsafe) private(set) static var hasTypes = false

  private static let prefix: StaticString = "leak:"
  static let typePrefix: StaticString = "type:"
  private static let largestFile = 1 << 24

  /// The file's path; nil when there is none.
  package static var path: UnsafePointer<CChar>? {
    pathBytes[0] == 0
      ? nil
      : withUnsafeBytes(of: &pathBytes) { $0.baseAddress!.assumingMemoryBound(to: CChar.self) }
  }

  /// Sets `path` to a copy of `count` bytes; false when they are too many. Once, at the first call.
  package static func setPath(_ start: UnsafePointer<CChar>, count: Int) -> Bool {
    if count >= pathBytes.count { return false }
    for index in 0..<count { pathBytes[index] = start[index] }
    pathBytes[count] = 0
    return true
  }

  /// Reads the file; says what is wrong with it, and then suppresses nothing by that.
  package static func read() {
    guard let path else { return }
    // O_NONBLOCK: a pipe that nobody writes to must not stop the program.
    guard let descriptor = FileDescriptor.open(path, flags: 0x800) else {
      return complain(path, "cannot be opened", line: 0)
    }
    defer { FileDescriptor.close(descriptor) }
    guard var bytes = MappedArray<UInt8>(capacity: largestFile) else { return }
    while bytes.count < largestFile {
      let count = FileDescriptor.read(
        descriptor, UnsafeMutableRawPointer(bytes.elements + bytes.count), largestFile - bytes.count
      )
      if count < 0 { return complain(path, "cannot be read", line: 0) }
      if count == 0 { break }
      bytes.advance(count)
    }
    if bytes.count == largestFile { complain(path, "is cut off after 16 MiB", line: 0) }
    text = bytes
    findLines(path, bytes, from: 0)
  }

  /// Adds lines that the program itself has, behind those of the file.
  static func add(_ added: UnsafePointer<CChar>) {
    var length = 0
    while added[length] != 0, length < largestFile { length += 1 }
    let before = text?.count ?? 0
    guard var bytes = MappedArray<UInt8>(capacity: before + length + 1) else { return }
    for index in 0..<before { bytes.append(text?[index] ?? 0) }
    bytes.append(UInt8(ascii: "\n"))
    for index in 0..<length { bytes.append(UInt8(bitPattern: added[index])) }
    text?.release()
    text = bytes
    findLines(nil, bytes, from: before + 1)
  }

  /// Adds the lines from a place in the text on; `path` is the file's, nil of those that the program has.
  private static func findLines(
    _ path: UnsafePointer<CChar>?, _ bytes: MappedArray<UInt8>, from first: Int
  ) {
    let known = lines?.count ?? 0
    var lineCount = known + 1
    for index in first..<bytes.count where bytes[index] == UInt8(ascii: "\n") { lineCount += 1 }
    guard var found = MappedArray<Line>(capacity: lineCount) else { return }
    for index in 0..<known { found.append(lines![index]) }
    lines?.release()
    var start = first
    var number = 1
    var wrong = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      let (first, last) = trim(bytes, start, end)
      if first < last, bytes[first] != UInt8(ascii: "#") {
        if hasPrefix(bytes, first, last, prefix) {
          found.append(line(bytes, first + prefix.utf8CodeUnitCount, last))
        } else {
          wrong += 1
          if wrong <= 3 { complain(path, "is no leak:PATTERN", line: number) }
        }
      }
      start = end + 1
      number += 1
    }
    if wrong > 3 { complain(path, "has further lines that are no leak:PATTERN", line: 0) }
    lines = found
  }

  /// Before traces are judged: whether anything can be suppressed.
  static func prepare() -> Bool {
    if verdicts == nil, lines?.count ?? 0 > 0 || BuiltInSuppressions.areNeeded {
      verdicts = TraceVerdicts()
    }
    return verdicts != nil
  }

  /// Whether no trace was judged yet.
  static var isEmpty: Bool { verdicts == nil }

  /// Calls `body` with the memory that is in use while a check looks: start and length in bytes.
  static func forEachMapping(_ body: (UInt, Int) -> Void) {
    if let verdicts { body(verdicts.addresses.start, verdicts.addresses.byteCount) }
  }

  private static func trim(_ bytes: MappedArray<UInt8>, _ start: Int, _ end: Int) -> (Int, Int) {
    var first = start
    var last = end
    while first < last, bytes[first] <= UInt8(ascii: " ") { first += 1 }
    while last > first, bytes[last - 1] <= UInt8(ascii: " ") { last -= 1 }
    return (first, last)
  }

  /// A line by what stands behind `leak:`.
  private static func line(_ bytes: MappedArray<UInt8>, _ start: Int, _ end: Int) -> Line {
    let isType = hasPrefix(bytes, start, end, typePrefix)
    if isType { hasTypes = true }
    let pattern = start + (isType ? typePrefix.utf8CodeUnitCount : 0)
    return Line(start: pattern, length: end - pattern, isType: isType)
  }

  private static func hasPrefix(
    _ bytes: MappedArray<UInt8>, _ start: Int, _ end: Int, _ prefix: StaticString
  ) -> Bool {
    let length = prefix.utf8CodeUnitCount
    if end - start <= length { return false }
    for index in 0..<length where bytes[start + index] != prefix.utf8Start[index] { return false }
    return true
  }

  private static func complain(
    _ path: UnsafePointer<CChar>?, _ what: StaticString, line: Int
  ) {
    var message = Message()
    message.head("WARNING")
    if line > 0 {
      message.text("line ")
      message.decimal(line)
      message.text(" of ")
    }
    if let path {
      message.text("the file that SUPPRESSIONS names, \"")
      message.printable(path)
      message.text("\", ")
    } else {
      message.text("what the program's __lsan_default_suppressions answers ")
    }
    message.text(what)
    message.endLine()
  }
}
