// Amounts as people read them: "12.3 MiB", "1,234,567", "2 h 05 min". What is not known is "-".

/// Bytes with a unit, three or four digits.
package func bytesText(_ bytes: Int?) -> String {
  guard let bytes else { return "-" }
  if bytes.magnitude < 1024 { return "\(bytes) B" }
  var value = Double(bytes)
  var unit = 0
  while value.magnitude >= 1023.95 && unit < 6 {
    value /= 1024
    unit += 1
  }
  return decimal(value, digits: value.magnitude < 100 ? 1 : 0) + " " + "BKMGTPE".units[unit]
}

/// A count, with commas.
package func countText(_ count: Int?) -> String {
  guard let count else { return "-" }
  var digits = String(count.magnitude)
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return (count < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}

/// A count and what is counted: "1 thread", "1,234 threads"; `many` where that is not made by an "s".
package func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
  "\(countText(count)) \(count == 1 ? one : many ?? one + "s")"
}

/// A time, with the two greatest units.
package func timeText(_ seconds: Double?) -> String {
  guard let seconds, seconds >= 0, seconds < 1e12 else { return "-" }
  if seconds < 60 { return decimal(seconds, digits: seconds < 10 ? 1 : 0) + " s" }
  let whole = Int(seconds)
  if whole < 3600 { return "\(whole / 60) min \(two(whole % 60)) s" }
  if whole < 86400 { return "\(whole / 3600) h \(two(whole / 60 % 60)) min" }
  return "\(whole / 86400) d \(two(whole / 3600 % 24)) h"
}

/// A rate per second, rounded.
package func rateText(_ perSecond: Double?) -> String {
  guard let perSecond, perSecond.isFinite else { return "-" }
  return countText(Int(min(max(perSecond, -9e15), 9e15).rounded())) + "/s"
}

/// A share in percent.
package func shareText(_ part: Int, of whole: Int) -> String {
  whole > 0 ? decimal(Double(part) * 100 / Double(whole), digits: 1) + "%" : "-"
}

private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

private func decimal(_ value: Double, digits: Int) -> String {
  if digits == 0 { return String(Int(value.rounded())) }
  let tenths = Int((value * 10).rounded())
  return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
}

extension String {
  fileprivate var units: [String] { map { $0 == "B" ? "B" : "\($0)iB" } }

  /// Padded with spaces to a width; `isRight`: the spaces come first.
  package func padded(_ width: Int, isRight: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, width - count))
    return isRight ? spaces + self : self + spaces
  }

  /// At most so many characters, the last one an ellipsis if some are missing.
  package func shortened(_ width: Int) -> String {
    count <= width ? self : width < 1 ? "" : prefix(width - 1) + "…"
  }
}
