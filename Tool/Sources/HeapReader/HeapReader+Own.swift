// What of a process' memory is the allocator's own: where pointers to blocks are none of the program's.
//
//   the library's data                 its module, to the end of .bss; in a program that it is linked into, what a note tells
//   arenas and large blocks            mappings in which slices have records
//   records, block bits, caches        mappings in which the capture found some: they lie between inaccessible pages, so that
//                                      the system joins them with none of the program's
//   records of guarded blocks          a mapping between inaccessible pages that begins with their magic

import CLive
import Targets

extension HeapReader {
  /// Addresses that are no roots; they may overlap.
  package func ownRanges(of capture: HeapCapture) -> [Range<UInt64>] {
    var mappings = MappingSet(memory.mappings)
    if layout.data == nil { mappings.addModule(at: layout.address) }
    for record in capture.records {
      mappings.add(record.slice)
      mappings.add(record.address)
      if record.isSmall(layout) && record.state != 0 { mappings.add(record.state) }
    }
    for (heap, _) in capture.heaps.heaps { mappings.add(heap) }
    for (cache, _) in capture.heaps.threads { mappings.add(cache) }
    if let records = guardedRecords { mappings.add(records) }
    return mappings.ranges + (layout.data ?? [])
  }

  /// Where the library keeps what it knows of guarded blocks: there stand their addresses.
  private var guardedRecords: UInt64? {
    let magic = Array(SWIFTMALLOC_GUARDED_MAGIC.utf8) + [0]
    let mappings = memory.mappings
    return mappings.indices.dropFirst().first { index in
      let mapping = mappings[index]
      return mapping.inode == 0 && mapping.isWritable && !mappings[index - 1].isReadable
        && mappings[index - 1].end == mapping.start
        && memory.bytes(at: mapping.start, count: magic.count) == magic
    }.map { mappings[$0].start }
  }

  private struct MappingSet {
    private let mappings: [TargetMapping]
    private var isIn: [Bool]
    private var last = 0

    init(_ mappings: [TargetMapping]) {
      self.mappings = mappings
      isIn = [Bool](repeating: false, count: mappings.count)
    }

    var ranges: [Range<UInt64>] {
      mappings.indices.filter { isIn[$0] }.map { mappings[$0].start..<mappings[$0].end }
    }

    mutating func add(_ address: UInt64) {
      if mappings.isEmpty { return }
      if mappings[last].start > address || mappings[last].end <= address {
        var low = 0
        var high = mappings.count
        while low < high {
          let middle = (low + high) / 2
          if mappings[middle].end <= address { low = middle + 1 } else { high = middle }
        }
        guard low < mappings.count, mappings[low].start <= address else { return }
        last = low
      }
      isIn[last] = true
    }

    mutating func addModule(at address: UInt64) {
      guard
        let place = mappings.firstIndex(where: { $0.start <= address && address < $0.end })
      else { return }
      let module = mappings[place]
      var end: UInt64 = 0
      for index in mappings.indices {
        let mapping = mappings[index]
        let isFile = mapping.inode == module.inode && mapping.path == module.path
        // The rest of .bss has no file.
        if !isFile && (mapping.inode != 0 || mapping.start != end || !mapping.path.isEmpty) {
          continue
        }
        isIn[index] = true
        end = mapping.end
      }
    }
  }
}
