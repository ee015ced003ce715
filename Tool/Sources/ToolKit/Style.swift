// Colours and bold text, for a terminal only: never in a pipe or a file, and never where NO_COLOR is set
// (https://no-color.org) or the terminal is a dumb one.

import Glibc

/// How text is marked.
package struct Style: Sendable {
  package let isOn: Bool

  /// - Parameter descriptor: where the text goes.
  package init(for descriptor: Int32) {
    let noColor = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
    isOn = isatty(descriptor) == 1 && !noColor && terminal != "dumb" && !terminal.isEmpty
  }

  package init(isOn: Bool) { self.isOn = isOn }

  package func bold(_ text: String) -> String { marked(text, "1") }
  package func dim(_ text: String) -> String { marked(text, "2") }
  package func red(_ text: String) -> String { marked(text, "31") }
  package func green(_ text: String) -> String { marked(text, "32") }
  package func yellow(_ text: String) -> String { marked(text, "33") }
  package func inverse(_ text: String) -> String { marked(text, "7") }
  /// One of the eight colours of the ledger's bars.
  package func colour(_ text: String, _ number: Int) -> String { marked(text, "38;5;\(number)") }

  private func marked(_ text: String, _ code: String) -> String {
    isOn ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
  }
}
