// The dynamic symbols of an object that a process has loaded, read in the process' memory: so files that were deleted, and
// those of other file systems, are no matter, nor that a file was stripped (elf(5); the GNU hash table is described by
// its format alone: buckets, chains, and a filter that is not asked here).

import Targets

struct LoadedSymbols {
  private let memory: any TargetMemory
  private let symbols: UInt64
  private let strings: UInt64
  private let hashes: UInt64
  private let isGNU: Bool
  private let bias: UInt64

  private enum Tag {
    static let hash: UInt64 = 4
    static let strings: UInt64 = 5
    static let symbols: UInt64 = 6
    static let gnuHash: UInt64 = 0x6fff_fef5
  }

  private static let symbolSize: UInt64 = 24
  // More than any loader takes; what is longer is damaged.
  private static let entryLimit = 1 << 20

  /// Nil where the object that begins at `start` has no dynamic symbols.
  init?(_ memory: any TargetMemory, _ object: LoadedObject, at start: UInt64) {
    guard let dynamic = object.segments.last(where: { $0.type == LoadedObject.SegmentType.dynamic })
    else { return nil }
    bias = object.bias
    var found: [UInt64: UInt64] = [:]
    for index in 0..<min(dynamic.byteCount / 16, 256) {
      let entry = dynamic.address &+ index * 16
      guard let tag = memory.word(at: entry), let value = memory.word(at: entry &+ 8) else {
        return nil
      }
      if tag == 0 { break }
      // Some loaders turn distances into addresses, others leave them.
      found[tag] = value < start ? value &+ bias : value
    }
    guard let symbols = found[Tag.symbols], let strings = found[Tag.strings],
      let hashes = found[Tag.gnuHash] ?? found[Tag.hash]
    else { return nil }
    self.memory = memory
    self.symbols = symbols
    self.strings = strings
    self.hashes = hashes
    isGNU = found[Tag.gnuHash] != nil
  }

  /// Where the object of that name lies; nil when there is none.
  func address(of name: String) -> UInt64? { isGNU ? findGNU(name) : findPlain(name) }

  private func findGNU(_ name: String) -> UInt64? {
    var hash: UInt32 = 5381
    for byte in name.utf8 { hash = hash &* 33 &+ UInt32(byte) }
    guard let buckets = word(hashes), buckets > 0, let first = word(hashes &+ 4),
      let filters = word(hashes &+ 8)
    else { return nil }
    let table = hashes &+ 16 &+ UInt64(filters) * 8
    let chains = table &+ UInt64(buckets) * 4
    guard var index = word(table &+ UInt64(hash % buckets) * 4), index >= first else { return nil }
    for _ in 0..<Self.entryLimit {
      guard let other = word(chains &+ UInt64(index - first) * 4) else { return nil }
      if other | 1 == hash | 1, let address = address(index, named: name) { return address }
      if other & 1 != 0 || index == .max { return nil }
      index += 1
    }
    return nil
  }

  private func findPlain(_ name: String) -> UInt64? {
    var hash: UInt32 = 0
    for byte in name.utf8 {
      hash = hash << 4 &+ UInt32(byte)
      let high = hash & 0xf000_0000
      hash = (hash ^ high >> 24) & ~high
    }
    guard let buckets = word(hashes), buckets > 0,
      var index = word(hashes &+ 8 &+ UInt64(hash % buckets) * 4)
    else { return nil }
    for _ in 0..<Self.entryLimit {
      if index == 0 { return nil }
      if let address = address(index, named: name) { return address }
      guard let next = word(hashes &+ 8 &+ (UInt64(buckets) + UInt64(index)) * 4) else {
        return nil
      }
      index = next
    }
    return nil
  }

  private func word(_ address: UInt64) -> UInt32? { memory.load(at: address, as: UInt32.self) }

  // Of symbol `index`, when it has this name and is defined.
  private func address(_ index: UInt32, named name: String) -> UInt64? {
    let symbol = symbols &+ UInt64(index) * Self.symbolSize
    guard let text = word(symbol), let section = memory.load(at: symbol &+ 6, as: UInt16.self),
      section != 0, let value = memory.word(at: symbol &+ 8)
    else { return nil }
    let bytes = Array(name.utf8) + [0]
    return memory.bytes(at: strings &+ UInt64(text), count: bytes.count) == bytes
      ? bias &+ value : nil
  }
}
