// Whether values of a type own all that they refer to. A weak or an unowned reference, or an unsafe pointer, may stand in a struct, in an
// enum, or in what a generic type stands for. Where in the value it lies is not known then: one such part makes all of the
// value uncertain, and a cycle by way of it is told as a possible one.
//
// A mangled type is read letter by letter. What matters of it:
//
//   01 …  02 …   a struct or an enum: its parts are looked at       SP Sp SV Sv SR Sr Bp, Unmanaged …   unsafe pointers
//   Xw Xo Xu     weak, unowned, unowned(unsafe)                     yp, _p   any value that does what a protocol says
//   x  q  Q      what a generic parameter stands for

extension SwiftTypes {
  private static let deepest = 12
  private static let storage = ["Say", "SDy", "Shy"]
  private static let unsafeLetters: Set<UInt8> = Set("pPvVrR".utf8)

  /// Of a type as the compiler wrote it down.
  /// - Parameter letters: whether all that its generic parameters stand for own what they refer to.
  func isOwner(_ type: MangledType, letters: Bool, depth: Int = 0) -> Bool {
    if type.ownership != .strong { return false }
    if type.isObject || Self.isFunction(type.tail) { return true }
    if Self.storage.contains(where: { type.bytes.starts(with: $0.utf8) }),
      ["G", "GSg"].contains(where: type.tail.hasSuffix)
    {
      return true
    }
    let protocols = type.nominals.filter { $0.kind == .protocol }
    let isBound = !protocols.isEmpty && protocols.allSatisfy(\.isClassBound)
    return type.isKnown && Self.isPlain(type.bytes, letters: letters, ofClasses: isBound)
      && type.nominals.allSatisfy { isOwner(of: $0, depth: depth + 1) }
  }

  /// A function, or the box of a variable, with or without an optional.
  private static func isFunction(_ tail: String) -> Bool {
    ["c", "cSg", "Xx", "XX"].contains(where: tail.hasSuffix) || isInnerFunction(tail)
  }

  /// Without a look at the types that it refers to by descriptors.
  /// - Parameter ofClasses: whether all protocols are such of classes alone.
  private static func isPlain(_ bytes: [UInt8], letters: Bool, ofClasses: Bool) -> Bool {
    var place = 0
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
          return false
        }
        place += length
      case UInt8(ascii: "S"):
        if unsafeLetters.contains(next()) { return false }
        place += 2
      case UInt8(ascii: "B"):
        if next() == UInt8(ascii: "p") { return false }
        place += 2
        while place < bytes.count, (0x30...0x39).contains(bytes[place]) { place += 1 }
      case UInt8(ascii: "X"):
        if "wou".utf8.contains(next()) { return false }
        place += 2
      case UInt8(ascii: "x"), UInt8(ascii: "q"):
        if !letters { return false }
        place += 1
      case UInt8(ascii: "Q"): return false
      // Any value; of an error it is in a box of its own.
      case UInt8(ascii: "p"):
        if !ofClasses, !bytes[..<place].ends("s5ErrorP_") { return false }
        place += 1
      default: place += 1
      }
    }
    return true
  }

  /// Of all values of a named type, whatever its generic parameters stand for.
  private func isOwner(of nominal: SwiftNominal, depth: Int) -> Bool {
    switch nominal.kind {
    case .class, .protocol: return true
    case .struct, .enum: break
    }
    if let known = owners[nominal.descriptor] { return known }
    // Parts of C's structs are not written down.
    guard depth < Self.deepest, nominal.module != "__C", let records = knownRecords(nominal) else {
      return false
    }
    // A type that has itself as a part, by way of an enum, is what its other parts are.
    owners[nominal.descriptor] = true
    let isEnum = nominal.kind == .enum
    let result = records.allSatisfy { record in
      record.type.map { isOwner($0, letters: true, depth: depth) } ?? (isEnum && !record.hasType)
    }
    owners[nominal.descriptor] = result
    return result
  }

  /// Of a type by its metadata.
  func isOwner(metadata: UInt64, depth: Int = 0) -> Bool {
    guard depth < Self.deepest, metadata % 8 == 0, let kind = pages.word(metadata) else {
      return false
    }
    switch kind {
    case 0, 0x203, 0x302, 0x304, 0x306: return true
    case 0x200, 0x201, 0x202:
      guard let nominal = pages.word(metadata &+ 8).flatMap(contexts.nominal), !nominal.hasPacks
      else { return false }
      let isStorage =
        nominal.module == "Swift" && nominal.levels.count == 1
        && ["Array", "Dictionary", "Set", "String"].contains(nominal.levels[0].name)
      return isStorage
        || isOwner(of: nominal, depth: depth + 1)
          && arguments(of: metadata, nominal).allSatisfy {
            $0 == 0 || isOwner(metadata: $0, depth: depth + 1)
          }
    case 0x301:
      guard let count = pages.word(metadata &+ 8), count <= 64 else { return false }
      return (0..<count).allSatisfy {
        pages.word(metadata &+ 24 &+ $0 &* 16).map { isOwner(metadata: $0, depth: depth + 1) }
          == true
      }
    case 0x303:
      // Of a class, or an error.
      let flags: UInt32 = pages.load(metadata &+ 8) ?? 1 << 31
      return flags & 1 << 31 == 0 || flags >> 24 & 0x3f == 1
    default: return false
    }
  }

  /// Whether all generic arguments of a class own what they refer to.
  func argumentsAreOwners(_ found: SwiftClass) -> Bool {
    !found.nominal.hasPacks
      && arguments(of: found.address, found.nominal).allSatisfy { $0 == 0 || isOwner(metadata: $0) }
  }

  /// Whether the words of a block that no field has a name for own what they refer to.
  func restIsOwner(_ found: SwiftClass) -> Bool {
    switch rest(found) {
    case .array, .table, .string: argumentsAreOwners(found)
    default: false
    }
  }
}

extension ArraySlice<UInt8> {
  fileprivate func ends(_ text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}
