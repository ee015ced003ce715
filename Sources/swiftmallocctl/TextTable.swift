// Tables in columns: the first row names them; a column is as wide as its widest cell. Numbers stand at the right.

/// Rows of cells.
struct TextTable {
  private let names: [String]
  private let isLeft: [Bool]
  private var rows: [[String]] = []

  /// - Parameter columns: their names; one that ends with "<" holds text and stands at the left.
  init(_ columns: [String]) {
    isLeft = columns.map { $0.hasSuffix("<") }
    names = columns.map { $0.hasSuffix("<") ? String($0.dropLast()) : $0 }
  }

  mutating func add(_ cells: [String]) { rows.append(cells) }

  /// The lines, without spaces at their ends.
  func lines(_ style: Style) -> [String] {
    let widths = names.indices.map { column in
      (rows.map { $0[column].count } + [names[column].count]).max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      var text = cells.indices.map { cells[$0].padded(widths[$0], isRight: !isLeft[$0]) }
        .joined(separator: "  ")
      while text.last == " " { text.removeLast() }
      return text
    }
    return [style.bold(line(names))] + rows.map(line)
  }
}
