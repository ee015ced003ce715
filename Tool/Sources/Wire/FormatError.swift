// Why a file is not read as what it should be, as the end of a sentence that begins with the file's name.

/// What is wrong with a file's contents.
package struct FormatError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Without the file and without a full stop: "is cut: …".
  package let problem: String

  package init(_ problem: String) { self.problem = problem }

  package var description: String { problem }
}
