// Where the parts of a struct's value lie, so that a weak or unowned reference in a struct in an object is told from one that owns. Parts
// lie one after another, each at a multiple of its alignment. Sizes are known for references, functions, and the commonest
// values; behind a part of another type the places are not known.

extension SwiftTypes {
  private static let deepest = 4
  private static let knownStructs: [String: Int] = [
    "Int8": 1, "UInt8": 1, "Int16": 2, "UInt16": 2, "Int32": 4, "UInt32": 4, "Int64": 8,
    "UInt64": 8,
  ]
  private static let knownTexts: [String: Int] = [
    "Si": 8, "Su": 8, "Sd": 8, "Sv": 8, "SV": 8, "Bo": 8, "BO": 8, "s5ErrorP_p": 8, "Sb": 1,
    "Sf": 4, "SS": 16,
  ]

  private typealias Part = (name: String, offset: Int, type: MangledType)

  /// A field, or, where it holds a struct of the program, that one's fields: `config.delegate`.
  /// - Parameters:
  ///   - end: where the field must end.
  ///   - letters: of what generic parameters stand for.
  func parts(
    of field: Field, _ type: MangledType?, end: Int, letters: Ownership = .none, depth: Int = 0
  ) -> [Field] {
    guard let type, type.ownership == .strong, let nominal = type.nominal,
      let (parts, size, _) = layout(nominal, depth), !parts.isEmpty,
      field.offset + (type.isOptional ? 0 : size ?? 0) <= end,
      parts.allSatisfy({ field.offset + $0.offset < end })
    else {
      return [
        type.map { ownership($0, letters: letters) } == .owner ? field : field.uncertain
      ]
    }
    return parts.indices.flatMap { place in
      let part = parts[place]
      let inner = Field(
        name: "\(field.name).\(part.name)", offset: field.offset + part.offset,
        type: part.type.name(), mangledType: part.type.bytes, ownership: part.type.ownership)
      let next = place + 1 < parts.count ? field.offset + parts[place + 1].offset : end
      return self.parts(of: inner, part.type, end: next, depth: depth + 1)
    }
  }

  /// The parts of a struct; without a size, where the last of them has none.
  private func layout(
    _ nominal: SwiftNominal, _ depth: Int
  ) -> (parts: [Part], size: Int?, alignment: Int)? {
    guard depth < Self.deepest, nominal.kind == .struct, nominal.parameters.isEmpty,
      !["Swift", "__C"].contains(nominal.module), !nominal.module.hasPrefix("Foundation")
    else { return nil }
    var parts: [Part] = []
    var (end, alignment) = (0, 1)
    for record in records(nominal) {
      guard let name = record.name, let type = record.type else { return (parts, nil, 8) }
      let value = sizeAndAlignment(type, depth + 1)
      let step = value?.alignment ?? 8
      end = (end + step - 1) / step * step
      alignment = max(alignment, step)
      parts.append((name, end, type))
      guard let value else { return (parts, nil, 8) }
      end += value.size
    }
    return (parts, end, alignment)
  }

  /// Of a value; nil where its type does not tell.
  func sizeAndAlignment(_ type: MangledType, _ depth: Int = 0) -> (size: Int, alignment: Int)? {
    if type.nominal?.kind == .class { return (8, 8) }
    if type.ownership != .strong {
      // A reference, and how it does what its protocol demands.
      return type.isProtocol ? (16, 8) : nil
    }
    if let nominal = type.nominal, !type.isOptional {
      if nominal.module == "Swift", let size = Self.knownStructs[nominal.name()] {
        return (size, size)
      }
      guard let (_, size, alignment) = layout(nominal, depth) else { return nil }
      return size.map { ($0, alignment) }
    }
    guard let text = type.text else { return nil }
    if let size = Self.knownTexts[text] { return (size, min(size, 8)) }
    // Boxes of variables; arrays, dictionaries and sets; functions with what they captured.
    if text.hasSuffix("Xx") || text.hasSuffix("XX") { return (8, 8) }
    let isStorage = ["Say", "SDy", "Shy"].contains(where: text.hasPrefix)
    if isStorage, text.hasSuffix("G") || text.hasSuffix("GSg") { return (8, 8) }
    if ["c", "cSg"].contains(where: text.hasSuffix) || Self.isInnerFunction(text) {
      return (16, 8)
    }
    return nil
  }

  /// A function as the compiler's inner stages write it, that keeps what it captured, as in `Iegg_`.
  static func isInnerFunction(_ text: String) -> Bool {
    guard let start = text.ranges(of: "Ieg").last, text.hasSuffix("_") else { return false }
    return text[start.upperBound...].dropLast().allSatisfy { $0.isLetter }
  }
}
