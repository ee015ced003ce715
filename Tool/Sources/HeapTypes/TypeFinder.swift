// The type of a block by its first words, from outside of the process. The first word of a Swift object is the address of its
// metadata, that of a C++ object the address of a table of functions: what lies there is checked hard, once for each address,
// and remembered. What is not certain is untyped.
//
//   first word ─> shape (remembered) ─> do size and further words fit? ─> type
//
// All memory is the process' own and may be damaged or change meanwhile: nothing is believed, every loop has an end.

import Targets

/// Finds the types of blocks of one process. Not for several threads at once.
package final class TypeFinder {
  let pages: PageCache
  let map: ModuleMap
  let types: SwiftTypes
  let files: ModuleFiles
  private lazy var cxx = CxxTypes(pages, map, files)
  private lazy var python = PythonTypes(pages, map, files)
  /// What the memory of a task begins with: the runtime tells debuggers (swift/stdlib/public/Concurrency, Debug.h).
  private lazy var taskMemory = files.address(
    ofVariable: "_swift_concurrency_debug_asyncTaskSlabMetadata"
  ) { _ in true }.flatMap(pages.word)
  private lazy var closures = ClosureNames(types, map, files)

  /// How a type was found; its name is made when it is asked for.
  enum Origin {
    case swiftClass(SwiftClass)
    case closure(metadata: UInt64)
    case named
  }

  private var shapes: [UInt64: BlockShape] = [0: .none]
  /// Errors by their third word, objects of Python by their types.
  private var errors: [UInt64: TypeID] = [:]
  private var pythonTypes: [UInt64: TypeID] = [:]
  private var origins: [Origin] = [.named]
  /// Boxes and errors, all of which owns what it refers to.
  private var owners: Set<UInt32> = []
  private var names: [TypeName?] = [.untyped]

  /// - Parameter root: where the paths of the process' files begin; nil: as it sees them itself, if it runs.
  package init(_ memory: some TargetMemory, root: String? = nil) {
    let process = (memory as? ProcessMemory)?.thread
    pages = PageCache(memory)
    map = ModuleMap(memory.mappings)
    types = SwiftTypes(pages, map)
    files = ModuleFiles(map, memory, process: process, root: root)
  }

  /// How many types were found, the untyped counted.
  package var count: Int { names.count }

  /// The type of a block that is in use.
  /// - Parameters:
  ///   - size: bytes of the block that its owner may use.
  ///   - firstWords: its first eight words, or fewer.
  package func type(
    ofBlockAt address: UInt64, size: Int, firstWords: UnsafeBufferPointer<UInt64>
  ) -> TypeID {
    guard let first = firstWords.first else { return .untyped }
    let shape = shapes[first] ?? newShape(first)
    guard shape.fits(address, size, firstWords) else { return pythonType(size, firstWords) }
    if case .error = shape.rest { return error(firstWords) }
    return shape.type
  }

  /// The name of a type that this finder found.
  package func name(_ id: TypeID) -> TypeName {
    let place = Int(id.index)
    guard place < names.count else { return .untyped }
    if let name = names[place] { return name }
    let name: TypeName
    switch origins[place] {
    case .swiftClass(let found): name = types.blockName(found)
    case .closure(let metadata): name = closures.name(metadata)
    case .named: name = .untyped
    }
    names[place] = name
    return name
  }

  /// The named parts of blocks of a type, in the order of their places; empty where none are known.
  package func fields(_ id: TypeID) -> [Field] {
    let place = Int(id.index)
    guard place < origins.count else { return [] }
    switch origins[place] {
    case .swiftClass(let found): return types.fields(found)
    case .closure(let metadata): return types.captures(metadata)
    case .named: return []
    }
  }

  /// Whether those words of such a block that have no field of `fields` own what they refer to.
  package func restIsOwner(_ id: TypeID) -> Bool {
    let place = Int(id.index)
    guard place < origins.count else { return false }
    switch origins[place] {
    case .swiftClass(let found): return types.restIsOwner(found)
    case .closure(let metadata): return types.capturesAreOwners(metadata)
    case .named: return owners.contains(id.index)
    }
  }

  /// Where the elements lie in blocks of an array: the first one, and bytes from one to the next. Nil for other types.
  package func elements(_ id: TypeID) -> (first: Int, stride: Int)? {
    let place = Int(id.index)
    guard place < origins.count, case .swiftClass(let found) = origins[place],
      case .array(let stride, let header) = types.rest(found)
    else { return nil }
    return (header, stride)
  }

  /// Bytes of a key and of a value in blocks of a dictionary; of a set no value. Nil for other types.
  package func places(_ id: TypeID) -> (key: Int, value: Int?)? {
    let place = Int(id.index)
    guard place < origins.count, case .swiftClass(let found) = origins[place],
      case .table = types.rest(found)
    else { return nil }
    let strides = types.arguments(of: found.address, found.nominal).map { types.stride(of: $0) }
    guard let key = strides.first ?? nil else { return nil }
    if strides.count == 1 { return (key, nil) }
    return strides[1].map { (key, $0) }
  }

  // MARK: Shapes

  private func newShape(_ first: UInt64) -> BlockShape {
    guard first % 8 == 0, first >= 1 << 12, map.isReadable(first) else { return .none }
    if let shape = swiftShape(first) {
      shapes[first] = shape
      return shape
    }
    // Only in files is what is there now what was there before.
    guard map.isModule(first) else { return .none }
    let shape: BlockShape
    if first == taskMemory {
      let memory = TypeName("Task memory", .swift, .task, module: "_Concurrency")
      shape = BlockShape(type: add(.named, memory), rest: .taskMemory, leastSize: 32)
    } else if let name = cxx.name(first) {
      shape = BlockShape(type: add(.named, name), rest: .anything, leastSize: 8)
    } else {
      shape = .none
    }
    shapes[first] = shape
    return shape
  }

  private func swiftShape(_ metadata: UInt64) -> BlockShape? {
    guard let kind = pages.word(metadata) else { return nil }
    switch kind {
    case 0:
      guard let found = types.class(metadata) else { return nil }
      return BlockShape(
        type: add(.swiftClass(found)), rest: types.rest(found), leastSize: found.instanceSize)
    case 0x400:
      guard isHeapMetadata(metadata), map.isModule(metadata),
        let offset: UInt32 = pages.load(metadata &+ 8), offset >= 16, offset < 4096,
        let captures = pages.word(metadata &+ 16), captures == 0 || map.isModule(captures)
      else { return nil }
      return BlockShape(
        type: add(.closure(metadata: metadata)), rest: .tail, leastSize: Int(offset))
    case 0x500:
      guard isHeapMetadata(metadata), let offset: UInt32 = pages.load(metadata &+ 8),
        offset >= 16, offset < 4096, let boxed = pages.word(metadata &+ 16),
        let name = types.name(boxed)
      else { return nil }
      let box = TypeName("box of \(name)", .swift, .box, module: types.module(boxed))
      let id = add(.named, box)
      if types.ownership(metadata: boxed) == .owner { owners.insert(id.index) }
      return BlockShape(type: id, rest: .tail, leastSize: Int(offset))
    case 0x501:
      guard isHeapMetadata(metadata), map.isModule(metadata) else { return nil }
      return BlockShape(type: .untyped, rest: .error, leastSize: 32)
    case 0x502:
      guard isHeapMetadata(metadata), map.isModule(metadata) else { return nil }
      let task = TypeName("Task", .swift, .task, module: "_Concurrency")
      return BlockShape(type: add(.named, task), rest: .tail, leastSize: 64)
    default: return nil
    }
  }

  /// What every kind of metadata of blocks has before it.
  private func isHeapMetadata(_ metadata: UInt64) -> Bool {
    guard let destructor = pages.word(metadata &- 16), map.isCode(destructor),
      let witnesses = pages.word(metadata &- 8)
    else { return false }
    return witnesses == 0 || map.isModule(witnesses)
  }

  private func error(_ words: UnsafeBufferPointer<UInt64>) -> TypeID {
    // The type of the error, and how it is one.
    guard words.count >= 4, map.isReadable(words[3]) else { return .untyped }
    if let known = errors[words[2]] { return known }
    guard let name = types.name(words[2]) else { return .untyped }
    let id = add(
      .named, TypeName("error \(name)", .swift, .error, module: types.module(words[2])))
    if types.ownership(metadata: words[2]) == .owner { owners.insert(id.index) }
    errors[words[2]] = id
    return id
  }

  private func pythonType(_ size: Int, _ words: UnsafeBufferPointer<UInt64>) -> TypeID {
    guard let (address, type) = python?.type(size, words) else { return .untyped }
    if let known = pythonTypes[address] { return known }
    // `collections.deque`: of a module that is written in C; a class of a program has its name alone.
    let module = type.name.split(separator: ".").dropLast().joined(separator: ".")
    let id = add(
      .named, TypeName("\(type.name) (CPython)", .python, .pythonObject, module: module))
    pythonTypes[address] = id
    return id
  }

  private func add(_ origin: Origin, _ name: TypeName? = nil) -> TypeID {
    origins.append(origin)
    names.append(name)
    return TypeID(index: UInt32(names.count - 1))
  }
}
