// Why objects live: who is asked for, and the shortest ways to them, for people and as JSON.

import HeapGraph
import LiveReader

/// What was asked for is not in the heap; the whole sentence.
package struct NoSuchObject: Error, CustomStringConvertible {
  package let description: String
}

/// The shortest ways to a block, or to the nearest blocks of a type.
package struct WhyText {
  private let image: HeapImage
  private let target: String
  private let blocks: [UInt32]
  private let paths: [RootPath]

  /// - Parameters:
  ///   - target: an address (0x…) of any byte in a block, or the name of a type.
  ///   - source: what the heap is called: "process 4711".
  ///   - rows: how many ways are looked for.
  package init(
    _ target: String, in image: HeapImage, of source: String, rows: Int
  ) throws(NoSuchObject) {
    self.image = image
    self.target = target
    blocks = try Self.found(target, image, source)
    paths = RootPaths.shortest(
      to: blocks, in: image, reversed: image.edges.reversed(), limit: rows)
  }

  private static func found(
    _ target: String, _ image: HeapImage, _ source: String
  ) throws(NoSuchObject) -> [UInt32] {
    if target.hasPrefix("0x") {
      guard let address = UInt64(target.dropFirst(2), radix: 16) else {
        throw NoSuchObject(description: "\(ReportLine.printable(target)) is no address")
      }
      guard let block = image.blocks.block(at: address) else {
        throw NoSuchObject(description: "no live block of \(source) holds \(target)")
      }
      return [UInt32(block)]
    }
    if target.isEmpty { throw NoSuchObject(description: "\"\" is no address and no type") }
    // A long name may be given as it was printed: cut off.
    let numbers = Set(
      image.types.indices.filter {
        image.types[$0].name == target || HeapText.name(image.types[$0]) == target
      })
    let blocks = image.typeNumbers.indices.filter { numbers.contains(Int(image.typeNumbers[$0])) }
    if blocks.isEmpty {
      throw NoSuchObject(
        description: "\(source) has no object of type \(ReportLine.printable(target)):"
          + " swiftmallocctl types lists those that it has")
    }
    return blocks.map { UInt32($0) }
  }

  package func lines(_ style: Style) -> [String] {
    if paths.isEmpty {
      let subject =
        blocks.count == 1
        ? PathText.block(blocks[0], image) : "\(counted(blocks.count, "block")) of \(target)"
      return ["nothing leads to \(subject): the program has lost it"]
    }
    return paths.map { PathText.lines($0, in: image, style) }.joined(separator: [""]).map { $0 }
  }

  /// One line.
  /// - Parameter blockLimit: of a longer way the middle is left out.
  package func json(blockLimit: Int = .max) -> String {
    var text = JSONText()
    text.object { text in
      text.member("blocks", blocks.count)
      text.key("paths")
      text.array { text in
        for path in paths {
          PathText.write(path, in: image, blockLimit: blockLimit, to: &text)
        }
      }
    }
    return text.text
  }
}
