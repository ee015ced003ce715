// Which blocks are lost. Every word at a multiple of eight bytes may be a pointer; one past a block's end points to nothing.
//
//   reach      the roots' words: a block's beginning → reachable; its middle → possible; then the words of reachable blocks
//   possible   the words of possible blocks: whatever they lead to and the first phase did not reach is possible
//   lost       what is left, in the order of addresses: definite; what its words lead to: indirect, even if it was definite
//
// A pointer into the middle counts as one to the beginning where compilers make such (Middle). Words and blocks wait in rings
// until their memory has come.

import CShims
import DebugHeap
import Memory
import Platform

/// Numbers of blocks whose words are still to be read.
package struct MarkStacks {
  fileprivate var reached: MappedArray<Int>
  fileprivate var possible: MappedArray<Int>

  /// Room for so many blocks, each of which comes once at most; nil without memory.
  package init?(blockCount: Int) {
    guard let reached = MappedArray<Int>(capacity: blockCount),
      let possible = MappedArray<Int>(capacity: blockCount)
    else { return nil }
    self.reached = reached
    self.possible = possible
  }

  package func forEachMapping(_ body: (UInt, Int) -> Void) {
    body(reached.addresses.start, reached.addresses.byteCount)
    body(possible.addresses.start, possible.addresses.byteCount)
  }
}

package struct Marking<Policy: DebugPolicy>: ~Copyable {
  private enum Phase {
    case reach
    case possible
    case lost
  }

  private struct Candidate {
    var word: UInt
    var number: Int
  }

  private let blocks: BlockTable<Policy>
  private let roots: Roots
  private var resident = ResidentPages()
  private var reached: MappedArray<Int>
  private var possible: MappedArray<Int>
  private var candidates = Ring(filledWith: Candidate(word: 0, number: 0))
  private var waiting = Ring(filledWith: 0)
  private var phase = Phase.reach
  /// The number of the definite block whose words lead to what is being read.
  private var leader = -1

  package init(_ blocks: BlockTable<Policy>, _ roots: Roots, _ stacks: MarkStacks) {
    self.blocks = blocks
    self.roots = roots
    reached = stacks.reached
    possible = stacks.possible
  }

  // Blocks from here on may have pages that were never touched.
  private static var sparseByteCount: Int { 1 << 18 }

  // MARK: The phases

  /// Marks what the words in a range lead to.
  package mutating func markRoot(_ range: AddressRange, isShared: Bool = false) {
    // What a file lost since it was mapped cannot be read; the pages that were touched can.
    readResident(range, isShared: isShared)
    finish()
  }

  /// Marks the block that begins at an address, if one does.
  package mutating func markBlock(at address: UInt) {
    if address &- blocks.lowest < blocks.span { offer(address) }
    finish()
  }

  /// When all roots were read.
  package mutating func finishPossible() {
    phase = .possible
    while possible.count > 0 {
      let number = possible.removeLast()
      // It may have become reachable since.
      if blocks.state(number) == BlockState.possible { read(number) }
      finish()
    }
  }

  /// When all that can be reached was found.
  package mutating func markLost() {
    phase = .lost
    let blocks = blocks
    blocks.forEach { number in
      if blocks.state(number) != BlockState.unreached { return }
      blocks.setState(number, BlockState.definite)
      leader = number
      read(number)
      finish()
    }
  }

  /// Reads the words of all blocks that were found, and of those that they lead to.
  private mutating func finish() {
    while true {
      if reached.count > 0 {
        let number = reached.removeLast()
        blocks.prefetchBlock(number)
        if let oldest = waiting.exchange(number) { read(oldest) }
      } else if let number = waiting.take() {
        read(number)
      } else if let candidate = candidates.take() {
        follow(candidate.word, candidate.number)
      } else {
        return
      }
    }
  }

  // MARK: Words

  private mutating func read(_ number: Int) {
    let block = blocks.block(number)
    let end = block.start &+ UInt(bitPattern: block.byteCount)
    if block.byteCount < Self.sparseByteCount { return read(block.start, end) }
    readResident(AddressRange(start: block.start, end: end), isShared: false)
  }

  private mutating func readResident(_ range: AddressRange, isShared: Bool) {
    var parts = ResidentPages.Parts(range)
    while let part = resident.next(&parts, isShared: isShared) { read(part.start, part.end) }
  }

  @inline(__always)
  private mutating func read(_ start: UInt, _ end: UInt) {
    let lowest = blocks.lowest
    let span = blocks.span
    var place = (start &+ 7) & ~7
    while place &+ 8 <= end {
      let word = Roots.word(place)
      if BlockTable<Policy>.address(word) &- lowest < span { offer(word) }
      // Where a Swift object's counts were, the address of its side table, shifted by three bits below two that are set
      // (RefCount.h of its runtime).
      if word &>> 62 == 3, BlockTable<Policy>.address(word &<< 3) &- lowest < span {
        offer(word &<< 3)
      }
      place = place &+ 8
    }
  }

  @inline(never)
  private mutating func offer(_ word: UInt) {
    let number = blocks.number(word)
    if number < 0 { return }
    blocks.prefetchState(number)
    // In a chain nothing else is at hand to read meanwhile.
    if reached.count == 0 { blocks.prefetchBlock(number) }
    if let oldest = candidates.exchange(Candidate(word: word, number: number)) {
      follow(oldest.word, oldest.number)
    }
  }

  @inline(__always)
  private mutating func follow(_ word: UInt, _ number: Int) {
    let state = blocks.state(number)
    if state == BlockState.none || state == BlockState.reachable { return }
    let isStart = blocks.isPlainStart(word, number)
    switch phase {
    case .reach:
      if isStart { reach(number) } else { followInside(word, number, state) }
    case .possible:
      if state == BlockState.unreached, isStart || isInside(word, number) {
        blocks.setState(number, BlockState.possible)
        reached.append(number)
      }
    case .lost:
      if number == leader || state == BlockState.possible || state == BlockState.indirect { return }
      if !isStart, !isInside(word, number) { return }
      blocks.setState(number, BlockState.indirect)
      // The words of a definite block were read before.
      if state == BlockState.unreached { reached.append(number) }
    }
  }

  @inline(__always)
  private mutating func reach(_ number: Int) {
    blocks.setState(number, BlockState.reachable)
    reached.append(number)
  }

  /// A word that need not point to the beginning of a block.
  @inline(never)
  private mutating func followInside(_ word: UInt, _ number: Int, _ state: UInt8) {
    let block = blocks.block(number)
    let offset = BlockTable<Policy>.address(word) &- block.start
    if offset == 0 { return reach(number) }
    if offset >= UInt(bitPattern: block.byteCount) { return }
    if Middle.isBeginning(Int(offset), block, roots) { return reach(number) }
    if state == BlockState.possible { return }
    blocks.setState(number, BlockState.possible)
    possible.append(number)
  }

  private func isInside(_ word: UInt, _ number: Int) -> Bool {
    let block = blocks.block(number)
    let offset = BlockTable<Policy>.address(word) &- block.start
    return offset < UInt(bitPattern: max(block.byteCount, 1))
  }
}
