// Whether a word of one of Swift's blocks owns what it refers to. What a field is, its type tells; and where that has parts (a struct, an
// enum, a tuple, what a generic type stands for), one part that refers without owning makes all of it uncertain: then nothing is
// claimed. So it is of numbers, which refer to nothing. Types are read letter by letter:
//
//   01 …  02 …   a struct or an enum: its parts are looked at      SP Sp SV Sv SR Sr Bp, Unmanaged …   unsafe pointers
//   Xw Xo Xu     weak, unowned, unowned(unsafe)                    yp, _p   any value that does what a protocol says
//   x  q  Q      what a generic parameter stands for               yXl  any object      03 … 1f  other things

/// What the parts of a value are, the greatest of them.
enum Ownership: Int {
  /// Numbers.
  case none
  /// References that own, and numbers.
  case owner
  /// Some refer without owning, or are not known.
  case mixed

  func with(_ other: Ownership) -> Ownership { rawValue < other.rawValue ? other : self }
}

extension SwiftFields {
  private static let deepest = 8
  private static let mostParts = 200

  /// Whether the word at an offset of an object owns what it refers to.
  @inline(never)
  func isOwner(in metadata: UInt, at offset: UInt) -> Bool {
    if let field = field(of: metadata, at: offset) {
      guard let type = field.type, let found = SwiftClass(alone: field.owner, memory) else {
        return false
      }
      return ownership(type, letters: arguments(of: found.address, found.context)) == .owner
    }
    // An element of the standard library's storage, whose types are the class' arguments.
    guard let found = SwiftClass(alone: metadata, memory), offset >= UInt(found.instanceSize) else {
      return false
    }
    return arguments(of: metadata, found.context) == .owner
  }

  /// Of a value of the type whose mangled name stands at `name`.
  /// - Parameter letters: of what generic parameters stand for.
  func ownership(_ name: UInt, letters: Ownership) -> Ownership {
    var left = Self.mostParts
    return ownership(name, letters, 0, &left)
  }

  @inline(never)
  private func ownership(
    _ name: UInt, _ letters: Ownership, _ depth: Int, _ left: inout Int
  ) -> Ownership {
    left -= 1
    guard left > 0, depth < Self.deepest, let type = MangledType(name, memory) else {
      return .mixed
    }
    if type.isReferenceWithoutOwner { return .mixed }
    if type.isWhole { return .owner }
    var place = name
    var isBound = false
    var found = Ownership.none
    while let byte = memory.byte(place), byte != 0 {
      let next = memory.byte(place &+ 1) ?? 0
      place &+= 1
      switch byte {
      case 1, 2:
        guard let target = memory.target(place),
          let descriptor = byte == 1 ? target : memory.word(target),
          let context = SwiftContext(descriptor, memory)
        else { return .mixed }
        isBound =
          context.kind == .protocol && (context.isClassBound || context.isStandard("Error"))
        if context.kind != .protocol { found = found.with(ownership(of: context, depth, &left)) }
        place &+= 4
      case 3..<0x20: return .mixed
      case UInt8(ascii: "1")...UInt8(ascii: "9"):
        var length = UInt(byte & 15)
        while let digit = memory.byte(place), digit & 0xf0 == 0x30, length < 1000 {
          length = length &* 10 &+ UInt(digit & 15)
          place &+= 1
        }
        if memory.hasPrefix(place, "Uns") || memory.hasPrefix(place, "Unm")
          || memory.hasPrefix(place, "Opa") || memory.hasPrefix(place, "Auto")
        {
          return .mixed
        }
        while length > 0, let letter = memory.byte(place), letter != 0 {
          length &-= 1
          place &+= 1
        }
      case UInt8(ascii: "S"):
        if next | 0x20 == UInt8(ascii: "p") || next | 0x20 == UInt8(ascii: "v")
          || next | 0x20 == UInt8(ascii: "r")
        {
          return .mixed
        }
        if next == UInt8(ascii: "S") { found = found.with(.owner) }
        place &+= 1
      case UInt8(ascii: "B"):
        if next == UInt8(ascii: "p") { return .mixed }
        if next | 0x20 == UInt8(ascii: "o") || next == UInt8(ascii: "b") {
          found = found.with(.owner)
        }
        place &+= 1
        while let digit = memory.byte(place), digit & 0xf0 == 0x30 { place &+= 1 }
      case UInt8(ascii: "x"), UInt8(ascii: "q"): found = found.with(letters)
      case UInt8(ascii: "Q"): return .mixed
      case UInt8(ascii: "X"): if next == UInt8(ascii: "l") { found = found.with(.owner) }
      case UInt8(ascii: "p"):
        // An error is in a box of its own.
        if !isBound, !memory.hasPrefix(place &- 10, "s5ErrorP_p") { return .mixed }
        found = found.with(.owner)
      default: break
      }
    }
    return found
  }

