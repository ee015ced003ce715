// Types for a page that looks again and again: those with most bytes, those that grew most since the page looked first, and
// by how much each grew. However many types a program has, an answer is of some hundred rows.

import HeapGraph
import LiveReader

/// The JSON of a look among others.
package struct WatchedTypesText {
  private static let greatest = 500
  private static let grown = 100

  private let table: TypeTable
  private let rows: [TypeTable.Row]
  private let growth: [Name: TypeTable.Row]?
  private let time: Int
  private let since: Int?
  private let stopSeconds: Double?

  private struct Name: Hashable {
    let name: String
    let language: String
    let kind: String

    init(_ row: TypeTable.Row) {
      name = row.type.name
      language = row.type.language
      kind = row.type.kind
    }
  }

  /// - Parameters:
  ///   - time: when it was looked at, in milliseconds since 1970.
  ///   - earlier: the first look, and its time; nil: this is the first.
  ///   - stopSeconds: for how long the process stood still; nil: it did not.
  package init(
    _ table: TypeTable, time: Int, since earlier: (table: TypeTable, time: Int)?,
    stopSeconds: Double?
  ) {
    self.table = table
    self.time = time
    self.stopSeconds = stopSeconds
    since = earlier?.time
    let changes = earlier.map { table.increase(over: $0.table) }
    growth = changes.map { Dictionary(uniqueKeysWithValues: $0.map { (Name($0), $0) }) }
    let names = Set((changes ?? []).prefix(Self.grown).filter { $0.bytes > 0 }.map { Name($0) })
    rows =
      table.rows.prefix(Self.greatest)
      + table.rows.dropFirst(Self.greatest).filter { names.contains(Name($0)) }
  }

  package var json: JSONText {
    var text = JSONText()
    text.object { text in
      text.member("time", time)
      text.member("since", since)
      text.member("count", table.count)
      text.member("bytes", table.bytes)
      text.member("stopMilliseconds", stopSeconds.map { $0 * 1000 })
      text.key("types")
      text.array { text in
        for row in rows {
          text.object { text in
            HeapText.members(row, to: &text)
            guard let growth else { return }
            let change = growth[Name(row)]
            text.member("grownCount", change?.count ?? 0)
            text.member("grownBytes", change?.bytes ?? 0)
          }
        }
      }
      text.member("typesLeftOut", table.rows.count - rows.count)
    }
    return text
  }
}
