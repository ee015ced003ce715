// Names of types for a report. They are read when it is printed, in the process itself: it runs on meanwhile, and metadata of a
// library that was unloaded is gone.

import CShims
import Platform

struct TypeNames {
  let memory: TypeMemory

  /// Nil without memory or /proc.
  init?() {
    guard let own = MappedArray<AddressRange>(capacity: 1) else { return nil }
    guard let roots = Roots(own: own) else {
      own.release()
      return nil
    }
    memory = TypeMemory(roots: roots, isCareful: true)
  }

  /// Gives the memory back.
  func release() {
    memory.roots.mappings.release()
    memory.roots.own.release()
  }

  /// Calls `body` with a type's name: `App.Session`; does nothing for a block without one.
  @inline(never)
  func withName(_ type: BlockType, _ body: (UnsafePointer<CChar>) -> Void) {
    var text = TypeText()
    var names = SwiftTypeNames(memory)
    switch type.kind {
    case .none: return
    case .swiftClass: names.appendBlock(type.address, to: &text)
    case .closure: text.append("closure context")
    case .task: text.append("Task")
    case .swiftError:
      text.append("error ")
      names.append(type.address, to: &text)
    case .box:
      text.append("box of ")
      names.append(memory.word(type.address &+ 16) ?? 0, to: &text)
    case .cxx, .ownerCount: appendCxx(type.address, to: &text)
    }
    text.withCString(body)
  }

  @inline(never)
  private func appendCxx(_ table: UInt, to text: inout TypeText) {
    var mangled = TypeText()
    mangled.append("_ZTS")
    if let name = CxxType.name(table, memory) { mangled.append(at: name, memory) }
    mangled.withCString {
      swiftmalloc_type_name(
        $0, { $1?.assumingMemoryBound(to: TypeText.self).pointee.append(cString: $0!) }, &text)
    }
  }

  /// Calls `body` with the name of the field that holds the word at an offset, and how far behind its beginning that is; says
  /// whether there is one.
  @inline(never)
  func withField(
    of type: BlockType, at offset: UInt, _ body: (UnsafePointer<CChar>, UInt) -> Void
  ) -> Bool {
    let fields = SwiftFields(memory: memory)
    guard type.kind == .swiftClass, let field = fields.field(of: type.address, at: offset) else {
      return false
    }
    let prefix: StaticString = "$__lazy_storage_$_"
    let isLazy = memory.hasPrefix(field.name, prefix)
    var text = TypeText()
    text.append(at: field.name &+ (isLazy ? UInt(prefix.utf8CodeUnitCount) : 0), memory)
    text.withCString { body($0, offset &- field.offset) }
    return true
  }

  /// Which element of an array stands at an offset of its storage; nil for other blocks.
  func element(of type: BlockType, at offset: UInt) -> UInt? {
    guard type.kind == .swiftClass, let found = SwiftClass(alone: type.address, memory),
      found.context.isStandard("_ContiguousArrayStorage"),
      let element = found.context.arguments(of: type.address).flatMap({ memory.word($0) }),
      let witnesses = memory.word(element &- 8), let stride = memory.word(witnesses &+ 72),
      let alignment = memory.half(witnesses &+ 80).map({ UInt($0 & 0xff) }), stride > 0
    else { return nil }
    let first = (32 + alignment) & ~alignment
    return offset < first ? nil : (offset - first) / stride
  }
}
