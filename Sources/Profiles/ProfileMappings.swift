// The executable segments of the process, as a profile lists them: by the kernel's list, as the
// loader's lock may be held by somebody who waits for the program.

import CShims
import Platform

struct ProfileMapping {
  var start: UInt = 0
  var end: UInt = 0
  var fileOffset: UInt = 0
  /// The last part of its path.
  var name = InlineArray<64, UInt8>(repeating: 0)
  var nameLength = 0
}

/// Calls a body with each executable mapping: itself, its path, its build id.
struct ProfileMappings {
  private let table: UnsafeMutablePointer<ProfileMapping>
  private(set) var count = 0

  static let limit = 4096

  init(_ table: UnsafeMutablePointer<ProfileMapping>) { self.table = table }

  subscript(number: Int) -> UnsafeMutablePointer<ProfileMapping> { table + number }

  /// The number of the mapping that holds an address; nil when there is none (any more).
  func find(_ address: UInt) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if table[middle].end <= address { low = middle + 1 } else { high = middle }
    }
    return low < count && table[low].start <= address ? low : nil
  }

  /// Reads the list, and calls `body` with each mapping, its path and its build id. False when there is no /proc.
  mutating func read(
    _ body: (Int, ProfileMapping, UnsafePointer<CChar>, swiftmalloc_module) ->
      Void
  ) -> Bool {
    var files = FirstMappings()
    return ProcessMaps.forEach { mapping, path in
      files.note(mapping, path)
      if !mapping.isExecutable || count == Self.limit { return true }
      var entry = ProfileMapping()
      entry.start = mapping.start
      entry.end = mapping.end
      entry.fileOffset = mapping.fileOffset
      Self.takeName(path, &entry)
      var module = swiftmalloc_module()
      if let first = files.first(of: path) { BuildID.read(first, &module) }
      table[count] = entry
      count += 1
      body(count, entry, path, module)
      return true
    }
  }

  private static func takeName(_ path: UnsafePointer<CChar>, _ entry: inout ProfileMapping) {
    var start = path
    var next = path
    while next.pointee != 0 {
      if next.pointee == CChar(UInt8(ascii: "/")) { start = next + 1 }
      next += 1
    }
    while entry.nameLength < entry.name.count, start[entry.nameLength] != 0 {
      entry.name[entry.nameLength] = UInt8(bitPattern: start[entry.nameLength])
      entry.nameLength += 1
    }
  }
}

// The mapping of a file's beginning, which stands before its other ones.
private struct FirstMappings {
  private var mapping = Mapping()
  private var path = InlineArray<256, CChar>(repeating: 0)

  mutating func note(_ mapping: Mapping, _ path: UnsafePointer<CChar>) {
    guard case .file = mapping.name, mapping.fileOffset == 0, mapping.isReadable else { return }
    self.mapping = mapping
    var index = 0
    while index < 255, path[index] != 0 {
      self.path[index] = path[index]
      index += 1
    }
    self.path[index] = 0
  }

  mutating func first(of path: UnsafePointer<CChar>) -> Mapping? {
    if path.pointee == 0 { return nil }
    let isSame = withUnsafeBytes(of: &self.path) {
      strncmp($0.baseAddress!.assumingMemoryBound(to: CChar.self), path, 255) == 0
    }
    return isSame ? mapping : nil
  }
}

/// The build id of a module, read where it is mapped. The kernel copies what is read: a file that
/// became shorter since is no crash.
private enum BuildID {
  private static let pageLimit = 4096

  static func read(_ mapping: Mapping, _ module: inout swiftmalloc_module) {
    var head = InlineArray<4096, UInt8>(repeating: 0)
    let count = copy(mapping.start, &head, min(Int(mapping.end - mapping.start), pageLimit))
    if count < MemoryLayout<ELFHeader>.size { return }
    withUnsafeBytes(of: &head) { bytes in
      let header = bytes.loadUnaligned(as: ELFHeader.self)
      if header.magic != 0x464c_457f || header.segmentSize != 56 { return }
      var lowest = UInt64.max
      eachSegment(header, bytes, count) { if $0.kind == 1 { lowest = min(lowest, $0.address) } }
      if lowest == .max { return }
      let base = mapping.start &- UInt(lowest & ~UInt64(System.pageSize - 1))
      eachSegment(header, bytes, count) { segment in
        if segment.kind == 4, module.build_id_length == 0 {
          takeNotes(base &+ UInt(segment.address), Int(clamping: segment.byteCount), &module)
        }
      }
    }
  }

  // Of 64-bit files (ELF-64 Object File Format 1.5, 3 and 8).
  private struct ELFHeader {
    let magic: UInt32
    let identity: UInt32
    let rest: (UInt64, UInt64, UInt64)
    let segmentOffset: UInt64
    let sectionOffset: UInt64
    let flags: UInt32
    let headerSize: UInt16
    let segmentSize: UInt16
    let segmentCount: UInt16
  }

  private struct Segment {
    let kind: UInt32
    let flags: UInt32
    let offset: UInt64
    let address: UInt64
    let physicalAddress: UInt64
    let fileByteCount: UInt64
    let byteCount: UInt64
    let alignment: UInt64
  }

  private static func eachSegment(
    _ header: ELFHeader, _ bytes: UnsafeRawBufferPointer, _ count: Int, _ body: (Segment) -> Void
  ) {
    var place = Int(clamping: header.segmentOffset)
    for _ in 0..<header.segmentCount {
      if place < 0 || place > count - MemoryLayout<Segment>.size { return }
      body(bytes.loadUnaligned(fromByteOffset: place, as: Segment.self))
      place += MemoryLayout<Segment>.size
    }
  }

  private static func takeNotes(
    _ address: UInt, _ byteCount: Int, _ module: inout swiftmalloc_module
  ) {
    var notes = InlineArray<4096, UInt8>(repeating: 0)
    let count = copy(address, &notes, min(byteCount, pageLimit))
    if count <= 0 { return }
    withUnsafeBytes(of: &notes) { bytes in
      _ = withUnsafeMutablePointer(to: &module) {
        swiftmalloc_take_build_id(bytes.baseAddress, UInt(count), $0)
      }
    }
  }

  // process_vm_readv(2) from the process itself.
  private static func copy(
    _ address: UInt, _ bytes: inout InlineArray<4096, UInt8>, _ byteCount: Int
  ) -> Int {
    withUnsafeMutableBytes(of: &bytes) {
      var here: (UInt, Int) = (UInt(bitPattern: $0.baseAddress), byteCount)
      var there: (UInt, Int) = (address, byteCount)
      let process = swiftmalloc_system_call(SWIFTMALLOC_CALL_GETPID, 0, 0, 0, 0, 0, 0)
      return withUnsafePointer(to: &here) { here in
        withUnsafePointer(to: &there) { there in
          swiftmalloc_system_call(
            SWIFTMALLOC_CALL_PROCESS_VM_READV, process, Int(bitPattern: here), 1,
            Int(bitPattern: there), 1, 0)
        }
      }
    }
  }
}