  /// Of all values of a type, whatever its parameters stand for.
  @inline(never)
  private func ownership(
    of context: SwiftContext, _ depth: Int, _ left: inout Int
  ) -> Ownership {
    if context.kind == .class { return .owner }
    var found = Ownership.none
    var count = left
    let isWritten = forEachRecord(context) { _, _, part in
      count -= 1
      if found == .mixed { return }
      if let part {
        found = found.with(ownership(part, .none, depth + 1, &count))
      } else if context.kind == .struct {
        found = .mixed
      }
    }
    left = count
    return isWritten && (context.kind == .struct || context.kind == .enum) ? found : .mixed
  }

  // MARK: By metadata

  /// Whether a value of a type owns what it refers to.
  func isOwner(metadata: UInt) -> Bool {
    var left = Self.mostParts
    return ownership(metadata: metadata, 0, &left) == .owner
  }

  @inline(never)
  private func ownership(metadata: UInt, _ depth: Int, _ left: inout Int) -> Ownership {
    left -= 1
    guard left > 0, depth < Self.deepest, let kind = memory.word(metadata) else { return .mixed }
    switch kind {
    case 0, 0x203, 0x302: return .owner
    case 0x200, 0x201, 0x202:
      guard let descriptor = memory.word(metadata &+ 8),
        let context = SwiftContext(descriptor, memory)
      else { return .mixed }
      if context.isStandard("Array") || context.isStandard("Dictionary")
        || context.isStandard("Set")
      {
        return .owner
      }
      return ownership(of: context, depth, &left).with(
        arguments(of: metadata, context, depth, &left))
    case 0x301:
      guard let count = memory.word(metadata &+ 8), count < 32 else { return .mixed }
      var found = Ownership.none
      for index in 0..<count {
        guard let part = memory.word(metadata &+ 24 &+ index &* 16) else { return .mixed }
        found = found.with(ownership(metadata: part, depth + 1, &left))
      }
      return found
    case 0x303:
      // Of classes, or an error.
      let flags = memory.half(metadata &+ 8) ?? UInt32.max
      return flags & 0x8000_0000 == 0 || flags >> 24 & 0x3f == 1 ? .owner : .mixed
    default: return .mixed
    }
  }

  private func arguments(of metadata: UInt, _ context: SwiftContext) -> Ownership {
    var left = Self.mostParts
    return arguments(of: metadata, context, 0, &left)
  }

  @inline(never)
  private func arguments(
    of metadata: UInt, _ context: SwiftContext, _ depth: Int, _ left: inout Int
  ) -> Ownership {
    if context.parameterCount == 0 { return .none }
    guard !context.hasPacks, var place = context.arguments(of: metadata) else { return .mixed }
    var found = Ownership.none
    for index in 0..<context.parameterCount {
      let parameter = context.parameter(index)
      if !parameter.hasArgument { continue }
      if parameter.isType {
        guard let argument = memory.word(place) else { return .mixed }
        found = found.with(ownership(metadata: argument, depth + 1, &left))
      }
      place &+= 8
    }
    return found
  }
}
