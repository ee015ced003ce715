// What closures captured. The compiler writes down the types for reflection, one after another as they lie in the context; where they
// lie follows from their sizes, which are known for pointers and the commonest values:
//
//   metadata     8 where captures begin    16 descriptor
//   descriptor   0 count   4 sources   8 bindings, one word each before the captures   12 types

extension SwiftTypes {
  private static let mostCaptures: UInt32 = 256
  private static let mostBindings: UInt32 = 64
  private static let mostBytes = 1 << 16

  /// The captures of a closure's context, in their order: those behind one of unknown size are left out.
  func captures(_ metadata: UInt64) -> [Field] {
    guard let start: UInt32 = pages.load(metadata &+ 8),
      let bindings = bindingCount(metadata)
    else { return [] }
    var offset = Int(start) + bindings * 8
    var fields: [Field] = []
    let types = capturedTypes(metadata)
    let isBox = types.count == 1 && bindings == 0
    for type in types {
      let value = sizeAndAlignment(type)
      let alignment = value?.alignment ?? 8
      offset = (offset + alignment - 1) / alignment * alignment
      let name = Self.captureName(type)
      let field = Field(
        name: isBox ? "value" : name.map { "captured \($0)" } ?? "captured", offset: offset,
        type: name,
        mangledType: type.bytes, ownership: type.ownership)
      fields += parts(
        of: field, type, end: offset + (value?.size ?? Self.mostBytes),
        letters: bindings == 0 ? .none : .mixed)
      guard let value else { break }
      offset += value.size
    }
    return fields
  }

  /// How many words with types of generic code lie before the captures; nil where nothing is known of them.
  func bindingCount(_ metadata: UInt64) -> Int? {
    guard let descriptor = pages.word(metadata &+ 16), map.isModule(descriptor),
      let count: UInt32 = pages.load(descriptor &+ 8), count <= Self.mostBindings
    else { return nil }
    return Int(count)
  }

  /// The types of what a closure captured; empty where they are not known.
  func capturedTypes(_ metadata: UInt64) -> [MangledType] {
    guard let descriptor = pages.word(metadata &+ 16), map.isModule(descriptor),
      let count: UInt32 = pages.load(descriptor), count <= Self.mostCaptures
    else { return [] }
    var types: [MangledType] = []
    for index in 0..<UInt64(count) {
      guard let address = pages.relative(descriptor &+ 12 &+ index &* 4),
        let type = MangledType(address, pages, contexts)
      else { return [] }
      types.append(type)
    }
    return types
  }

  /// Whether all words of a context own what they refer to.
  func capturesAreOwners(_ metadata: UInt64) -> Bool {
    let types = capturedTypes(metadata)
    return !types.isEmpty && bindingCount(metadata) == 0
      && types.reduce(Ownership.none) { $0.with(ownership($1, letters: .mixed)) } == .owner
  }

  /// `var Int` for a variable's box, "closure" for a function as the compiler's inner stages write it.
  static func captureName(_ type: MangledType) -> String? {
    guard let name = type.name() else { return nil }
    if let start = name.firstRange(of: "{ var "), let end = name.lastIndex(of: "}") {
      return "var " + name[start.upperBound..<end].dropLast()
    }
    return name.hasPrefix("@") ? "closure" : name
  }
}
