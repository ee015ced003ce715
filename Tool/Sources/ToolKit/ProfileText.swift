// The top table of a profile, for people and as JSON.

import LiveReader
import ProfileFiles

/// What is shown of one sample type.
package struct ProfileText {
  private let file: String
  private let profile: Profile
  private let table: ProfileTable
  /// How many rows are shown.
  private let rowLimit: Int
  /// What shares are of: the whole of this profile, or of the one that it is compared with.
  private let whole: Int64
  private let isDifference: Bool

  /// - Parameters:
  ///   - file: what the profile is called.
  ///   - type: a place in its sample types.
  ///   - byCumulative: the functions that hold most with all that they call come first.
  ///   - baseTotal: the sum of what was taken away; nil: nothing was.
  package init(
    _ profile: Profile, file: String, type: Int, rows: Int, byCumulative: Bool = false,
    baseTotal: Int64? = nil
  ) {
    self.file = file
    self.profile = profile
    table = ProfileTable(profile, type: type, byCumulative: byCumulative)
    rowLimit = rows
    isDifference = baseTotal != nil
    whole = baseTotal ?? table.total
  }

  private var shown: ArraySlice<ProfileTable.Row> { table.rows.prefix(rowLimit) }

  // MARK: Text

  /// The lines.
  package func lines(_ style: Style) -> [String] {
    var lines = [style.bold(title)]
    lines += profile.comments.map { style.dim(clean($0)) }
    lines.append("")
    var text = TextTable(["flat", "flat%", "cum", "cum%", "function<"])
    for row in shown {
      text.add([
        amount(row.flat), share(row.flat), amount(row.cumulative), share(row.cumulative),
        clean(row.name),
      ])
    }
    lines += text.lines(style)
    let rest = table.rows.dropFirst(rowLimit)
    if !rest.isEmpty {
      let sum = rest.reduce(Int64(0)) { $0.plus($1.flat) }
      lines.append(
        "and \(countText(rest.count)) more, \(amount(sum)) flat: --rows \(table.rows.count) shows all"
      )
    }
    return lines
  }

  private var title: String {
    var parts = [
      "\(clean(table.type.type)) of \(clean(file)): \(isDifference && table.total > 0 ? "+" : "")\(amount(table.total)) "
        + "in \(counted(profile.samples.count, "sample"))"
    ]
    if profile.period > 1 {
      parts.append(
        "one for each \(amount(profile.period, profile.periodType.unit)) of \(clean(profile.periodType.type)) on average"
      )
    }
    if profile.durationNanos > 0 {
      parts.append("over \(timeText(Double(profile.durationNanos) / 1e9))")
    }
    return parts.joined(separator: ", ")
  }

  private func amount(_ value: Int64, _ unit: String? = nil) -> String {
    switch unit ?? table.type.unit {
    case "bytes": bytesText(Int(value))
    case "nanoseconds": value < 0 ? "-" + seconds(value) : seconds(value)
    default: countText(Int(value))
    }
  }

  private func seconds(_ value: Int64) -> String { timeText(Double(value.magnitude) / 1e9) }

  private func share(_ value: Int64) -> String {
    let text = shareText(Int(clamping: value.magnitude), of: Int(whole))
    return value < 0 && text != "0.0%" && text != "-" ? "-" + text : text
  }

  private func clean(_ text: String) -> String { ReportLine.printable(text) }

  // MARK: JSON

  /// One line.
  package var json: String {
    var text = JSONText()
    text.object { text in
      text.member("file", file)
      text.key("sampleType")
      write(table.type, total: table.total, &text)
      text.key("sampleTypes")
      text.array { text in
        for (index, type) in profile.sampleTypes.enumerated() {
          write(type, total: profile.sum(index), &text)
        }
      }
      text.member("samples", profile.samples.count)
      text.member("time", Int(profile.timeNanos / 1_000_000))
      text.member("duration", Double(profile.durationNanos) / 1e9)
      text.member("period", Int(profile.period))
      text.key("comments")
      text.array { text in for comment in profile.comments { text.string(comment) } }
      text.key("rows")
      text.array { text in
        for row in shown {
          text.object { text in
            text.member("function", row.name)
            text.member("flat", Int(row.flat))
            text.member("cumulative", Int(row.cumulative))
          }
        }
      }
      text.member("rowsLeftOut", table.rows.count - shown.count)
    }
    return text.text
  }

  private func write(_ type: Profile.ValueType, total: Int64, _ text: inout JSONText) {
    text.object { text in
      text.member("type", type.type)
      text.member("unit", type.unit)
      text.member("total", Int(total))
    }
  }
}
