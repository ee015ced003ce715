// Tables in columns: the first row names them; a column is as wide as its widest cell. Numbers stand at the right.

/// Rows of cells.
package struct TextTable {
  private let names: [String]
  private let isLeft: [Bool]
  private var rows: [[String]] = []

  /// - Parameter columns: their names; one that ends with "<" holds text and stands at the left.
  package init(_ columns: [String]) {
    isLeft = columns.map { $0.hasSuffix("<") }
    names = columns.map { $0.hasSuffix("<") ? String($0.dropLast()) : $0 }
  }

  package mutating func add(_ cells: [String]) { rows.append(cells) }

  /// The lines, without spaces at their ends.
  package func lines(_ style: Style) -> [String] { lines(style, names.indices.map { $0 }, widths) }

  /// As many whole columns as a width has room for, in their old order; a text may be shortened for that.
  /// - Parameter order: which columns come first when there is not room for all.
  package func lines(_ style: Style, within width: Int, order: [Int]) -> [String] {
    var widths = widths
    var shown: [Int] = []
    var room = width
    for column in order {
      let gap = shown.isEmpty ? 0 : TextTable.gap.count
      if isLeft[column] && widths[column] > room - gap && room - gap >= TextTable.leastText {
        widths[column] = room - gap
      }
      guard widths[column] <= room - gap else { continue }
      room -= widths[column] + gap
      shown.append(column)
    }
    return lines(style, shown.sorted(), widths)
  }

  private static let gap = "  "
  // A shorter name says nothing.
  private static let leastText = 8

  private var widths: [Int] {
    names.indices.map { column in
      (rows.map { $0[column].count } + [names[column].count]).max() ?? 0
    }
  }

  private func lines(_ style: Style, _ columns: [Int], _ widths: [Int]) -> [String] {
    func line(_ cells: [String]) -> String {
      var text = columns.map {
        cells[$0].shortened(widths[$0]).padded(widths[$0], isRight: !isLeft[$0])
      }.joined(separator: TextTable.gap)
      while text.last == " " { text.removeLast() }
      return text
    }
    return [style.bold(line(names))] + rows.map(line)
  }
}
