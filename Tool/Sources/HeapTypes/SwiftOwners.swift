// Whether values of a type own all that they refer to. A weak or an unowned reference, or an unsafe pointer, may stand in a struct, in an
// enum, or in what a generic type stands for. Where in the value it lies is not known then: one such part makes all of the
// value uncertain, and a cycle by way of it is told as a possible one. So it is of numbers, which refer to nothing.
//
// A mangled type is read letter by letter. What matters of it:
//
//   01 …  02 …   a struct or an enum: its parts are looked at       SP Sp SV Sv SR Sr Bp, Unmanaged …   unsafe pointers
//   Xw Xo Xu     weak, unowned, unowned(unsafe)                     yp, _p   any value that does what a protocol says
//   x  q  Q      what a generic parameter stands for                SS Bo BO Bb yXl   references

extension SwiftTypes {
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

  private static let deepest = 12
  private static let storage = ["Say", "SDy", "Shy"]
  private static let unsafeLetters: Set<UInt8> = Set("pPvVrR".utf8)

  /// Of a type as the compiler wrote it down.
  /// - Parameter letters: of what its generic parameters stand for.
  func ownership(_ type: MangledType, letters: Ownership, depth: Int = 0) -> Ownership {
    if type.ownership != .strong { return .mixed }
    if type.isObject || Self.isFunction(type.tail) { return .owner }
    if Self.storage.contains(where: { type.bytes.starts(with: $0.utf8) }),
      ["G", "GSg"].contains(where: type.tail.hasSuffix)
    {
      return .owner
    }
    if !type.isKnown { return .mixed }
    let protocols = type.nominals.filter { $0.kind == .protocol }
    let areReferences = !protocols.isEmpty && protocols.allSatisfy(\.isOneReference)
    return type.nominals.reduce(Self.plain(type.bytes, letters, ofReferences: areReferences)) {
      $0.with(ownership(of: $1, depth: depth + 1))
    }
  }

  /// A function, or the box of a variable, with or without an optional.
  private static func isFunction(_ tail: String) -> Bool {
    ["c", "cSg", "Xx", "XX"].contains(where: tail.hasSuffix) || isInnerFunction(tail)
  }

  /// Without a look at the types that it refers to by descriptors.
  /// - Parameter ofReferences: whether any value of its protocols is one reference.
  private static func plain(_ bytes: [UInt8], _ letters: Ownership, ofReferences: Bool) -> Ownership
  {
    var place = 0
    var found = Ownership.none
    func next() -> UInt8 { place + 1 < bytes.count ? bytes[place + 1] : 0 }
    while place < bytes.count {
      switch bytes[place] {
      case 0x18...0x1f: place += 9
      case 0..<0x20: place += 5
      case UInt8(ascii: "1")...UInt8(ascii: "9"):
        var length = 0
        while place < bytes.count, (0x30...0x39).contains(bytes[place]), length <= bytes.count {
          length = length * 10 + Int(bytes[place] - 0x30)
          place += 1
        }
        let name = String(decoding: bytes[place...].prefix(length), as: UTF8.self)
        if name.contains("Unsafe") || name == "Unmanaged" || name == "OpaquePointer" {
          return .mixed
        }
        place += length
      case UInt8(ascii: "S"):
        if unsafeLetters.contains(next()) { return .mixed }
        if next() == UInt8(ascii: "S") { found = found.with(.owner) }
        place += 2
      case UInt8(ascii: "B"):
        if next() == UInt8(ascii: "p") { return .mixed }
        if "oOb".utf8.contains(next()) { found = found.with(.owner) }
        place += 2
        while place < bytes.count, (0x30...0x39).contains(bytes[place]) { place += 1 }
      case UInt8(ascii: "X"):
        if "wou".utf8.contains(next()) { return .mixed }
        if next() == UInt8(ascii: "l") { found = found.with(.owner) }
        place += 2
      case UInt8(ascii: "x"), UInt8(ascii: "q"):
        found = found.with(letters)
        place += 1
      case UInt8(ascii: "Q"): return .mixed
      // Any value; of an error it is in a box of its own.
      case UInt8(ascii: "p"):
        if !ofReferences, !bytes[..<place].ends("s5ErrorP_") { return .mixed }
        found = found.with(.owner)
        place += 1
      default: place += 1
      }
    }
    return found
  }

  /// Of all values of a named type, whatever its generic parameters stand for.
  private func ownership(of nominal: SwiftNominal, depth: Int) -> Ownership {
    switch nominal.kind {
    case .class: return .owner
    // What can be one is told by the letters.
    case .protocol: return .none
    case .struct, .enum: break
    }
    if let known = owners[nominal.descriptor] { return known }
    // Parts of C's structs are not written down.
    guard depth < Self.deepest, nominal.module != "__C", let records = knownRecords(nominal) else {
      return .mixed
    }
    // A type that has itself as a part, by way of an enum, is what its other parts are, and a reference.
    owners[nominal.descriptor] = .owner
    let found = records.reduce(Ownership.none) { found, record in
      if let type = record.type { return found.with(ownership(type, letters: .none, depth: depth)) }
      return nominal.kind == .enum && !record.hasType ? found : .mixed
    }
    owners[nominal.descriptor] = found
    return found
  }

  /// Of a type by its metadata.
  func ownership(metadata: UInt64, depth: Int = 0) -> Ownership {
    guard depth < Self.deepest, metadata % 8 == 0, let kind = pages.word(metadata) else {
      return .mixed
    }
    switch kind {
    case 0, 0x203, 0x302: return .owner
    case 0x200, 0x201, 0x202:
      guard let nominal = pages.word(metadata &+ 8).flatMap(contexts.nominal) else { return .mixed }
      let isStorage =
        nominal.module == "Swift" && nominal.levels.count == 1
        && ["Array", "Dictionary", "Set"].contains(nominal.levels[0].name)
      return isStorage
        ? .owner
        : ownership(of: nominal, depth: depth + 1).with(
          argumentOwnership(metadata, nominal, depth: depth + 1))
    case 0x301:
      guard let count = pages.word(metadata &+ 8), count <= 64 else { return .mixed }
      return (0..<count).reduce(.none) { found, index in
        guard let part = pages.word(metadata &+ 24 &+ index &* 16) else { return .mixed }
        return found.with(ownership(metadata: part, depth: depth + 1))
      }
    case 0x303:
      // Of a class, or an error.
      let flags: UInt32 = pages.load(metadata &+ 8) ?? 1 << 31
      return flags & 1 << 31 == 0 || flags >> 24 & 0x3f == 1 ? .owner : .mixed
    default: return .mixed
    }
  }

  private func argumentOwnership(
    _ metadata: UInt64, _ nominal: SwiftNominal, depth: Int
  ) -> Ownership {
    if nominal.hasPacks { return .mixed }
    return arguments(of: metadata, nominal).reduce(.none) {
      $1 == 0 ? $0 : $0.with(ownership(metadata: $1, depth: depth))
    }
  }

  /// Of what the generic parameters of a class stand for.
  func argumentOwnership(_ found: SwiftClass) -> Ownership {
    argumentOwnership(found.address, found.nominal, depth: 0)
  }

  /// Whether the words of a block that no field has a name for own what they refer to.
  func restIsOwner(_ found: SwiftClass) -> Bool {
    switch rest(found) {
    case .array, .table: argumentOwnership(found) == .owner
    default: false
    }
  }
}

extension ArraySlice<UInt8> {
  fileprivate func ends(_ text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
