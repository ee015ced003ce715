// What closures captured. The compiler writes down the types for reflection, one after another as they lie in the context:
//
//   metadata     8 where captures begin    16 descriptor
//   descriptor   0 count   4 sources   8 bindings, one word each before the captures   12 types

struct SwiftCaptures {
  private static let mostCaptures: UInt32 = 256
  private static let mostBindings: UInt32 = 64

  let fields: SwiftFields

  /// Whether the word at an offset of a closure's context owns what it refers to. Where something was captured without being
  /// owned, and where is not certain, no word behind that counts as an owner.
  func isOwner(in metadata: UInt, at offset: UInt) -> Bool {
    let memory = fields.memory
    guard let start = memory.half(metadata &+ 8), let descriptor = memory.word(metadata &+ 16),
      memory.isModule(descriptor), let count = memory.half(descriptor), count <= Self.mostCaptures,
      let bindings = memory.half(descriptor &+ 8), bindings <= Self.mostBindings
    else { return false }
    var place: UInt? = UInt(start) &+ UInt(bindings) &* 8
    for index in 0..<UInt(count) {
      guard let name = memory.target(descriptor &+ 12 &+ index &* 4),
        let type = MangledType(name, memory)
      else { return false }
      let end = place.flatMap { place in type.size.map { place &+ $0 } }
      let ownership = fields.ownership(name, letters: bindings == 0 ? .none : .mixed)
      if ownership != .owner {
        if let place, let end {
          if offset >= place, offset < end { return false }
        } else if ownership == .mixed {
          return false
        }
      }
      // What comes before a place that is known is known.
      if let end, offset < end { return true }
      place = end
    }
    return true
  }
}
