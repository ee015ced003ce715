// Stacks as flame graph tools read them (flamegraph.pl, inferno, speedscope): a line for each,
//
//   outermost;…;innermost VALUE
//
// of a difference with two values, before and after, as difffolded.pl writes them.

/// Lines of folded stacks.
package enum FoldedStacks {
  /// The lines, sorted; stacks whose value is zero are left out.
  /// - Parameter type: the name of a sample type.
  package static func lines(_ profile: Profile, type: Int) -> [String] {
    folded(profile, type).filter { $0.value != 0 }.map { "\($0.key) \($0.value)" }.sorted()
  }

  /// The lines of two profiles, each with the value in `base` and the value in `profile`.
  /// - Parameters:
  ///   - type: a place in the sample types of `profile`.
  ///   - baseType: a place in those of `base`.
  package static func lines(
    _ profile: Profile, type: Int, base: Profile, baseType: Int
  ) -> [String] {
    let before = folded(base, baseType)
    let after = folded(profile, type)
    return Set(before.keys).union(after.keys).compactMap { stack in
      let (old, new) = (before[stack] ?? 0, after[stack] ?? 0)
      return old == 0 && new == 0 ? nil : "\(stack) \(old) \(new)"
    }.sorted()
  }

  private static func folded(_ profile: Profile, _ type: Int) -> [String: Int64] {
    var names = FrameNames(profile)
    var stacks: [String: Int64] = [:]
    for sample in profile.samples where sample.values[type] != 0 {
      var frames: [String] = []
      for location in sample.locations.isEmpty ? [-1] : sample.locations {
        frames += names.indices(ofLocation: location).map { names.all[$0] }
      }
      let stack = frames.reversed().map(plain).joined(separator: ";")
      stacks[stack] = (stacks[stack] ?? 0).plus(sample.values[type])
    }
    return stacks
  }

  // What would end a frame or a line.
  private static func plain(_ name: String) -> String {
    guard name.utf8.contains(where: { $0 == UInt8(ascii: ";") || $0 < 0x20 }) else { return name }
    return String(name.map { $0 == ";" ? ":" : $0.isNewline || $0 == "\t" ? " " : $0 })
  }
}
