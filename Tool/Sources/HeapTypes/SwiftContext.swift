// Swift's context descriptors: what the compiler writes down of a class, struct, enum or protocol, and of what it lies in, up to
// the module. Distances are from the place where they stand (ABI of Swift 5 and later; swift/ABI/Metadata.h).
//
//    0  flags: kind (5 bits), 0x80 generic, 16… by kind       12  access function       24, 28  size of the metadata, in words
//    4  parent                                                16  fields                32  members of its own   36  fields
//    8  name                                                  20  superclass            40  place of the field offsets
//                                                             44  generic parameters (28 in a struct or enum, which ends there)

/// A named type of Swift.
struct SwiftNominal {
  enum Kind: UInt32 {
    case `protocol` = 3
    case `class` = 16
    case `struct` = 17
    case `enum` = 18
  }

  /// One of the types that enclose it, or the type itself, which comes last.
  struct Level {
    let name: String
    let kind: Kind
    /// How many generic parameters there are up to here.
    let parameterCount: Int
  }

  let descriptor: UInt64
  let kind: Kind
  let flags: UInt32
  let module: String
  let levels: [Level]
  /// For each generic parameter its kind (0: a type), and 0x80 where the metadata has its argument.
  let parameters: [UInt8]
  /// Whether some parameter stands for any number of types.
  let hasPacks: Bool

  var isActor: Bool { kind == .class && flags & 1 << 23 != 0 }
  /// Of a protocol: whether any value of it is one reference. Only classes can do what it says, or it is an error, which has a box.
  var isOneReference: Bool {
    kind == .protocol
      && (flags & 1 << 16 == 0 || module == "Swift" && levels.last?.name == "Error")
  }
  var hasResilientSuperclass: Bool { kind == .class && flags & 1 << 29 != 0 }
  var membersAreBefore: Bool { kind == .class && flags & 1 << 28 != 0 }

  /// `Module.Outer<Int>.Inner<String>`; types of the standard library go without it.
  /// - Parameter arguments: of the parameters, in their order; empty: none are said.
  func name(_ arguments: [String] = []) -> String {
    var text = module == "Swift" || module == "__C" ? "" : module
    var used = 0
    for level in levels {
      text += (text.isEmpty ? "" : ".") + level.name
      let end = min(level.parameterCount, arguments.count)
      if used < end { text += "<" + arguments[used..<end].joined(separator: ", ") + ">" }
      used = max(used, end)
    }
    return text
  }
}

/// Reads context descriptors.
final class SwiftContexts {
  private static let (moduleKind, extensionKind, anonymousKind): (UInt32, UInt32, UInt32) = (
    0, 1, 2
  )
  private static let mostLevels = 32
  private static let mostParameters = 64

  private let pages: PageCache
  private let map: ModuleMap
  private var known: [UInt64: SwiftNominal?] = [:]

  init(_ pages: PageCache, _ map: ModuleMap) {
    self.pages = pages
    self.map = map
  }

  /// Nil for what is no descriptor of a type.
  func nominal(_ descriptor: UInt64) -> SwiftNominal? {
    if let found = known[descriptor] { return found }
    let found = read(descriptor, depth: 0)
    known[descriptor] = .some(found)
    return found
  }

  private func read(_ descriptor: UInt64, depth: Int) -> SwiftNominal? {
    guard depth < Self.mostLevels, descriptor % 4 == 0, map.isModule(descriptor),
      let flags: UInt32 = pages.load(descriptor), flags >> 8 & 0xff == 0,
      let kind = SwiftNominal.Kind(rawValue: flags & 0x1f),
      let name = pages.relative(descriptor &+ 8).flatMap({ pages.name($0) }),
      let parent = pages.relativeIndirectable(descriptor &+ 4),
      let outer = outer(parent, depth: depth + 1),
      let parameters = flags & 0x80 == 0 ? ([], false) : parameters(descriptor, kind)
    else { return nil }
    let level = SwiftNominal.Level(name: name, kind: kind, parameterCount: parameters.0.count)
    return SwiftNominal(
      descriptor: descriptor, kind: kind, flags: flags, module: outer.module,
      levels: outer.levels + [level], parameters: parameters.0, hasPacks: parameters.1)
  }

  /// The module and the types around a type.
  private func outer(
    _ context: UInt64, depth: Int
  ) -> (module: String, levels: [SwiftNominal.Level])? {
    guard depth < Self.mostLevels, context % 4 == 0, map.isModule(context),
      let flags: UInt32 = pages.load(context)
    else { return nil }
    switch flags & 0x1f {
    case Self.moduleKind:
      return pages.relative(context &+ 8).flatMap { pages.name($0) }.map { ($0, []) }
    case Self.extensionKind:
      if let extended = pages.relative(context &+ 8), let nominal = extendedType(extended, depth) {
        return (nominal.module, nominal.levels)
      }
      // A type of the standard library, by a letter or two: the module is that of the extension.
      return pages.relativeIndirectable(context &+ 4).flatMap { self.outer($0, depth: depth + 1) }
    case Self.anonymousKind:
      return pages.relativeIndirectable(context &+ 4).flatMap { self.outer($0, depth: depth + 1) }
    default:
      return read(context, depth: depth).map { ($0.module, $0.levels) }
    }
  }

  /// A mangled name that begins with a symbolic reference.
  private func extendedType(_ name: UInt64, _ depth: Int) -> SwiftNominal? {
    guard let mark: UInt8 = pages.load(name), mark == 1 || mark == 2,
      let target = pages.relative(name &+ 1),
      let descriptor = mark == 1 ? target : pages.word(target)
    else { return nil }
    return read(descriptor, depth: depth + 1)
  }

  private func parameters(
    _ descriptor: UInt64, _ kind: SwiftNominal.Kind
  ) -> ([UInt8], Bool)? {
    // A protocol says nothing of them here. Before the counts there are two distances.
    if kind == .protocol { return ([], false) }
    let header = descriptor &+ (kind == .class ? 44 : 28) &+ 8
    guard let count: UInt16 = pages.load(header), count <= Self.mostParameters,
      let flags: UInt16 = pages.load(header &+ 6)
    else { return nil }
    var kinds: [UInt8] = []
    for place in 0..<UInt64(count) {
      guard let kind: UInt8 = pages.load(header &+ 8 &+ place) else { return nil }
      kinds.append(kind)
    }
    return (kinds, flags & 1 != 0)
  }
}
