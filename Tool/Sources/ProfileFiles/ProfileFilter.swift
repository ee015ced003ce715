// Which samples of a profile count, and which of their frames: as pprof's options of the same names say.
//
//   focus, ignore         samples with, and without, a frame that matches
//   tagfocus, tagignore   samples with, and without, a label KEY whose text matches
//   hide                  frames that match are left out, and what they call is their callers'

/// A filter of samples. An expression matches a frame when it is found in the name of its function,
/// in that of its source file or in that of its module.
package struct ProfileFilter {
  /// A regular expression as it was given.
  package struct Expression: @unchecked Sendable {
    package let text: String
    private let regex: Regex<AnyRegexOutput>

    /// Throws what is wrong with it.
    package init(_ text: String) throws {
      self.text = text
      regex = try Regex(text)
    }

    fileprivate func isIn(_ name: String) -> Bool { (try? regex.firstMatch(in: name)) != nil }
  }

  package struct LabelExpression: Sendable {
    package let key: String
    package let text: Expression

    /// - Parameter argument: KEY=EXPRESSION. Nil when it is something else; throws what is wrong with the expression.
    package init?(_ argument: String) throws {
      guard let end = argument.firstIndex(of: "="), end > argument.startIndex else { return nil }
      key = String(argument[..<end])
      text = try Expression(String(argument[argument.index(after: end)...]))
    }

    fileprivate func isOf(_ sample: Profile.Sample) -> Bool {
      sample.text(key).map { text.isIn($0) } ?? false
    }
  }

  package var focus: Expression?
  package var ignore: Expression?
  package var hide: Expression?
  package var tagfocus: LabelExpression?
  package var tagignore: LabelExpression?

  package init() {}

  /// The profile without what the filter leaves out. Names are to be known by now.
  package func applied(to profile: Profile) -> Profile {
    var result = profile
    let focused = focus.map { locations(of: profile, with: $0) }
    let ignored = ignore.map { locations(of: profile, with: $0) }
    result.samples.removeAll { sample in
      if let tagfocus, !tagfocus.isOf(sample) { return true }
      if let tagignore, tagignore.isOf(sample) { return true }
      if let focused, !sample.locations.contains(where: { focused[$0] }) { return true }
      return ignored.map { ignored in sample.locations.contains { ignored[$0] } } ?? false
    }
    if let hide { self.hide(hide, in: &result) }
    return result
  }

  // Of each function and each mapping, whether it matches.
  private func matches(
    _ expression: Expression, in profile: Profile
  ) -> (functions: [Bool], mappings: [Bool]) {
    let functions = profile.functions.map {
      expression.isIn($0.name) || expression.isIn($0.systemName) || expression.isIn($0.file)
    }
    return (functions, profile.mappings.map { expression.isIn($0.file) })
  }

  private func locations(of profile: Profile, with expression: Expression) -> [Bool] {
    let (functions, mappings) = matches(expression, in: profile)
    return profile.locations.map { location in
      location.mapping.map { mappings[$0] } ?? false
        || location.lines.contains { functions[$0.function] }
    }
  }

  // A sample without a frame left is left out, too.
  private func hide(_ expression: Expression, in profile: inout Profile) {
    let (functions, mappings) = matches(expression, in: profile)
    let isHidden = profile.locations.map { location in
      location.mapping.map { mappings[$0] } ?? false
        || !location.lines.isEmpty && location.lines.allSatisfy { functions[$0.function] }
    }
    for index in profile.locations.indices where !isHidden[index] {
      profile.locations[index].lines.removeAll { functions[$0.function] }
    }
    for index in profile.samples.indices {
      profile.samples[index].locations.removeAll { isHidden[$0] }
    }
    profile.samples.removeAll { $0.locations.isEmpty }
  }
}
