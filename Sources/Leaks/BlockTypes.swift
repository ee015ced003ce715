// Finds the types of blocks while a check looks. What a first word leads to is looked at once and remembered; whether a block
// fits is looked at every time: a first word can be left from what lay there before.

import CShims
import DebugHeap
import Platform

struct BlockTypes {
  /// What one first word says of a block.
  struct Shape {
    var word: UInt = 0
    var kind = BlockType.Kind.none
    /// Bytes of the block at least.
    var leastSize: UInt32 = 0
    /// Whether a count and a capacity of elements stand behind the object's head.
    var isArray = false
  }

  let memory: TypeMemory
  private let shapes: MappedArray<Shape>

  /// How many first words are remembered.
  static let shapeCount = 4096

  /// - Parameter shapes: room for so many, all zeroes.
  init(_ memory: TypeMemory, _ shapes: MappedArray<Shape>) {
    self.memory = memory
    self.shapes = shapes
  }

  /// The type of one of the live blocks.
  @inline(never)
  func type<Policy>(of block: CheckedBlock, in blocks: BlockTable<Policy>) -> BlockType {
    let size = UInt(bitPattern: block.byteCount)
    if size < 8 || memory.isCareful && !isReadable(block) { return .none }
    let first = Roots.word(block.start)
    if first < 4096 || first & 7 != 0 || first >> SWIFTMALLOC_ADDRESS_BITS != 0 {
      return .none
    }
    // Metadata may lie in the heap, but something stands before it: a pointer to a block's beginning leads to none.
    if first &- blocks.lowest < blocks.span {
      let target = blocks.number(first)
      if target >= 0, blocks.isPlainStart(first, target) { return .none }
    }
    let shape = shape(first)
    if shape.kind == .none || size < UInt(shape.leastSize) { return .none }
    switch shape.kind {
    case .cxx, .ownerCount: return BlockType(shape.kind, first)
    case .swiftError:
      let type = Roots.word(block.start &+ 16)
      guard isCounted(block), type & 7 == 0, memory.word(type) != nil else { return .none }
      return BlockType(.swiftError, type)
    default:
      if !isCounted(block) || shape.isArray && !isArray(block) { return .none }
      return BlockType(shape.kind, first)
    }
  }

  /// Whether the first four words can be read.
  private func isReadable(_ block: CheckedBlock) -> Bool {
    swiftmalloc_is_readable(block.start & ~7) != 0
      && (block.byteCount < 32 || swiftmalloc_is_readable((block.start &+ 24) & ~7) != 0)
  }

  /// Whether the second word counts references to a living object: with a side table it is that one's address
  /// (swift/stdlib/public/SwiftShims, RefCount.h).
  ///
  ///     62 … 33: strong, less one   32: is being destroyed   31 … 1: unowned, at least one   0: pure Swift
  private func isCounted(_ block: CheckedBlock) -> Bool {
    if block.byteCount < 16 { return false }
    let word = Roots.word(block.start &+ 8)
    if word >> 62 == 3 { return word << 2 != 0 }
    return word & 1 == 1 && word & 0xffff_fffe != 0 && word & 1 << 32 == 0 && word >> 57 == 0
  }

  /// count, capacity and a flag, elements
  private func isArray(_ block: CheckedBlock) -> Bool {
    let capacity = Roots.word(block.start &+ 24) >> 1
    return Roots.word(block.start &+ 16) <= capacity && capacity <= UInt(block.byteCount)
  }

  private func shape(_ first: UInt) -> Shape {
    let place = Int((first &* 0x9e37_79b9_7f4a_7c15) >> 52)
    if shapes.elements[place].word == first { return shapes.elements[place] }
    var found = swiftShape(first) ?? cxxShape(first) ?? Shape()
    found.word = first
    shapes.elements[place] = found
    return found
  }

  @inline(never)
  private func swiftShape(_ metadata: UInt) -> Shape? {
    guard let kind = memory.word(metadata) else { return nil }
    if kind == 0 {
      guard let found = SwiftClass(metadata, memory) else { return nil }
      let isArray = found.context.isStandard("_ContiguousArrayStorage")
      return Shape(
        kind: .swiftClass, leastSize: max(found.instanceSize, isArray ? 32 : 16), isArray: isArray)
    }
    guard (0x400...0x502).contains(kind), SwiftClass.isHeapMetadata(metadata, memory) else {
      return nil
    }
    switch kind {
    case 0x400, 0x500:
      guard let start = memory.half(metadata &+ 8), start >= 16, start < 4096,
        let last = memory.word(metadata &+ 16)
      else { return nil }
      if kind == 0x500 { return Shape(kind: .box, leastSize: start) }
      guard memory.isModule(metadata), last == 0 || memory.isModule(last) else { return nil }
      return Shape(kind: .closure, leastSize: start)
    case 0x501: return memory.isModule(metadata) ? Shape(kind: .swiftError, leastSize: 32) : nil
    case 0x502: return memory.isModule(metadata) ? Shape(kind: .task, leastSize: 64) : nil
    default: return nil
    }
  }

  @inline(never)
  private func cxxShape(_ table: UInt) -> Shape? {
    guard let name = CxxType.name(table, memory) else { return nil }
    let isCount = CxxType.isOwnerCount(name, memory)
    return Shape(kind: isCount ? .ownerCount : .cxx, leastSize: isCount ? 16 : 8)
  }
}
