// A heap at one moment: blocks, their types, who points to whom, and what leads into it from outside. No contents: so it is
// fit to be written to a file and to be sent.

/// What a block is.
package struct BlockType: Equatable, Hashable, Sendable {
  /// For people: `App.Session`.
  package let name: String
  /// "swift", "c++", "python"; empty: not known.
  package let language: String
  /// In the words of the type finder: "class", "closure"; empty: not known.
  package let kind: String
  /// Of objects with named fields, in the order of their places.
  package let fields: [Field]
  /// Of arrays; nil: it has none, or they are not known.
  package let elements: Elements?
  /// Whether a pointer in a word that no field has keeps what it leads to.
  package let restIsCertain: Bool

  /// Where the elements of an array lie: bytes from the block's beginning, and from one element to the next.
  package struct Elements: Equatable, Hashable, Sendable {
    package let first: UInt32
    package let stride: UInt32

    /// Nil for what cannot be.
    package init?(first: Int, stride: Int) {
      guard let first = UInt32(exactly: first), let stride = UInt32(exactly: stride), stride > 0
      else { return nil }
      self.first = first
      self.stride = stride
    }
  }

  package struct Field: Equatable, Hashable, Sendable {
    package let name: String
    /// Bytes from the block's beginning.
    package let offset: UInt32
    /// Whether what it refers to lives as long as this.
    package let isOwner: Bool
    /// Whether that is sure of all of it: a value with parts may refer with some of them, and own with others.
    package let isCertain: Bool

    package init(name: String, offset: UInt32, isOwner: Bool, isCertain: Bool = true) {
      self.isCertain = isCertain
      self.name = name
      self.offset = offset
      self.isOwner = isOwner
    }
  }

  package init(
    name: String, language: String = "", kind: String = "", fields: [Field] = [],
    elements: Elements? = nil, restIsCertain: Bool = true
  ) {
    self.restIsCertain = restIsCertain
    self.elements = elements
    self.name = name
    self.language = language
    self.kind = kind
    self.fields = fields
  }

  package static let untyped = BlockType(name: "untyped", restIsCertain: false)

  /// Whether a pointer in a word is sure to keep what it leads to.
  package func isCertain(word: UInt32) -> Bool {
    if element(ofWord: word) != nil { return restIsCertain }
    return field(ofWord: word)?.field.isCertain ?? restIsCertain
  }

  /// The field that a word lies in, and by how many bytes it lies behind the beginning of that.
  package func field(ofWord word: UInt32) -> (field: Field, bytes: UInt64)? {
    let offset = UInt64(word) * 8
    guard let field = fields.last(where: { $0.offset <= offset }) else { return nil }
    return (field, offset - UInt64(field.offset))
  }

  /// The number of the element that a word lies in, and by how many bytes it lies behind the beginning of that.
  package func element(ofWord word: UInt32) -> (number: UInt64, bytes: UInt64)? {
    guard let elements, UInt64(word) * 8 >= elements.first else { return nil }
    let offset = UInt64(word) * 8 - UInt64(elements.first)
    return (offset / UInt64(elements.stride), offset % UInt64(elements.stride))
  }
}

/// A place outside of the heap that points to a block.
package struct HeapRoot: Equatable, Sendable {
  package enum Place: UInt8, Sendable {
    /// Data of a loaded file.
    case global
    /// A thread's stack.
    case stack
    case register
    case threadLocal
    /// Other memory of the program's own.
    case mapping
  }

  package let place: Place
  package let address: UInt64
  /// The block that it points to.
  package let block: UInt32
  /// Of the thread; 0 where it is none's.
  package let thread: Int32
  /// A variable or a function; empty where none is known.
  package let name: String

  package init(
    place: Place, address: UInt64, block: UInt32, thread: Int32 = 0, name: String = ""
  ) {
    self.place = place
    self.address = address
    self.block = block
    self.thread = thread
    self.name = name
  }
}

/// A heap at one moment.
package struct HeapImage: Sendable {
  package let blocks: BlockTable
  /// For each block a place in `types`.
  package let typeNumbers: [UInt32]
  /// The first is `BlockType.untyped`.
  package let types: [BlockType]
  package let edges: Edges
  package let roots: [HeapRoot]
  /// Whose heap it is.
  package let process: Process

  package struct Process: Equatable, Sendable {
    package let number: Int32
    package let name: String
    /// Seconds since 1970.
    package let time: Int64

    package init(number: Int32, name: String, time: Int64) {
      self.number = number
      self.name = name
      self.time = time
    }
  }

  package init(
    blocks: BlockTable, typeNumbers: [UInt32], types: [BlockType], edges: Edges,
    roots: [HeapRoot], process: Process
  ) {
    precondition(typeNumbers.count == blocks.count && edges.blockCount == blocks.count)
    self.blocks = blocks
    self.typeNumbers = typeNumbers
    self.types = types
    self.edges = edges
    self.roots = roots
    self.process = process
  }

  package func type(of block: Int) -> BlockType { types[Int(typeNumbers[block])] }

  /// Blocks that roots point to, each once.
  package var rootBlocks: [UInt32] { Array(Set(roots.map(\.block))).sorted() }
}
