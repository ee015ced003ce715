// Leaks of Swift's own libraries that nobody who uses these can mend. Each is told by a function of the library itself, so that
// no leak of a program is taken for one: below the second no code of the program runs, and of the first only its own blocks count.
//
//   XCTest.XCTMainMisc            keeps the suites of all tests in a variable, and ends the process by exit
//   CFURLSessionCurlHostIsEqual   FoundationNetworking: a URL of libcurl for each request
//
// With the suites go their test cases and what these hold: to XCTest they are alive until the process ends.

import CShims
import Platform
import Traces

enum BuiltInSuppressions {
  private static let libraries: (StaticString, StaticString) =
    ("libXCTest.so", "libFoundationNetworking.so")
  private static let suites: StaticString = "XCTest.XCTMainMisc("
  private static let request: StaticString = "CFURLSessionCurlHostIsEqual"

  /// Whether one of these libraries is loaded: otherwise no trace need be asked for them.
  static var areNeeded: Bool {
    var isLoaded = false
    _ = ProcessMaps.forEach { mapping, name in
      if case .file = mapping.name, ends(name, libraries.0) || ends(name, libraries.1) {
        isLoaded = true
      }
      return !isLoaded
    }
    return isLoaded
  }

  private struct Question {
    /// A function that is none of the runtime's was met.
    var isInside = false
    var isMatched = false
  }

  /// Whether a trace is one of these leaks. Between TraceReport's begin and end.
  static func match(_ trace: UInt32) -> Bool {
    var question = Question()
    withUnsafeMutablePointer(to: &question) {
      TraceReport.forEachSymbol(trace, { BuiltInSuppressions.ask($0, $1) }, $0)
    }
    return question.isMatched
  }

  private static func ask(
    _ symbol: UnsafePointer<swiftmalloc_symbol>?, _ context: UnsafeMutableRawPointer?
  ) {
    guard let function = symbol?.pointee.function,
      let question = context?.assumingMemoryBound(to: Question.self)
    else { return }
    if begins(function, request) { question.pointee.isMatched = true }
    // The runtime's own functions come first: swift_slowAlloc, swift_allocObject.
    if question.pointee.isInside || begins(function, "swift_") { return }
    question.pointee.isInside = true
    if begins(function, suites) { question.pointee.isMatched = true }
  }

  private static func begins(_ text: UnsafePointer<CChar>, _ prefix: StaticString) -> Bool {
    for index in 0..<prefix.utf8CodeUnitCount
    where UInt8(bitPattern: text[index]) != prefix.utf8Start[index] { return false }
    return true
  }

  private static func ends(_ text: UnsafePointer<CChar>, _ suffix: StaticString) -> Bool {
    var length = 0
    while text[length] != 0 { length += 1 }
    let start = length - suffix.utf8CodeUnitCount
    return start >= 0 && begins(text + start, suffix)
  }
}
