// Where code takes the address of data: instructions are recognised by their bytes, at every place where one could begin. What
// is no instruction leads to some other address, which nobody asks for.

/// Addresses that code mentions.
struct CodeMentions {
  /// Bytes of the instructions that together take an address.
  static let longestMention: UInt64 = 20

  private struct Mention {
    let target: UInt64
    let place: UInt64
  }

  private let machine: UInt16
  private var mentions: [Mention] = []

  /// - Parameter machine: ELF's number of the processor.
  init(machine: UInt16) { self.machine = machine }

  /// Searches code that lies at an address. Only what leads into `range`, at a multiple of eight, is kept.
  mutating func add(_ code: [UInt8], at start: UInt64, of range: Range<UInt64>) {
    let (x86, arm): (UInt16, UInt16) = (62, 183)
    code.withUnsafeBytes { code in
      if machine == x86 { searchX86(code, start, range) }
      if machine == arm { searchARM(code, start, range) }
    }
  }

  mutating func sort() { mentions.sort { ($0.target, $0.place) < ($1.target, $1.place) } }

  /// Where an address is mentioned, once sorted.
  func places(of target: UInt64) -> [UInt64] {
    var (low, high) = (0, mentions.count)
    while low < high {
      let middle = (low + high) / 2
      if mentions[middle].target < target { low = middle + 1 } else { high = middle }
    }
    return mentions[low...].prefix { $0.target == target }.map(\.place)
  }

  private mutating func keep(_ target: UInt64, _ place: UInt64, _ range: Range<UInt64>) {
    if target % 8 == 0, range.contains(target) {
      mentions.append(Mention(target: target, place: place))
    }
  }

  /// REX.W 8d /r with a distance from the next instruction.
  private mutating func searchX86(
    _ code: UnsafeRawBufferPointer, _ start: UInt64, _ range: Range<UInt64>
  ) {
    guard code.count >= 7 else { return }
    for place in 0...code.count - 7 where code[place + 1] == 0x8d {
      guard code[place] & 0xfb == 0x48, code[place + 2] & 0xc7 == 0x05 else { continue }
      let distance = code.loadUnaligned(fromByteOffset: place + 3, as: Int32.self)
      let here = start &+ UInt64(place)
      keep(here &+ 7 &+ UInt64(bitPattern: Int64(distance)), here, range)
    }
  }

  /// The second instruction follows within a few.
  private mutating func searchARM(
    _ code: UnsafeRawBufferPointer, _ start: UInt64, _ range: Range<UInt64>
  ) {
    for place in stride(from: 0, through: code.count - 8, by: 4) {
      let first = code.loadUnaligned(fromByteOffset: place, as: UInt32.self)
      guard first & 0x9f00_0000 == 0x9000_0000 else { continue }
      let pages = Int64(Int32(bitPattern: first << 8) >> 13) << 2 | Int64(first >> 29 & 3)
      let page = (start &+ UInt64(place)) & ~0xfff &+ UInt64(bitPattern: pages << 12)
      for next in stride(from: place + 4, through: min(place + 16, code.count - 4), by: 4) {
        let second = code.loadUnaligned(fromByteOffset: next, as: UInt32.self)
        guard second & 0xffc0_0000 == 0x9100_0000, second >> 5 & 31 == first & 31 else { continue }
        keep(page &+ UInt64(second >> 10 & 0xfff), start &+ UInt64(place), range)
        break
      }
    }
  }
}
