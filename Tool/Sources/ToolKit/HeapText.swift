// What is told of a heap, for people and as JSON: types, retained sizes, ways from roots, lost cycles.

import HeapGraph
import LiveReader

/// Sentences about types, roots and pointers.
package enum HeapText {
  // Names of closures in generic code have a thousand characters and more.
  private static let longestName = 120

  /// A type's name as a part of a line.
  package static func name(_ type: BlockType) -> String {
    ReportLine.printable(type.name).shortened(longestName)
  }

  /// `global app.sessions`, `stack of thread 4712 in serve`, …
  package static func root(_ root: HeapRoot) -> String {
    let name = ReportLine.printable(root.name).shortened(longestName)
    switch root.place {
    case .global: return "global \(name.isEmpty ? hex(root.address) : name)"
    case .stack:
      return "stack of thread \(root.thread)" + (name.isEmpty ? "" : " in \(name)")
    case .register: return "register of thread \(root.thread)"
    case .threadLocal: return "thread-local variable of thread \(root.thread)"
    case .mapping:
      return "memory of the program's own at \(hex(root.address))"
        + (name.isEmpty ? "" : " (\(name))")
    }
  }

  /// What the place of a pointer in its block is called: `.owner`, `[3]`, `+24`.
  package static func place(word: UInt32, in type: BlockType) -> String {
    func behind(_ bytes: UInt64) -> String { bytes == 0 ? "" : "+\(bytes)" }
    if let (number, bytes) = type.element(ofWord: word) { return "[\(number)]" + behind(bytes) }
    if let (field, bytes) = type.field(ofWord: word) {
      return "." + ReportLine.printable(field.name) + behind(bytes)
    }
    return behind(UInt64(word) * 8)
  }

  static func members(_ row: TypeTable.Row, to text: inout JSONText) {
    text.member("type", row.type.name)
    text.member("language", row.type.language)
    text.member("kind", row.type.kind)
    text.member("count", row.count)
    text.member("bytes", row.bytes)
  }

  package static func hex(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }
}

/// A table of types.
package struct TypesText {
  private let title: String
  private let rows: [TypeTable.Row]
  private let rowLimit: Int
  private let isDifference: Bool
  private let count: Int
  private let bytes: Int
  private let stopSeconds: Double?

  /// - Parameters:
  ///   - source: what the heap is called: "process 4711".
  ///   - earlier: what it is compared with; nil: nothing.
  ///   - stopSeconds: for how long the process stood still; nil: it did not.
  package init(
    _ table: TypeTable, of source: String, rows: Int, since earlier: TypeTable? = nil,
    stopSeconds: Double? = nil
  ) {
    self.stopSeconds = stopSeconds
    isDifference = earlier != nil
    self.rows = earlier.map { table.increase(over: $0) } ?? table.rows
    count = table.count
    bytes = table.bytes
    rowLimit = rows
    title =
      earlier.map {
        "\(source): \(signed(table.count - $0.count, countText)) blocks, "
          + "\(signed(table.bytes - $0.bytes) { bytesText($0) }) since the earlier look"
      } ?? "\(source): \(counted(table.count, "block")), \(bytesText(table.bytes))"
  }

  package func lines(_ style: Style) -> [String] {
    var text = TextTable(
      isDifference
        ? ["count", "bytes", "type<", "kind<"]
        : ["count", "bytes", "share", "mean", "type<", "kind<"])
    for row in rows.prefix(rowLimit) {
      let cells =
        isDifference
        ? [signed(row.count, countText), signed(row.bytes) { bytesText($0) }]
        : [
          countText(row.count), bytesText(row.bytes), shareText(row.bytes, of: bytes),
          bytesText(row.meanBytes),
        ]
      text.add(cells + [HeapText.name(row.type), kind(row.type)])
    }
    var lines = [style.bold(title), ""] + text.lines(style)
    let rest = rows.dropFirst(rowLimit)
    if !rest.isEmpty {
      let bytes = rest.reduce(0) { $0 + $1.bytes }
      lines.append(
        "and \(counted(rest.count, "more type", "more types")), \(bytesText(bytes)): --rows \(rows.count) shows all"
      )
    }
    if let stopSeconds {
      let tenths = Int((stopSeconds * 10_000).rounded())
      lines += ["", style.dim("the process stood still for \(tenths / 10).\(tenths % 10) ms")]
    }
    return lines
  }

  private func kind(_ type: BlockType) -> String {
    type.language.isEmpty ? "" : "\(type.language) \(type.kind)"
  }

  /// One line.
  package var json: String {
    var text = JSONText()
    text.object { text in
      text.member("count", count)
      text.member("bytes", bytes)
      text.member("stopSeconds", stopSeconds)
      text.key("types")
      text.array { text in
        for row in rows.prefix(rowLimit) {
          text.object { HeapText.members(row, to: &$0) }
        }
      }
      text.member("typesLeftOut", max(0, rows.count - rowLimit))
    }
    return text.text
  }

  /// A line of names and one for each type (RFC 4180).
  package var csv: String {
    var lines = ["count,bytes,type,language,kind"]
    for row in rows.prefix(rowLimit) {
      lines.append(
        CSV.line([
          String(row.count), String(row.bytes), CSV.harmless(row.type.name), row.type.language,
          row.type.kind,
        ]))
    }
    return lines.joined(separator: "\r\n")
  }
}

