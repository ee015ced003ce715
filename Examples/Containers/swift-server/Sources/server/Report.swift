/// A row of a report: an object of its own, as what comes from a database.
final class Row {
  let name: String
  let tags: [String]
  let value: Double

  init(_ number: Int) {
    name = "a row with a name of its own, number \(number)"
    tags = (0..<number % 4).map { "tag \(number % 100).\($0)" }
    value = Double(number) / 8
  }
}

/// Rows by their groups.
struct Report {
  private var groups: [String: [Row]] = [:]

  init(rows: Int) {
    for number in 0..<rows { groups["group \(number % 97)", default: []].append(Row(number)) }
  }

  var json: String {
    var text = "{"
    for (index, group) in groups.sorted(by: { $0.key < $1.key }).enumerated() {
      if index > 0 { text += "," }
      text += "\"\(group.key)\":["
      text += group.value.map { row in
        let tags = row.tags.map { "\"\($0)\"" }.joined(separator: ",")
        return "{\"name\":\"\(row.name)\",\"tags\":[\(tags)],\"value\":\(row.value)}"
      }.joined(separator: ",")
      text += "]"
    }
    return text + "}\n"
  }
}
