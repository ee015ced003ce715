// The pointers in blocks. Every word at a multiple of eight bytes that is an address within a live block counts, whatever stands
// in its upper 16 bits: Swift and others keep tags there. So it is in the leak check, and for the same reasons:
//
//   - a side table of Swift's runtime (32 bytes) leads back to its object weakly: that word is left out
//   - the counts of an object with a side table are 0xC000… + (its address >> 3): they lead to the table
//
// Words that a type says are no owners (`unowned` of Swift) are left out, too, and so are places of collections that hold nothing
// (LiveWords) and pointers into the middle of the block that has them.

import Targets

package struct EdgeReader<Memory: TargetMemory> {
  private let memory: Memory
  private let blocks: BlockTable
  private let typeNumbers: [UInt32]
  /// For each type the words that hold nothing; none for most.
  private let passedWords: [Set<UInt32>]
  private let contents: [BlockContents]

  private static var addressMask: UInt64 { 0xffff_ffff_ffff }
  private static var sideTableBytes: UInt64 { 32 }
  // So much is read at once.
  private static var pieceBytes: Int { 1 << 20 }
  // Of a longer block only pages that were ever used are read: to read the others gives them an entry each in the process' page
  // tables, and takes a second for some gigabytes.
  private static var longBytes: UInt64 { 1 << 20 }

  /// - Parameter contents: of each type; empty: any word may be a pointer.
  package init(
    _ memory: Memory, _ blocks: BlockTable, typeNumbers: [UInt32], types: [BlockType],
    contents: [BlockContents] = []
  ) {
    self.contents = contents.isEmpty ? types.map { _ in .all } : contents
    self.memory = memory
    self.blocks = blocks
    self.typeNumbers = typeNumbers
    passedWords = types.map { type in
      Set(type.fields.filter { !$0.isOwner }.map { $0.offset / 8 })
    }
  }

  /// Pointers between all blocks. What cannot be read holds none. `touched` says which parts of some addresses were ever used.
  package func read(touched: (Range<UInt64>) -> [Range<UInt64>] = { [$0] }) -> Edges {
    var builder = EdgesBuilder(blockCount: blocks.count)
    let lowest = blocks.addresses.first ?? 0
    let span = (blocks.addresses.last ?? 0) + (blocks.sizes.last ?? 0) - lowest
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceBytes, alignment: 8)
    defer { buffer.deallocate() }
    var pieceStart: UInt64 = 0
    var pieceEnd: UInt64 = 0
    for block in 0..<blocks.count {
      let start = blocks.addresses[block]
      let whole = start..<start + blocks.sizes[block]
      let passed = passedWords[Int(typeNumbers[block])]
      let live = LiveWords(
        memory, start: start, size: blocks.sizes[block], contents[Int(typeNumbers[block])])
      let isSideTable = blocks.sizes[block] == Self.sideTableBytes && isSideTable(block)
      let isLong = blocks.sizes[block] > Self.longBytes
      for part in isLong ? touched(whole) : [whole] where part.overlaps(whole) {
        var place = max(part.lowerBound, start)
        let end = min(part.upperBound, whole.upperBound)
        while place < end {
          if place < pieceStart || place >= pieceEnd {
            let room = isLong ? Int(min(UInt64(Self.pieceBytes), end - place)) : Self.pieceBytes
            let count = memory.read(
              place, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<room]))
            pieceStart = place
            pieceEnd = place + UInt64(count & ~7)
            // A page that is not there.
            if count < 8 {
              place = (place | 4095) + 1
              continue
            }
          }
          let words = buffer.bindMemory(to: UInt64.self)
          let stop = min(end, pieceEnd)
          while place + 8 <= stop {
            let word = words[Int(place - pieceStart) / 8]
            let index = UInt32(truncatingIfNeeded: (place - start) / 8)
            place += 8
            let isTable = word >> 62 == 3
            let address = word & Self.addressMask
            if address &- lowest >= span, !isTable { continue }
            if isSideTable && index == 0 || passed.contains(index) { continue }
            if let live, !live.contains(UInt64(index) * 8) { continue }
            if let target = blocks.block(at: address) {
              if target == block, address != start { continue }
              builder.add(target, word: Int(index))
            } else if isTable, let target = sideTable(of: word, block) {
              builder.add(target, word: Int(index))
            }
          }
          if place + 8 > stop, stop == end { break }
        }
      }
      builder.finishBlock()
    }
    return builder.finish()
  }

  private func sideTable(of counts: UInt64, _ object: Int) -> Int? {
    guard let table = blocks.block(at: counts << 3), blocks.addresses[table] == counts << 3 else {
      return nil
    }
    return table
  }

  // The first word leads to an object whose second word leads back.
  private func isSideTable(_ block: Int) -> Bool {
    let start = blocks.addresses[block]
    guard let object = memory.word(at: start), let target = blocks.block(at: object),
      blocks.addresses[target] == object, let counts = memory.word(at: object + 8)
    else { return false }
    return counts >> 62 == 3 && counts << 3 == start
  }
}
