// Leaks that are not to be reported: the file that SUPPRESSIONS names, in LeakSanitizer's form. A line `leak:PATTERN`
// suppresses groups in whose trace some function, source file or module matches:
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
    var count = LeakCount()
  }

  nonisolated(unsafe) static var text: MappedArray<UInt8>?
  nonisolated(unsafe) static var lines: MappedArray<Line>?
  nonisolated(unsafe) private static var verdicts: TraceVerdicts?
  /// What is suppressed by no line: as BuiltInSuppressions says so, or as it hangs on what is suppressed.
  nonisolated(unsafe) static var builtIn = LeakCount()
  nonisolated(unsafe) static var behind = LeakCount()

  nonisolated(unsafe) private static var pathBytes = InlineArray<1024, CChar>(repeating: 0)

  private static let prefix: StaticString = "leak:"
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
        if hasPrefix(bytes, first, last) {
          let pattern = first + prefix.utf8CodeUnitCount
          found.append(Line(start: pattern, length: last - pattern))
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

  private static let builtInLine = Int(Int32.max)

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

  private static func hasPrefix(_ bytes: MappedArray<UInt8>, _ start: Int, _ end: Int) -> Bool {
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

  // MARK: Matching

  /// A new report begins.
  static func startCounting() {
    builtIn = LeakCount()
    behind = LeakCount()
    guard let lines else { return }
    for index in 0..<lines.count { lines.elements[index].count = LeakCount() }
  }

  /// Counts what is suppressed: by that line, or, where it is nil, as only suppressed blocks lead to it.
  static func count(_ count: LeakCount, line: Int?) {
    guard let line else { return behind.add(count) }
    if line == builtInLine { return builtIn.add(count) }
    lines?.elements[line].count.add(count)
  }

  /// Finds out which line matches a trace; whether one does that was not known before. Between TraceReport's begin and end.
  static func judge(_ trace: UInt32) -> Bool {
    if trace == 0 || verdicts?.line(trace) != nil { return false }
    let line = match(trace) ?? (BuiltInSuppressions.match(trace) ? builtInLine : -1)
    verdicts?.add(trace, line: Int32(line))
    return line >= 0
  }

  private static func match(_ trace: UInt32) -> Int? {
    guard let lines, lines.count > 0 else { return nil }
    var question = Question(answer: lines.count)
    withUnsafeMutablePointer(to: &question) {
      TraceReport.forEachSymbol(trace, { Suppressions.ask($0, $1) }, $0)
    }
    return question.answer < lines.count ? question.answer : nil
  }

  /// When all traces of a look were judged.
  static func finishJudging() { verdicts?.finish() }

  /// The line that matches a trace; nil when none does, as far as that was found out.
  static func line(_ trace: UInt32) -> Int? {
    guard let line = verdicts?.line(trace), line >= 0 else { return nil }
    return Int(line)
  }

  private struct Question {
    /// The first line that matches some function so far.
    var answer: Int
  }

  private static func ask(
    _ symbol: UnsafePointer<swiftmalloc_symbol>?, _ context: UnsafeMutableRawPointer?
  ) {
    guard let symbol, let question = context?.assumingMemoryBound(to: Question.self), let lines,
      let text
    else { return }
    for index in 0..<question.pointee.answer {
      let pattern = NamePattern(
        bytes: text.elements + lines[index].start, count: lines[index].length)
      if isMatch(pattern, symbol.pointee.function) || isMatch(pattern, symbol.pointee.file)
        || isMatch(pattern, symbol.pointee.module)
      {
        question.pointee.answer = index
        return
      }
    }
  }

  private static func isMatch(_ pattern: NamePattern, _ name: UnsafePointer<CChar>?) -> Bool {
    name.map { pattern.matches($0) } ?? false
  }
}
