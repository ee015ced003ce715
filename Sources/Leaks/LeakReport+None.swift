// The line of a check that finds nothing to report. A program whose messages somebody compares must not get it: so it is said
// where a person reads it.

import CShims
import Platform

/// When a check that finds nothing says so.
package enum LeakSummary: Int {
  /// On a terminal, and when LEAK_SIGNAL asked for the check.
  case automatic
  case never
  case always

  package var name: StaticString {
    switch self {
    case .automatic: "auto"
    case .never: "0"
    case .always: "1"
    }
  }
}

extension LeakReport {
  /// Whether there is more to print than that nothing is lost.
  var hasSomethingToSay: Bool { hasLost || settings.listsAll || settings.isJSON }

  /// Says that nothing is lost, and at how many blocks the check has looked.
  func printNone() {
    switch settings.summary {
    case .never: return
    case .always: break
    case .automatic:
      let isAsked = !isAtExit && swiftmalloc_is_check_by_signal() != 0
      if !isAsked, LogFile.path != nil || swiftmalloc_is_terminal(2) == 0 { return }
    }
    var looked = LeakCount()
    for index in 0..<LeakKind.count { looked.add(groups.totals.pointee.kinds[index]) }
    var message = Message()
    message.head("INFO")
    message.text("no leaks: the check has looked at ")
    Self.append(looked, to: &message)
    if suppressed.blocks > 0 {
      message.text("; ")
      Self.append(suppressed, to: &message)
      message.text(suppressed.blocks == 1 ? " is suppressed" : " are suppressed")
    }
    message.endLine()
  }
}
