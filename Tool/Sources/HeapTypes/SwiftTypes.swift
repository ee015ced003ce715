// Names of Swift's types by their metadata, which lies in the program, in the runtime's own memory or in the heap:
//
//   0x000 class  0x200 struct  0x201 enum  0x202 optional      descriptor, then the generic arguments
//   0x301 tuple  0x302 function  0x303 existential             what they are made of
//
// A type can contain itself through its arguments only when memory is damaged: depth and steps are bounded.

/// Reads metadata of types.
final class SwiftTypes {
  private static let deepest = 16
  private static let longestName = 2048
  /// Metadata that is looked at for one name.
  private static let mostSteps = 2000
  static let unknown = "_"

  let pages: PageCache
  let map: ModuleMap
  let contexts: SwiftContexts
  private var names: [UInt64: String] = [:]
  private var steps = 0
  private var classes: [UInt64: SwiftClass] = [:]
  /// By descriptors of structs and enums: SwiftOwners.
  var owners: [UInt64: Ownership] = [:]

  init(_ pages: PageCache, _ map: ModuleMap) {
    self.pages = pages
    self.map = map
    contexts = SwiftContexts(pages, map)
  }

  /// The metadata of a class, whose superclasses are all right, too.
  func `class`(_ address: UInt64) -> SwiftClass? {
    guard let first = read(address) else { return nil }
    var (next, size) = (first.superclass, first.instanceSize)
    for _ in 0..<SwiftClass.mostSuperclasses {
      if next == 0 { return first }
      guard let above = read(next), above.instanceSize <= size else { return nil }
      (next, size) = (above.superclass, above.instanceSize)
    }
    return nil
  }

  private func read(_ address: UInt64) -> SwiftClass? {
    if let found = classes[address] { return found }
    // What is none is not remembered: memory of the heap may be one later.
    guard let found = SwiftClass(address, pages, map, contexts) else { return nil }
    classes[address] = found
    return found
  }

  /// Whether a class of the standard library is among the superclasses.
  func `class`(_ first: SwiftClass, inherits name: String) -> Bool {
    var next: SwiftClass? = first
    for _ in 0..<SwiftClass.mostSuperclasses {
      guard let found = next else { return false }
      if found.nominal.module == "Swift", found.nominal.levels.last?.name == name { return true }
      next = found.superclass == 0 ? nil : read(found.superclass)
    }
    return false
  }

  // MARK: Generic arguments

  /// Metadata of the generic arguments, one for each parameter; 0 where it is not a type or not there.
  func arguments(of metadata: UInt64, _ nominal: SwiftNominal) -> [UInt64] {
    guard !nominal.hasPacks, var place = firstArgument(of: metadata, nominal) else {
      return nominal.parameters.map { _ in 0 }
    }
    return nominal.parameters.map { parameter in
      guard parameter & 0x80 != 0 else { return 0 }
      defer { place &+= 8 }
      return parameter & 0x3f == 0 ? pages.word(place) ?? 0 : 0
    }
  }

  private func firstArgument(of metadata: UInt64, _ nominal: SwiftNominal) -> UInt64? {
    nominal.kind == .class ? members(of: metadata, nominal) : metadata &+ 16
  }

  /// Where a class' own part of its metadata begins.
  func members(of metadata: UInt64, _ nominal: SwiftNominal) -> UInt64? {
    let descriptor = nominal.descriptor
    if nominal.hasResilientSuperclass {
      guard let bounds = pages.relative(descriptor &+ 24), let offset = pages.word(bounds) else {
        return nil
      }
      return metadata &+ offset
    }
    guard let before: UInt32 = pages.load(descriptor &+ 24),
      let behind: UInt32 = pages.load(descriptor &+ 28),
      let count: UInt32 = pages.load(descriptor &+ 32)
    else { return nil }
    return nominal.membersAreBefore
      ? metadata &- UInt64(before) &* 8 : metadata &+ (UInt64(behind) &- UInt64(count)) &* 8
  }

  // MARK: Names

