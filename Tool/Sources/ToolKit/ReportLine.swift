// Lines of the library's reports, as text or as JSON: which of them begin a report, of what kind, and which are statistics.

/// What a line of a log is.
package enum ReportLine {
  /// The kind of the report that a line begins, "double-free"; of leaks with what was lost. Nil for any other line.
  package static func kind(_ line: String) -> String? {
    line.hasPrefix("{\"pid\":") ? jsonKind(line) : textKind(line)
  }

  /// Whether statistics begin here.
  package static func isStatistics(_ line: String) -> Bool {
    line.firstRange(of: "==STATS: swiftmalloc") != nil
      || line.hasPrefix("{\"pid\":") && line.firstRange(of: ",\"ledger\":[") != nil
  }

  private static func textKind(_ line: String) -> String? {
    guard line.hasPrefix("=="), let mark = line.firstRange(of: "==ERROR: swiftmalloc: ") else {
      return nil
    }
    let rest = line[mark.upperBound...]
    if rest.hasPrefix("leak of ") { return String(rest) }
    return rest.split(separator: " ").first.map(String.init)
  }

  /// Names within strings cannot look like these keys: their quotation marks are escaped.
  private static func jsonKind(_ line: String) -> String? {
    if line.firstRange(of: "\",\"leaks\":[") != nil {
      let lost = ["definite", "indirect"].map { count(of: $0, line) }
      let (bytes, blocks) = (lost[0].bytes + lost[1].bytes, lost[0].blocks + lost[1].blocks)
      if blocks == 0 { return nil }
      return
        "leak of \(bytes) byte\(bytes == 1 ? "" : "s") in \(blocks) block\(blocks == 1 ? "" : "s")"
    }
    guard let mark = line.firstRange(of: "\",\"kind\":\"") else { return nil }
    return String(line[mark.upperBound...].prefix { $0 != "\"" })
  }

  /// The numbers of `"name":{"bytes":…,"blocks":…}` behind `"totals"`; zero where there are none.
  private static func count(of name: String, _ line: String) -> (bytes: Int, blocks: Int) {
    guard let totals = line.ranges(of: "\"totals\":{").last else { return (0, 0) }
    let rest = line[totals.upperBound...]
    guard let start = rest.firstRange(of: "\"\(name)\":{\"bytes\":") else { return (0, 0) }
    let bytes = rest[start.upperBound...].prefix { $0.isASCII && $0.isNumber }
    let tail = rest[bytes.endIndex...]
    guard tail.hasPrefix(",\"blocks\":") else { return (0, 0) }
    let blocks = tail.dropFirst(10).prefix { $0.isASCII && $0.isNumber }
    return (Int(bytes) ?? 0, Int(blocks) ?? 0)
  }

  /// The line without what moves the cursor, forges a line or turns the direction of one: as the library writes names
  /// that others chose, with `?` in their place. A tab stays.
  package static func printable(_ line: String) -> String {
    guard line.unicodeScalars.contains(where: isUnprintable) else { return line }
    var text = String.UnicodeScalarView()
    for scalar in line.unicodeScalars { text.append(isUnprintable(scalar) ? "?" : scalar) }
    return String(text)
  }

  private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09: false
    case 0..<0x20, 0x7f..<0xa0, 0x61c, 0x200b...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff:
      true
    default: false
    }
  }
}