/// With a sign before what grew.
private func signed(_ value: Int, _ text: (Int) -> String) -> String {
  (value > 0 ? "+" : "") + text(value)
}

/// What types retain.
package struct RetainedText {
  private let image: HeapImage
  private let rows: [RetainedSizes.Row]
  private let rowLimit: Int
  private let source: String
  private let reached: Int
  private let reachedBytes: UInt64

  package init(_ image: HeapImage, of source: String, rows: Int) {
    self.image = image
    self.source = source
    rowLimit = rows
    let dominators = Dominators(
      roots: image.rootBlocks, image.edges, reversed: image.edges.reversed())
    self.rows = RetainedSizes(dominators, image.blocks).byType(image)
    reached = dominators.order.count
    reachedBytes = dominators.order.reduce(0) { $0 + image.blocks.sizes[Int($1)] }
  }

  package func lines(_ style: Style) -> [String] {
    let lost = image.blocks.count - reached
    let all = image.blocks.sizes.reduce(0, +)
    var lines = [
      style.bold(
        "\(source): \(counted(image.blocks.count, "block")), \(bytesText(Int(all))), "
          + "\(counted(image.edges.targets.count, "pointer")), \(counted(image.roots.count, "root"))"
      ),
      "nothing leads to \(counted(lost, "block")), \(bytesText(Int(all - reachedBytes)))", "",
    ]
    var text = TextTable(["retained", "share", "own", "count", "type<"])
    for row in rows.prefix(rowLimit) {
      text.add([
        bytesText(Int(row.retainedBytes)), shareText(Int(row.retainedBytes), of: Int(reachedBytes)),
        bytesText(Int(row.bytes)), countText(row.count), HeapText.name(image.types[row.type]),
      ])
    }
    lines += text.lines(style)
    if rows.count > rowLimit {
      lines.append(
        "and \(countText(rows.count - rowLimit)) more types: --rows \(rows.count) shows all")
    }
    return lines
  }

  /// One line.
  package var json: String {
    var text = JSONText()
    text.object { text in
      text.member("count", image.blocks.count)
      text.member("bytes", Int(image.blocks.sizes.reduce(0, +)))
      text.member("reachedCount", reached)
      text.member("reachedBytes", Int(reachedBytes))
      text.member("pointers", image.edges.targets.count)
      text.member("roots", image.roots.count)
      text.key("types")
      text.array { text in
        for row in rows.prefix(rowLimit) {
          text.object { text in
            text.member("type", image.types[row.type].name)
            text.member("language", image.types[row.type].language)
            text.member("kind", image.types[row.type].kind)
            text.member("count", row.count)
            text.member("bytes", Int(row.bytes))
            text.member("retainedBytes", Int(row.retainedBytes))
          }
        }
      }
      text.member("typesLeftOut", max(0, rows.count - rowLimit))
    }
    return text.text
  }
}
