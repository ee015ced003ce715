// Which errors were reported: in a program that goes on, each distinct one is reported once. Errors are
// the same when they are of one kind, were found at one place and concern blocks from one place.

import Platform

package struct ReportCount: ~Copyable {
  private var keys = InlineArray<1024, UInt64>(repeating: 0)
  package private(set) var errors = 0
  package private(set) var distinct = 0
  var saidForeign = false

  package init() {}

  /// Prints how many errors there were, if there were any. (A method would have all the keys copied
  /// to the stack, which may be the smallest that a thread can have.)
  package static func printSummary(errors: Int, distinct: Int) {
    if errors == 0 { return }
    var message = Message()
    if ReportStyle.isJSON {
      message.beginReport("summary", 0)
      message.count(errors, "error")
      message.endString()
      message.text(",\"errors\":")
      message.decimal(errors)
      message.text(",\"distinct\":")
      message.decimal(distinct)
      message.text("}")
      return message.endLine()
    }
    message.head("SUMMARY")
    message.count(errors, "error")
    message.text(", ")
    message.decimal(distinct)
    message.text(" distinct")
    message.endLine()
  }

  /// Counts an error; whether it is to be reported.
  package mutating func count(_ finding: Finding) -> Bool {
    errors += 1
    var key = UInt64(finding.kind.rawValue) &+ 1
    key = (key &<< 32 | UInt64(finding.trace)) &* 0x9e37_79b9_7f4a_7c15
    key ^= UInt64(finding.block?.allocation ?? 0) &* 0xbf58_476d_1ce4_e5b9
    // Without traces blocks tell errors apart.
    if finding.trace == 0, finding.block?.allocation ?? 0 == 0 {
      key ^= UInt64(finding.block?.requested ?? 0) &+ 1
    }
    if key == 0 { key = 1 }
    var place = Int(truncatingIfNeeded: key >> 48) & (keys.count - 1)
    for _ in 0..<keys.count {
      if keys[place] == key { return false }
      if keys[place] == 0 {
        keys[place] = key
        distinct += 1
        return true
      }
      place = (place + 1) & (keys.count - 1)
    }
    // The table is full: enough was reported.
    return false
  }
}
