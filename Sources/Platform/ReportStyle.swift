// How reports look: for people or for machines, with colours on a terminal alone.

import CShims

/// What the options and the environment say of reports. Written at the first call.
package enum ReportStyle {
  /// REPORT_FORMAT: an error is one line of JSON.
  nonisolated(unsafe) package static var isJSON = false
  /// REPORT_SOURCE: a report shows lines of source.
  nonisolated(unsafe) package static var showsSource = true
  /// Neither NO_COLOR (no-color.org) nor TERM=dumb is set.
  nonisolated(unsafe) package static var allowsColours = false
  /// Whether what is printed now goes to a terminal that shows colours.
  nonisolated(unsafe) fileprivate static var isColoured = false

  /// Looks where reports go. To be called when one begins, not in production, whose system calls are few.
  package static func lookForTerminal() {
    isColoured =
      allowsColours && !isJSON && LogFile.path == nil && swiftmalloc_is_terminal(2) != 0
  }
}

extension Message {
  /// What is printed in a colour of its own.
  package enum Style {
    case error
    case hint
    /// The line of source that erred, the bytes that were overwritten.
    case culprit
    case plain

    /// The escape sequence (ECMA-48, SGR).
    fileprivate var sequence: StaticString {
      switch self {
      case .error: "\u{1b}[1;31m"
      case .hint: "\u{1b}[36m"
      case .culprit: "\u{1b}[1m"
      case .plain: "\u{1b}[0m"
      }
    }
  }

  /// From here on in another style; nothing where the report goes to a file or a pipe.
  package mutating func style(_ style: Style) {
    if ReportStyle.isColoured { text(style.sequence) }
  }
}
