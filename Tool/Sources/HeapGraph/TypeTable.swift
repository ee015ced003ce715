// How many blocks of each type there are, and what that is compared with an earlier moment. The same type in another process
// has another number, so types are compared by name, language and kind.

package struct TypeTable: Equatable, Sendable {
  package struct Row: Equatable, Sendable {
    package let type: BlockType
    package var count: Int
    package var bytes: Int

    package init(type: BlockType, count: Int, bytes: Int) {
      self.type = type
      self.count = count
      self.bytes = bytes
    }

    /// Of one block; 0 without one.
    package var meanBytes: Int { count == 0 ? 0 : bytes / count }
  }

  /// Most bytes first; equal ones by name.
  package let rows: [Row]

  package init(rows: [Row]) {
    self.rows = rows.sorted {
      ($1.bytes, $0.type.name, $0.type.kind) < ($0.bytes, $1.type.name, $1.type.kind)
    }
  }

  package init(sizes: [UInt64], typeNumbers: [UInt32], types: [BlockType]) {
    var counts = [Int](repeating: 0, count: types.count)
    var bytes = [Int](repeating: 0, count: types.count)
    for (size, number) in zip(sizes, typeNumbers) {
      counts[Int(number)] += 1
      bytes[Int(number)] += Int(size)
    }
    // Types that differ in fields only are one for people.
    var merged: [Key: Row] = [:]
    for number in types.indices where counts[number] > 0 {
      let type = types[number]
      var row = merged[Key(type)] ?? Row(type: type, count: 0, bytes: 0)
      row.count += counts[number]
      row.bytes += bytes[number]
      merged[Key(type)] = row
    }
    self.init(rows: Array(merged.values))
  }

  package var count: Int { rows.reduce(0) { $0 + $1.count } }
  package var bytes: Int { rows.reduce(0) { $0 + $1.bytes } }

  /// What is more than `earlier`, or less: rows in which nothing changed are left out. The greatest growth of bytes first, what
  /// became less last.
  package func increase(over earlier: TypeTable) -> [Row] {
    var changes = Dictionary(uniqueKeysWithValues: rows.map { (Key($0.type), $0) })
    for row in earlier.rows {
      let now = changes[Key(row.type)]
      changes[Key(row.type)] = Row(
        type: row.type, count: (now?.count ?? 0) - row.count, bytes: (now?.bytes ?? 0) - row.bytes)
    }
    return TypeTable(rows: changes.values.filter { $0.count != 0 || $0.bytes != 0 }).rows
  }

  private struct Key: Hashable {
    let name: String
    let language: String
    let kind: String

    init(_ type: BlockType) {
      name = type.name
      language = type.language
      kind = type.kind
    }
  }
}
