// Which line of the suppressions matches a trace, and what each has suppressed.

import CShims
import Platform
import Traces

extension Suppressions {
  private static var builtInLine: Int { Int(Int32.max) }

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
    for index in 0..<question.pointee.answer where !lines[index].isType {
      let pattern = pattern(lines[index], text)
      if isMatch(pattern, symbol.pointee.function) || isMatch(pattern, symbol.pointee.file)
        || isMatch(pattern, symbol.pointee.module)
      {
        question.pointee.answer = index
        return
      }
    }
  }

  static func pattern(_ line: Line, _ text: MappedArray<UInt8>) -> NamePattern {
    NamePattern(bytes: text.elements + line.start, count: line.length)
  }

  private static func isMatch(_ pattern: NamePattern, _ name: UnsafePointer<CChar>?) -> Bool {
    name.map { pattern.matches($0) } ?? false
  }
}
