// Ways from roots, and lost cycles, for people and as JSON.

import HeapGraph
import LiveReader

/// Why a block lives.
package enum PathText {
  /// A way in lines: the root, and under it each block with the field of the one before that leads to it.
  package static func lines(_ path: RootPath, in image: HeapImage, _ style: Style) -> [String] {
    var lines = [style.bold(HeapText.root(path.root))]
    for (step, block) in path.blocks.enumerated() {
      let by =
        step == 0
        ? ""
        : HeapText.place(word: path.words[step - 1], in: image.type(of: Int(path.blocks[step - 1])))
          + " "
      lines.append(
        String(repeating: "  ", count: min(step, 30) + 1) + by + "→ \(self.block(block, image))")
    }
    return lines
  }

  /// `App.Session 0x7f… of 48 B`.
  package static func block(_ block: UInt32, _ image: HeapImage) -> String {
    "\(HeapText.name(image.type(of: Int(block)))) \(HeapText.hex(image.blocks.addresses[Int(block)])) of "
      + bytesText(Int(image.blocks.sizes[Int(block)]))
  }

  /// - Parameter blockLimit: of a longer way the middle is left out.
  package static func write(
    _ path: RootPath, in image: HeapImage, blockLimit: Int = .max, to text: inout JSONText
  ) {
    text.object { text in
      text.key("root")
      text.object { text in
        text.member("place", "\(path.root.place)")
        text.member("address", HeapText.hex(path.root.address))
        text.member("thread", Int(path.root.thread))
        text.member("name", path.root.name)
      }
      let leftOut = leftOut(of: path.blocks.count, limit: blockLimit)
      text.key("blocks")
      text.array { text in
        for (step, block) in path.blocks.enumerated() where !leftOut.contains(step) {
          write(
            block, by: step == 0 ? nil : (path.blocks[step - 1], path.words[step - 1]), image, &text
          )
        }
      }
      text.member("blocksLeftOut", leftOut.count)
    }
  }

  /// The middle of what is longer than may be told.
  static func leftOut(of count: Int, limit: Int) -> Range<Int> {
    count <= limit ? 0..<0 : limit - limit / 2..<count - limit / 2
  }

  static func write(
    _ block: UInt32, by pointer: (block: UInt32, word: UInt32)?, _ image: HeapImage,
    _ text: inout JSONText
  ) {
    text.object { text in
      text.member("address", HeapText.hex(image.blocks.addresses[Int(block)]))
      text.member("size", Int(image.blocks.sizes[Int(block)]))
      text.member("type", image.type(of: Int(block)).name)
      if let pointer {
        let type = image.type(of: Int(pointer.block))
        text.member("field", type.field(ofWord: pointer.word)?.field.name)
        text.member("offset", Int(pointer.word) * 8)
        text.member("place", HeapText.place(word: pointer.word, in: type))
      }
    }
  }
}

