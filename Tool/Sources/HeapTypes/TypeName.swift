// What is said of a block's type.

/// A type that was found; it counts from one in the order of finding, so it means something only to the finder that made it.
package struct TypeID: Hashable, Sendable {
  package let index: UInt32

  package init(index: UInt32) { self.index = index }

  /// Nothing certain is known.
  package static let untyped = TypeID(index: 0)
}

/// A type's name, and what kind of type it is.
package struct TypeName: Equatable, Sendable {
  package enum Language: String, Sendable {
    case swift
    case cxx = "c++"
    case python
    case unknown = ""
  }

  package enum Kind: String, Sendable {
    case untyped = ""
    case `class`, array, dictionary, set, string, closure, box, task, actor, error
    case vtableObject = "vtable object"
    case pythonObject = "object"
  }

  /// For people: `MyApp.Session`, `[MyApp.Item] storage`, `closure context of MyApp.Session.start()`.
  package let text: String
  package let language: Language
  package let kind: Kind
  /// Swift's module, or the file's name; empty where there is none.
  package let module: String
  /// The same in every run of the program. Two types may have one key: what is summed is summed by it.
  package let key: String

  package init(
    _ text: String, _ language: Language, _ kind: Kind, module: String, key: String? = nil
  ) {
    self.text = text
    self.language = language
    self.kind = kind
    self.module = module
    self.key = key ?? "\(language.rawValue):\(text)"
  }

  package static let untyped = TypeName("untyped", .unknown, .untyped, module: "", key: "untyped")
}

/// A part of a block that has a name.
package struct Field: Equatable, Sendable {
  package enum Ownership: String, Sendable {
    case strong, weak, unowned, unmanaged
  }

  package let name: String
  /// Bytes from the block's beginning.
  package let offset: Int
  /// For people; nil where it is not known.
  package let type: String?
  /// As the compiler wrote it, symbolic references and all; empty where it is not known.
  package let mangledType: [UInt8]
  /// Only a strong one keeps what it refers to.
  package let ownership: Ownership
  /// Whether it is sure to keep all that it refers to: not of a value of which some part may refer without owning.
  package let isCertain: Bool

  package init(
    name: String, offset: Int, type: String?, mangledType: [UInt8] = [],
    ownership: Ownership = .strong, isCertain: Bool = true
  ) {
    self.isCertain = isCertain
    self.name = name
    self.offset = offset
    self.type = type
    self.mangledType = mangledType
    self.ownership = ownership
  }

  /// The same, of which it is not sure whether it keeps what it refers to.
  var uncertain: Field {
    Field(
      name: name, offset: offset, type: type, mangledType: mangledType, ownership: ownership,
      isCertain: false)
  }
}
