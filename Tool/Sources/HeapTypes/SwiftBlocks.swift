// Blocks of Swift's classes: which of them have more behind the object, and what people call them.

extension SwiftTypes {
  /// What lies behind the object.
  func rest(_ found: SwiftClass) -> BlockShape.Rest {
    guard found.nominal.module == "Swift" else {
      return self.class(found, inherits: "ManagedBuffer") ? .tail : .object
    }
    switch found.nominal.levels.last?.name {
    case "_ContiguousArrayStorage":
      guard let element = arguments(of: found.address, found.nominal).first,
        let stride = stride(of: element), let mask = alignmentMask(of: element)
      else { return .tail }
      return .array(stride: stride, header: (32 + mask) & ~mask)
    case "_DictionaryStorage", "_SetStorage": return .table
    case "__StringStorage": return .string
    default: return .tail
    }
  }

  /// The name of a block whose first word is a class' metadata.
  func blockName(_ found: SwiftClass) -> TypeName {
    let nominal = found.nominal
    let plain = name(found.address, nominal)
    if nominal.module == "Swift", nominal.levels.count == 1 {
      let arguments = arguments(of: found.address, nominal).map { name($0) ?? Self.unknown }
      switch (nominal.levels[0].name, arguments.count) {
      case ("_ContiguousArrayStorage", 1):
        return TypeName("[\(arguments[0])] storage", .swift, .array, module: "Swift")
      case ("_DictionaryStorage", 2):
        return TypeName(
          "[\(arguments[0]): \(arguments[1])] storage", .swift, .dictionary, module: "Swift")
      case ("_SetStorage", 1):
        return TypeName("Set<\(arguments[0])> storage", .swift, .set, module: "Swift")
      case ("__StringStorage", 0), ("__SharedStringStorage", 0):
        return TypeName(
          "String storage", .swift, .string, module: "Swift",
          key: "swift:" + nominal.levels[0].name)
      default: break
      }
    }
    return TypeName(plain, .swift, nominal.isActor ? .actor : .class, module: nominal.module)
  }

  /// The module of a type; empty for tuples, functions and the like.
  func module(_ metadata: UInt64) -> String {
    guard let kind = pages.word(metadata) else { return "" }
    switch kind {
    case 0: return self.class(metadata)?.nominal.module ?? ""
    case 0x200, 0x201, 0x202, 0x203, 0x204:
      return pages.word(metadata &+ 8).flatMap(contexts.nominal)?.module ?? ""
    default: return ""
    }
  }
}