/// Lost cycles. Those of the same types and fields are one for people.
package struct CyclesText {
  private struct Group {
    let example: RetainCycle
    var count = 0
    var lostCount = 0
    var lostBytes: UInt64 = 0
  }

  // Of a longer cycle the middle is left out.
  private static let shownBlocks = 40

  private let image: HeapImage
  private let source: String
  private let groups: [Group]
  private let count: Int
  private let possibleCount: Int
  private let rowLimit: Int

  /// - Parameter earlier: a look before that one: what is lost was lost then, too. Nil: there is none.
  package init(
    _ image: HeapImage, of source: String, rows: Int, alsoIn earlier: HeapImage? = nil
  ) {
    self.image = image
    self.source = source
    rowLimit = rows
    let cycles =
      earlier.map { RetainCycles.all(in: image, alsoIn: $0) } ?? RetainCycles.all(in: image)
    count = cycles.count
    possibleCount = cycles.count { !$0.isCertain }
    var groups: [String: Group] = [:]
    for cycle in cycles {
      let turned = Self.turned(cycle, image)
      let key = Self.around(turned, image)
      var group = groups[key] ?? Group(example: turned)
      group.count += 1
      group.lostCount += cycle.lostCount
      group.lostBytes += cycle.lostBytes
      groups[key] = group
    }
    self.groups = groups.values.sorted {
      ($1.lostBytes, $0.example.blocks[0]) < ($0.lostBytes, $1.example.blocks[0])
    }
  }

  /// Whether there are some.
  package var isEmpty: Bool { groups.isEmpty }

  /// `Session.onClose → closure → Session`; of a long cycle the middle is left out.
  private static func around(_ cycle: RetainCycle, _ image: HeapImage) -> String {
    var text = ""
    let leftOut = PathText.leftOut(of: cycle.blocks.count, limit: shownBlocks)
    for (step, (block, word)) in zip(cycle.blocks, cycle.words).enumerated() {
      if leftOut.contains(step) {
        if step == leftOut.lowerBound { text += "(\(counted(leftOut.count, "more block"))) → " }
        continue
      }
      let type = image.type(of: Int(block))
      text += HeapText.name(type) + HeapText.place(word: word, in: type)
      text += (type.isCertain(word: word) ? "" : " (may hold)") + " → "
    }
    return text + HeapText.name(image.type(of: Int(cycle.blocks[0])))
  }

  // The same cycle, begun at the block whose type comes first: so equal ones look equal.
  private static func turned(_ cycle: RetainCycle, _ image: HeapImage) -> RetainCycle {
    let names = cycle.blocks.map { image.type(of: Int($0)) }.map {
      ($0.fields.isEmpty ? 1 : 0, $0.name)
    }
    let first = names.indices.min { names[$0] < names[$1] } ?? 0
    return RetainCycle(
      blocks: Array(cycle.blocks[first...] + cycle.blocks[..<first]),
      words: Array(cycle.words[first...] + cycle.words[..<first]), groupCount: cycle.groupCount,
      lostCount: cycle.lostCount, lostBytes: cycle.lostBytes, isCertain: cycle.isCertain)
  }

  package func lines(_ style: Style) -> [String] {
    if groups.isEmpty { return ["\(source): no retain cycles that nothing else holds"] }
    let blocks = groups.reduce(0) { $0 + $1.lostCount }
    let bytes = groups.reduce(0) { $0 + $1.lostBytes }
    let kinds = [(count - possibleCount, ""), (possibleCount, "possible ")].filter { $0.0 > 0 }
    let subject = kinds.map { counted($0.0, $0.1 + "retain cycle") }.joined(separator: " and ")
    var lines = [
      style.bold(
        "\(source): \(subject) that nothing else holds, with what \(count == 1 ? "it keeps" : "they keep") "
          + "\(counted(blocks, "block")) of \(bytesText(Int(bytes)))")
    ]
    for group in groups.prefix(rowLimit) {
      let kind = group.example.isCertain ? "retain cycle" : "possible retain cycle"
      lines += ["", "\(kind): \(Self.around(group.example, image))"]
      lines.append(
        "  \(counted(group.count, "time")), \(counted(group.lostCount, "block")), \(bytesText(Int(group.lostBytes)))"
          + "; for example \(HeapText.hex(image.blocks.addresses[Int(group.example.blocks[0])]))")
    }
    if groups.count > rowLimit {
      lines += [
        "", "and \(countText(groups.count - rowLimit)) more: --rows \(groups.count) shows all",
      ]
    }
    return lines
  }

  /// One line.
  package var json: String {
    var text = JSONText()
    text.object { text in
      text.member("cycles", count)
      text.member("possibleCycles", possibleCount)
      text.key("groups")
      text.array { text in
        for group in groups.prefix(rowLimit) {
          text.object { text in
            text.member("cycle", Self.around(group.example, image))
            text.member("isCertain", group.example.isCertain)
            text.member("count", group.count)
            text.member("lostCount", group.lostCount)
            text.member("lostBytes", Int(group.lostBytes))
            write(group.example, to: &text)
          }
        }
      }
      text.member("groupsLeftOut", max(0, groups.count - rowLimit))
    }
    return text.text
  }

  private func write(_ cycle: RetainCycle, to text: inout JSONText) {
    let count = cycle.blocks.count
    let leftOut = PathText.leftOut(of: count, limit: Self.shownBlocks)
    text.key("blocks")
    text.array { text in
      for (step, block) in cycle.blocks.enumerated() where !leftOut.contains(step) {
        let last = (step + count - 1) % count
        PathText.write(block, by: (cycle.blocks[last], cycle.words[last]), image, &text)
      }
    }
    text.member("blocksLeftOut", leftOut.count)
  }
}
