// Why a published file was not read, as one sentence that names the file and the problem.

/// A file that cannot be read as published counters.
package struct LiveFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Its path.
  package let file: String
  /// What is wrong, without a full stop: "is a symbolic link".
  package let problem: String

  package init(_ file: String, _ problem: String) {
    self.file = file
    self.problem = problem
  }

  /// The whole sentence.
  package var description: String { "\(file) \(problem)" }
}