  /// Nil for what is no metadata of a type, or of a kind that is not known here.
  func name(_ metadata: UInt64, depth: Int = 0) -> String? {
    if let found = names[metadata] { return found }
    steps = depth == 0 ? 0 : steps + 1
    guard steps < Self.mostSteps, depth < Self.deepest, metadata != 0, metadata % 8 == 0,
      let kind = pages.word(metadata)
    else { return nil }
    var found: String?
    switch kind {
    case 0:
      found = self.class(metadata).map { name(metadata, $0.nominal, depth) }
    case 0x200, 0x201, 0x202:
      found = pages.word(metadata &+ 8).flatMap(contexts.nominal).flatMap { nominal in
        nominal.kind == .struct || nominal.kind == .enum ? name(metadata, nominal, depth) : nil
      }
    case 0x203, 0x204:
      found = pages.word(metadata &+ 8).flatMap(contexts.nominal)?.name()
    case 0x300: found = "Builtin"
    case 0x301: found = tuple(metadata, depth)
    case 0x302: found = function(metadata, depth)
    case 0x303: found = existential(metadata, depth)
    case 0x304, 0x306:
      found = pages.word(metadata &+ 8).flatMap { name($0, depth: depth + 1) }.map(of)
    default: break
    }
    if let text = found, text.utf8.count > Self.longestName { found = nil }
    // What was cut off by the depth has another name when it is asked for itself.
    if depth == 0 { names[metadata] = found }
    return found
  }

  private func of(_ type: String) -> String { SwiftTypeText.wrapped(type) + ".Type" }

  /// The name of a class, struct or enum with its arguments, the common ones as they are written in programs.
  func name(_ metadata: UInt64, _ nominal: SwiftNominal, _ depth: Int = 0) -> String {
    let arguments = arguments(of: metadata, nominal).map {
      name($0, depth: depth + 1) ?? Self.unknown
    }
    if nominal.module == "Swift", nominal.levels.count == 1 {
      switch (nominal.levels[0].name, arguments.count) {
      case ("Array", 1): return "[\(arguments[0])]"
      case ("Optional", 1): return SwiftTypeText.wrapped(arguments[0]) + "?"
      case ("Dictionary", 2): return "[\(arguments[0]): \(arguments[1])]"
      default: break
      }
    }
    return nominal.name(arguments)
  }

  private func tuple(_ metadata: UInt64, _ depth: Int) -> String? {
    guard let count = pages.word(metadata &+ 8), count <= 64 else { return nil }
    let parts = (0..<count).map {
      pages.word(metadata &+ 24 &+ $0 &* 16).flatMap { name($0, depth: depth + 1) } ?? Self.unknown
    }
    return "(" + parts.joined(separator: ", ") + ")"
  }

  private func function(_ metadata: UInt64, _ depth: Int) -> String? {
    guard let flags = pages.word(metadata &+ 8), flags & 0xffff <= 64 else { return nil }
    let parts = (0...(flags & 0xffff)).map {
      pages.word(metadata &+ 16 &+ $0 &* 8).flatMap { name($0, depth: depth + 1) } ?? Self.unknown
    }
    let effects =
      (flags & 0x2000_0000 != 0 ? "async " : "") + (flags & 0x100_0000 != 0 ? "throws " : "")
    return "(" + parts.dropFirst().joined(separator: ", ") + ") \(effects)-> \(parts[0])"
  }

  private func existential(_ metadata: UInt64, _ depth: Int) -> String? {
    guard let flags: UInt32 = pages.load(metadata &+ 8),
      let count: UInt32 = pages.load(metadata &+ 12), count <= 32
    else { return nil }
    let hasSuperclass = flags & 0x4000_0000 != 0
    var parts: [String] = []
    var place = metadata &+ 16
    if hasSuperclass {
      parts.append(pages.word(place).flatMap { name($0, depth: depth + 1) } ?? Self.unknown)
      place &+= 8
    }
    for index in 0..<UInt64(count) {
      let descriptor = pages.word(place &+ index &* 8) ?? 0
      parts.append(contexts.nominal(descriptor)?.name() ?? Self.unknown)
    }
    if parts.isEmpty { return flags & 0x8000_0000 != 0 ? "Any" : "AnyObject" }
    return "any " + parts.joined(separator: " & ")
  }

  // MARK: Sizes

  /// Bytes from one element of an array to the next; nil where it is not to be had.
  func stride(of metadata: UInt64) -> Int? {
    guard let witnesses = pages.word(metadata &- 8), pages.word(witnesses) != nil,
      let stride = pages.word(witnesses &+ 72), stride >= 1, stride < 1 << 28
    else { return nil }
    return Int(stride)
  }

  /// The alignment of a value, less one.
  func alignmentMask(of metadata: UInt64) -> Int? {
    pages.word(metadata &- 8).flatMap { pages.load($0 &+ 80, as: UInt32.self) }.map {
      Int($0 & 0xff)
    }
  }
}
