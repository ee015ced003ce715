// Where a line of a report says (module+0xoffset), in one of the forms
//
//       #3 0x7f… in name  (/path/module+0x1234, build id 6e2f…)      ours
//       #3 0x7f… in name (/path/module+0x1234) (BuildId: 6e2f…)      AddressSanitizer's
//   SUMMARY: swiftmalloc: double-free (/path/module+0x1234, build id 6e2f…)

/// An address within a module.
package struct ReportPlace: Hashable {
  package struct Module: Hashable {
    package let path: String
    /// In hexadecimal digits; nil when the report has none.
    package let buildID: String?

    package init(path: String, buildID: String?) {
      self.path = path
      self.buildID = buildID
    }
  }

  package let module: Module
  package let offset: UInt64

  /// A line with a place: what stands before it, the place, and what stands behind.
  package struct Line {
    let before: String
    package let place: ReportPlace
    /// "(/path/module+0x1234, build id 6e2f…)".
    let written: String
    let after: String

    /// The line again, for each function that was inlined there, the innermost first.
    package func lines(_ frames: [SourceFrame]) -> [String] {
      if before.hasPrefix("SUMMARY:") { return [summary(frames[0])] }
      return frames.enumerated().map { index, frame in
        let inlined = index + 1 < frames.count ? " (inlined)" : ""
        return head(frame) + "  " + (frame.place ?? written) + inlined + after
      }
    }

    /// "    #0 0x… in name".
    private func head(_ frame: SourceFrame) -> String {
      let text = before.trimmingSpaces
      guard let mark = text.firstRange(of: " in ") else { return text }
      // A name of the report stays where the symbolizer knows none.
      return frame.function == "??" ? text : text[..<mark.upperBound] + frame.function
    }

    private func summary(_ frame: SourceFrame) -> String {
      before.trimmingSpaces + " \(frame.place ?? written) in \(frame.function)"
    }
  }

  /// Nil for a line without a place.
  package static func line(_ line: String) -> Line? {
    guard line.hasPrefix("SUMMARY:") || line.firstRange(of: "#") != nil,
      let plus = line.ranges(of: "+0x").last, let open = opening(line[..<plus.lowerBound])
    else { return nil }
    let digits = line[plus.upperBound...].prefix(while: \.isHexDigit)
    guard let offset = UInt64(digits, radix: 16) else { return nil }
    let path = String(line[open.upperBound..<plus.lowerBound])
    var rest = line[digits.endIndex...]
    var buildID: String?
    for (mark, end) in [(", build id ", ")"), (") (BuildId: ", ")")] where rest.hasPrefix(mark) {
      let id = rest.dropFirst(mark.count).prefix(while: \.isHexDigit)
      guard line[id.endIndex...].hasPrefix(end), id.count.isMultiple(of: 2), !id.isEmpty else {
        return nil
      }
      buildID = id.lowercased()
      rest = line[id.endIndex...]
    }
    guard rest.hasPrefix(")") else { return nil }
    let after = rest.dropFirst()
    return Line(
      before: String(line[..<open.lowerBound]),
      place: ReportPlace(module: Module(path: path, buildID: buildID), offset: offset),
      written: String(line[line.index(after: open.lowerBound)..<after.startIndex]),
      after: String(after))
  }

  /// The " (" before a module's path, which may have one, too: two spaces stand before ours, and only the kind of the
  /// error before that of a summary. Function names may have such a place as well, so it is the last one elsewhere.
  private static func opening(_ text: Substring) -> Range<Substring.Index>? {
    if text.hasPrefix("SUMMARY:") { return text.firstRange(of: " (") }
    guard let ours = text.ranges(of: "  (").last else { return text.ranges(of: " (").last }
    return text.index(after: ours.lowerBound)..<ours.upperBound
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
