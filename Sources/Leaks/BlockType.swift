// What a block is, by its first words. The first word of a Swift object is the address of its metadata, that of a C++ object
// the address of a table of functions. What is not certain has no type.

/// A type in one word: the address that tells it, and its kind in the lowest three bits.
package struct BlockType: Equatable {
  enum Kind: UInt {
    case none = 0
    /// By its metadata.
    case swiftClass
    /// The context of a closure, or the box of a captured variable: by its metadata.
    case closure
    /// A box that generic code made: by its metadata.
    case box
    /// An error of Swift: by the metadata of the error's type.
    case swiftError
    case task
    /// By its table of functions.
    case cxx
    /// What counts the owners of an object of C++: by its table of functions.
    case ownerCount
  }

  package let word: UInt

  package init(word: UInt) { self.word = word }

  init(_ kind: Kind, _ address: UInt) { word = address | kind.rawValue }

  package static let none = BlockType(word: 0)
  /// Of a group: its blocks have more than one type, or some have none.
  package static let mixed = BlockType(word: UInt.max)

  var kind: Kind { self == .mixed ? .none : Kind(rawValue: word & 7) ?? .none }
  var address: UInt { word & ~7 }

  /// Whether references to such blocks are counted by Swift.
  var isSwift: Bool {
    switch kind {
    case .swiftClass, .closure, .box, .swiftError, .task: true
    case .none, .cxx, .ownerCount: false
    }
  }
}
