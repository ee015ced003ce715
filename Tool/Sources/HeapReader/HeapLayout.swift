// `swiftmalloc_layout` of a process: where the library is, and whether the tool knows its version.

import CLive
import Targets

/// What the library says of where its fields lie (swiftmalloc_layout.h), checked.
package struct HeapLayout {
  let table: swiftmalloc_layout
  /// Where it was found.
  package let address: UInt64
  /// Where the library's data lie in a program that it is linked into; nil where it is an object of its own.
  let data: [Range<UInt64>]?

  /// Those whose heaps are in use, or else the first one: a program may be linked with one copy of the library and started with
  /// another. Throws when the process has none, and when one is of another version.
  static func all(in memory: any TargetMemory) throws(HeapReaderError) -> [HeapLayout] {
    var layouts: [HeapLayout] = []
    for mapping in memory.mappings {
      // The beginning of a file: only there an object's head can be.
      if mapping.fileOffset != 0 || mapping.inode == 0 || !mapping.isReadable { continue }
      guard let object = LoadedObject(memory, at: mapping.start) else { continue }
      if let note = LibraryNote(memory, object) {
        layouts.append(try HeapLayout(memory, at: note.layout, data: note.data))
      } else if let symbols = LoadedSymbols(memory, object, at: mapping.start),
        let address = symbols.address(of: "swiftmalloc_layout")
      {
        layouts.append(try HeapLayout(memory, at: address))
      }
    }
    guard let first = layouts.first else { throw .noLibrary }
    let used = layouts.filter { $0.isInUse(memory) }
    return used.isEmpty ? [first] : used
  }

  private init(
    _ memory: any TargetMemory, at address: UInt64, data: [Range<UInt64>]? = nil
  ) throws(HeapReaderError) {
    let known = MemoryLayout<swiftmalloc_layout>.size
    guard let table = memory.load(at: address, as: swiftmalloc_layout.self) else {
      throw .damaged("no table of its layout can be read", address)
    }
    let magic = withUnsafeBytes(of: table.magic) { Array($0) }
    if magic != Array(SWIFTMALLOC_LAYOUT_MAGIC.utf8) {
      throw .damaged("there is no table of its layout", address)
    }
    if table.version != UInt32(SWIFTMALLOC_LAYOUT_VERSION) || table.byte_count < known {
      throw HeapReaderError(
        "the process' swiftmalloc has a heap of version \(table.version), and this program reads"
          + " version \(SWIFTMALLOC_LAYOUT_VERSION): use the swiftmallocctl that came with it")
    }
    if table.window == nil { throw .beginning }
    self.table = table
    self.address = address
    self.data = data
    if !isSound { throw .damaged("the table of its layout contradicts itself", address) }
  }

  // What loops and shifts count on.
  private var isSound: Bool {
    let state = table.state
    return table.slice_shift == 16 && table.region_shift == 32 && table.region_count <= 1 << 16
      && table.chunk_count <= 1 << 16 && table.record.stride == 64
      && table.chunk_byte_count == 1 << 16 && table.cache.byte_count <= 1 << 15
      && table.cache.pending_count <= 1024
      && Int(table.cache.pending) + Int(table.cache.pending_count) * 16 <= table.cache.byte_count
      && state.local_words >= 64 && state.local_words <= 4096
      && table.slot.byte_count >= 64 && table.slot.byte_count <= 4096
      && table.cache.byte_count >= 64
      && Int(table.slot.name) + Int(table.slot.name_byte_count) <= table.slot.byte_count
  }

  private func isInUse(_ memory: any TargetMemory) -> Bool {
    mode(memory) != 0 || (window(memory)?.sliceCount ?? 0) > 0
  }

  /// One of SWIFTMALLOC_MODE_….
  func mode(_ memory: any TargetMemory) -> Int {
    Int(memory.load(at: address(table.mode), as: UInt32.self) ?? 0)
  }

  /// Whether it is known of each block what was asked for.
  func counts(_ memory: any TargetMemory) -> Bool {
    memory.word(at: address(table.counts)) ?? 0 != 0
  }

  /// Where the window of the page map is; nil where it cannot be read.
  func window(_ memory: any TargetMemory) -> (start: UInt64, sliceCount: UInt64, records: UInt64)? {
    let window = address(table.window)
    guard let start = memory.word(at: window &+ UInt64(table.window_at.start)),
      let count = memory.word(at: window &+ UInt64(table.window_at.slice_count)),
      let records = memory.word(at: window &+ UInt64(table.window_at.records))
    else { return nil }
    return (start, count, records)
  }

  func address(_ pointer: UnsafeRawPointer?) -> UInt64 { UInt64(UInt(bitPattern: pointer)) }
}
