// Who allocated an object of Swift: the first function of its trace that is none of the runtime's.

import CShims
import Platform

extension TraceReport {
  private struct Question {
    let body: @convention(c) (UnsafePointer<swiftmalloc_symbol>?, UnsafeMutableRawPointer?) -> Void
    let context: UnsafeMutableRawPointer
    var isAnswered = false
  }

  /// Tells `body` of that function; not where there is none. Between `begin` and `end`.
  package static func withMaker(
    _ trace: UInt32,
    _ body:
      @escaping @convention(c) (
        UnsafePointer<swiftmalloc_symbol>?, UnsafeMutableRawPointer?
      ) -> Void,
    _ context: UnsafeMutableRawPointer
  ) {
    var question = Question(body: body, context: context)
    withUnsafeMutablePointer(to: &question) {
      forEachSymbol(trace, { TraceReport.ask($0, $1) }, $0)
    }
  }

  private static func ask(
    _ symbol: UnsafePointer<swiftmalloc_symbol>?, _ context: UnsafeMutableRawPointer?
  ) {
    guard let symbol, let question = context?.assumingMemoryBound(to: Question.self),
      !question.pointee.isAnswered, !isOfRuntime(symbol.pointee.function)
    else { return }
    question.pointee.isAnswered = true
    question.pointee.body(symbol, question.pointee.context)
  }

  /// Whether a function is one of Swift's runtime that allocates, or has no name.
  private static func isOfRuntime(_ function: UnsafePointer<CChar>?) -> Bool {
    guard let function else { return true }
    let prefix: StaticString = "swift_"
    for index in 0..<prefix.utf8CodeUnitCount
    where UInt8(bitPattern: function[index]) != prefix.utf8Start[index] { return false }
    return true
  }

  /// A path's last part.
  package static func lastPart(of path: UnsafePointer<CChar>) -> UnsafePointer<CChar> {
    var last = path
    var next = path
    while next.pointee != 0 {
      if UInt8(bitPattern: next.pointee) == UInt8(ascii: "/") { last = next + 1 }
      next += 1
    }
    return last
  }
}
