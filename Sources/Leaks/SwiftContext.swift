// Swift's context descriptors: what the compiler writes down of a type, and of what it lies in, up to the module. Distances are
// from the place where they stand (ABI of Swift 5 and later; swift/ABI/Metadata.h).
//
//    0  flags: kind (5 bits), 0x80 generic, 16… by kind       16  fields                40  place of the field offsets
//    4  parent                                                24, 28, 32  size of a     44  generic parameters (28 in a
//    8  name                                                  class' metadata               struct or enum)

/// A context descriptor that was checked.
struct SwiftContext {
  enum Kind: UInt32 {
    case module = 0
    case `extension` = 1
    case anonymous = 2
    case `protocol` = 3
    case `class` = 16
    case `struct` = 17
    case `enum` = 18
  }

  static let mostLevels = 24
  static let mostParameters: UInt32 = 32

  let address: UInt
  let kind: Kind
  let flags: UInt32
  private let memory: TypeMemory

  /// Nil where there is none.
  @inline(never)
  init?(_ address: UInt, _ memory: TypeMemory) {
    guard address & 3 == 0, memory.isModule(address), let flags = memory.half(address),
      let kind = Kind(rawValue: flags & 0x1f)
    else { return nil }
    self.address = address
    self.kind = kind
    self.flags = flags
    self.memory = memory
  }

  var isType: Bool { kind.rawValue >= Kind.class.rawValue }
  /// Of a protocol: whether only classes can do what it says.
  var isClassBound: Bool { flags & 1 << 16 == 0 }
  var hasResilientSuperclass: Bool { kind == .class && flags & 1 << 29 != 0 }
  var hasMembersBefore: Bool { kind == .class && flags & 1 << 28 != 0 }

  /// Where its name stands.
  var name: UInt? {
    kind == .extension || kind == .anonymous ? nil : memory.target(address &+ 8)
  }

  /// What it lies in. That of an extension is the extended type, where its name is a reference, else the module.
  var parent: SwiftContext? { findParent() }

  @inline(never)
  private func findParent() -> SwiftContext? {
    if kind == .module { return nil }
    if kind == .extension, let name = memory.target(address &+ 8), let mark = memory.byte(name),
      mark == 1 || mark == 2, let target = memory.target(name &+ 1),
      let descriptor = mark == 1 ? target : memory.word(target)
    {
      return SwiftContext(descriptor, memory)
    }
    return memory.indirectTarget(address &+ 4).flatMap { SwiftContext($0, memory) }
  }

  /// Whether it is a type with a name, in a module with a name.
  var isWhole: Bool { checkWhole() }

  @inline(never)
  private func checkWhole() -> Bool {
    guard isType || kind == .protocol, flags >> 8 & 0xff == 0 else { return false }
    var context = self
    for _ in 0..<Self.mostLevels {
      if context.kind != .extension, context.kind != .anonymous {
        guard let name = context.name, memory.isName(name) else { return false }
      }
      if context.kind == .module { return true }
      guard let parent = context.parent else { return false }
      context = parent
    }
    return false
  }

  /// Whether it is a type of the standard library with that name, and in no other type.
  @inline(never)
  func isStandard(_ text: StaticString) -> Bool {
    guard let name, memory.isText(name, text), let module = parent, module.kind == .module,
      let moduleName = module.name
    else { return false }
    return memory.isText(moduleName, "Swift")
  }

  // MARK: Generic parameters

  private var header: UInt { address &+ (kind == .class ? 44 : 28) &+ 8 }

  /// Whether some parameter stands for any number of types.
  var hasPacks: Bool { parameterCount > 0 && (memory.half(header &+ 4) ?? 0) >> 16 & 1 != 0 }

  /// How many generic parameters there are, those of what it lies in counted.
  var parameterCount: Int { countParameters() }

  @inline(never)
  private func countParameters() -> Int {
    guard isType, flags & 0x80 != 0, let counts = memory.half(header) else { return 0 }
    let count = counts & 0xffff
    return count <= Self.mostParameters ? Int(count) : 0
  }

  /// Whether the metadata has an argument for a parameter, and whether that is a type.
  @inline(never)
  func parameter(_ index: Int) -> (hasArgument: Bool, isType: Bool) {
    let kind = memory.byte(header &+ 8 &+ UInt(index)) ?? 0
    return (kind & 0x80 != 0, kind & 0x3f == 0)
  }

  /// Where the arguments begin in the type's metadata; of a class: its own part of that.
  @inline(never)
  func arguments(of metadata: UInt) -> UInt? {
    if kind != .class { return metadata &+ 16 }
    if hasResilientSuperclass {
      return memory.target(address &+ 24).flatMap { memory.word($0) }.map { metadata &+ $0 }
    }
    guard let before = memory.half(address &+ 24), let behind = memory.half(address &+ 28),
      let own = memory.half(address &+ 32)
    else { return nil }
    return hasMembersBefore
      ? metadata &- UInt(before) &* 8 : metadata &+ (UInt(behind) &- UInt(own)) &* 8
  }
}
