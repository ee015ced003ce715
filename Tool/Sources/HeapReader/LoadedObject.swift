// An ELF object that a process has loaded, by its head and its program headers in the process' memory (elf(5)).

import Targets

struct LoadedObject {
  struct Segment {
    let type: UInt32
    /// In the process.
    let address: UInt64
    let byteCount: UInt64
  }

  enum SegmentType {
    static let load: UInt32 = 1
    static let dynamic: UInt32 = 2
    static let note: UInt32 = 4
  }

  /// What is added to the file's addresses.
  let bias: UInt64
  let segments: [Segment]

  private static let headerSize: UInt64 = 56

  /// Nil where no ELF object of 64 bits begins.
  init?(_ memory: any TargetMemory, at start: UInt64) {
    guard let head = memory.word(at: start), head & 0xffff_ffff == 0x464c_457f,
      head >> 32 & 0xff == 2, let place = memory.word(at: start &+ 32),
      let size = memory.load(at: start &+ 54, as: UInt16.self), size == Self.headerSize,
      let count = memory.load(at: start &+ 56, as: UInt16.self)
    else { return nil }
    var segments: [Segment] = []
    for index in 0..<min(UInt64(count), 128) {
      let header = start &+ place &+ index * Self.headerSize
      guard let type = memory.load(at: header, as: UInt32.self),
        let address = memory.word(at: header &+ 16), let byteCount = memory.word(at: header &+ 40)
      else { return nil }
      segments.append(Segment(type: type, address: address, byteCount: byteCount))
    }
    guard let first = segments.first(where: { $0.type == SegmentType.load }) else { return nil }
    let bias = start &- first.address & ~0xfff
    self.bias = bias
    self.segments = segments.map {
      Segment(type: $0.type, address: bias &+ $0.address, byteCount: $0.byteCount)
    }
  }
}
