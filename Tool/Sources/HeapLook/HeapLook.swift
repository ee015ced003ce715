// One look at the heap of a running process: its live blocks, their types, and, where it is asked for, who points to whom. While
// the list of blocks, the registers and the stacks are copied the process stands still, for milliseconds. All else is read while
// it runs: a block that is freed or written to meanwhile may have the type and the pointers of the next one. Who wants all of one
// moment lets the process stand still for all of it.

import Glibc
import HeapGraph
import HeapReader
import HeapTypes
import Targets

package struct HeapLook {
  private let memory: ProcessMemory
  private let reader: HeapReader
  private let blocks: LiveBlocks
  private let own: [Range<UInt64>]
  private let threads: [ThreadState]
  private let stacks: CopiedMemory<ProcessMemory>
  private let finder: TypeFinder
  /// For each block a place in `types`.
  package let typeNumbers: [UInt32]
  package let types: [BlockType]
  /// Seconds for which the process stood still; nil: it could not be held, and all was read while it ran.
  package let stopSeconds: Double?

  private let isHeld: Bool

  /// Throws a `TargetError` or a `HeapReaderError` when the process cannot be read. `isHeld` says that this is within
  /// `ProcessStop.hold`: nothing changes from the beginning to the end.
  package init(process: pid_t, isHeld: Bool = false) throws {
    let memory = try ProcessMemory(process: process)
    self.memory = memory
    self.isHeld = isHeld
    let reader = try HeapReader(memory, threads: ThreadPlaces(process: process))
    let capture: HeapCapture
    do {
      let held = try Self.held(process, isHeld) {
        let threads = ThreadState.all(of: process, isHeld: true)
        return (
          capture: try reader.capture(isStill: true), threads: threads,
          stacks: Self.stacks(of: threads, memory)
        )
      }
      capture = held.result.capture
      threads = held.result.threads
      stacks = held.result.stacks
      stopSeconds = held.seconds
    } catch is TargetError {
      // Another tracer holds it, or the system lets us read and not hold.
      capture = try reader.capture()
      threads = ThreadState.all(of: process, isHeld: false)
      stacks = CopiedMemory(memory)
      stopSeconds = nil
    }
    let blocks = try reader.liveBlocks(of: capture)
    own = reader.ownRanges(of: capture)
    self.reader = reader
    let finder = TypeFinder(memory)
    var numbers = [UInt32](repeating: 0, count: blocks.count)
    FirstWords(memory, addresses: blocks.addresses, sizes: blocks.sizes).forEach { block, words in
      numbers[block] =
        finder.type(
          ofBlockAt: blocks.addresses[block], size: Int(blocks.sizes[block]), firstWords: words
        ).index
    }
    self.blocks = blocks
    self.finder = finder
    typeNumbers = numbers
    types = (0..<finder.count).map { Self.type(TypeID(index: UInt32($0)), finder) }
  }

  package var sizes: [UInt64] { blocks.sizes }

  /// The types and how many blocks each has.
  package var table: TypeTable {
    TypeTable(sizes: blocks.sizes, typeNumbers: typeNumbers, types: types)
  }

  /// The blocks that lived on while their pointers were read, with these and the roots. Throws a `HeapReaderError` when the
  /// process has ended meanwhile.
  package func image() throws -> HeapImage {
    let table = BlockTable(addresses: blocks.addresses, sizes: blocks.sizes)
    let touched = TouchedPages(process: memory.thread)
    let edges = EdgeReader(
      memory, table, typeNumbers: typeNumbers, types: types,
      contents: types.indices.map { contents(TypeID(index: UInt32($0))) }
    ).read { touched?.parts(of: $0) ?? [$0] }
    let roots = RootReader(stacks, table, own: own, threads: threads, leader: memory.process).read {
      touched?.parts(of: $0, in: $1) ?? ($1.isWritable || $1.inode == 0 ? [$0] : [])
    }
    let image = HeapImage(
      blocks: table, typeNumbers: typeNumbers, types: types, edges: edges,
      roots: RootNames(stacks, finder, threads).named(roots), process: Self.facts(memory.process))
    if isHeld { return image }
    let later = try Self.liveBlocks(reader, memory.process)
    return image.keeping { block in
      guard let now = later.index(containing: blocks.addresses[block]) else { return false }
      return later.addresses[now] == blocks.addresses[block]
        && later.sizes[now] == blocks.sizes[block]
    }
  }

  /// The image of a process, for which it stands still while all is read: of a small heap some milliseconds, otherwise where
  /// `isStill` asks for it. Throws as `init` and `image`.
  package static func image(of process: pid_t, isStill: Bool) throws -> HeapImage {
    let look = try HeapLook(process: process)
    let isSmall = look.sizes.reduce(0, +) <= Self.smallHeapBytes
    if look.stopSeconds == nil || !isStill && !isSmall { return try look.image() }
    return try ProcessStop.hold(process) {
      try HeapLook(process: process, isHeld: true).image()
    }.result
  }

  // Read in less than a tenth of a second.
  private static let smallHeapBytes: UInt64 = 8 << 20

  private static func held<Value>(
    _ process: pid_t, _ isHeld: Bool, _ body: () throws -> Value
  ) throws -> (result: Value, seconds: Double) {
    isHeld ? (try body(), 0) : try ProcessStop.hold(process, body)
  }

  private static func liveBlocks(_ reader: HeapReader, _ process: pid_t) throws -> LiveBlocks {
    do {
      let held = try ProcessStop.hold(process) { try reader.capture(isStill: true) }
      return try reader.liveBlocks(of: held.result)
    } catch is TargetError {
      return try reader.liveBlocks()
    }
  }

  // Of all stacks together; what is beyond is read while the process runs.
  private static let stackBytes: UInt64 = 16 << 20

  private static func stacks(
    of threads: [ThreadState], _ memory: ProcessMemory
  ) -> CopiedMemory<ProcessMemory> {
    var copies = CopiedMemory(memory)
    var room = Self.stackBytes
    for thread in threads {
      guard let mapping = memory.mapping(of: thread.stackPointer) else { continue }
      let start = max(mapping.start, thread.stackPointer & ~7 - RootReader<ProcessMemory>.redZone)
      let count = min(mapping.end - start, room)
      copies.copy(start..<start + count)
      room -= count
    }
    return copies
  }

  private func contents(_ id: TypeID) -> BlockContents {
    if let (first, stride) = finder.elements(id) { return .array(first: first, stride: stride) }
    if let (key, value) = finder.places(id) { return .table(keyStride: key, valueStride: value) }
    return .all
  }

  private static func type(_ id: TypeID, _ finder: TypeFinder) -> BlockType {
    let name = finder.name(id)
    return BlockType(
      name: name.text, language: name.language.rawValue, kind: name.kind.rawValue,
      fields: finder.fields(id).map {
        BlockType.Field(
          name: $0.name, offset: UInt32(clamping: $0.offset),
          isOwner: $0.ownership == .strong, isCertain: $0.isCertain)
      },
      elements: finder.elements(id).flatMap {
        BlockType.Elements(first: $0.first, stride: $0.stride)
      }, restIsCertain: finder.restIsOwner(id))
  }

  private static func facts(_ process: pid_t) -> HeapImage.Process {
    let name = ProcFile.text("/proc/\(process)/comm")?.prefix { $0 != "\n" } ?? ""
    return HeapImage.Process(number: process, name: String(name), time: Int64(Glibc.time(nil)))
  }
}
