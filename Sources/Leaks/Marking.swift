// Which blocks are lost. Every word at a multiple of eight bytes may be a pointer; one past a block's end points to nothing.
//
//   reach      the roots' words: a block's beginning → reachable; its middle → possible; then the words of reachable blocks
//   possible   the words of possible blocks: whatever they lead to and the first phase did not reach is possible
//   lost       what is left, in the order of addresses: definite; what its words lead to: indirect, even if it was definite
//   suppress   lost blocks by traces that a suppression matches, and all lost blocks that their words lead to
//
// A pointer back from a side table to its Swift object leads nowhere (SideTable). A pointer into the middle counts as one to the beginning where compilers make such (InteriorPointer). Words and blocks wait in rings
// until their memory has come.

import CShims
import DebugHeap
import Memory
import Platform

package struct Marking<Policy: DebugPolicy>: ~Copyable {
  enum Phase {
    case reach
    case possible
    case lost
    case suppress
  }

  private struct Candidate {
    var word: UInt
    var number: Int
  }

  let blocks: BlockTable<Policy>
  private let roots: Roots
  /// Whether every page is asked for before it is read: where a fault would end the process.
  let isCareful: Bool
  private var resident = ResidentPages()
  private var reached: MappedArray<Int>
  private var possible: MappedArray<Int>
  private var candidates = Ring(filledWith: Candidate(word: 0, number: 0))
  private var waiting = Ring(filledWith: 0)
  var phase = Phase.reach
  /// The number of the definite block whose words lead to what is being read.
  var leader = -1

  package init(
    _ blocks: BlockTable<Policy>, _ roots: Roots, _ stacks: MarkStacks, isCareful: Bool = false
  ) {
    self.blocks = blocks
    self.roots = roots
    self.isCareful = isCareful
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

  /// Marks what a word that stands nowhere in memory leads to.
  package mutating func markWord(_ word: UInt) {
    if BlockTable<Policy>.address(word) &- blocks.lowest < blocks.span { offer(word) }
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

  /// Reads the words of all blocks that were found, and of those that they lead to.
  mutating func finish() {
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

  mutating func read(_ number: Int) {
    let block = blocks.block(number)
    let end = block.start &+ UInt(bitPattern: block.byteCount)
    if block.byteCount >= Self.sparseByteCount {
      return readResident(AddressRange(start: block.start, end: end), isShared: false)
    }
    // A side table leads back to its object weakly.
    let start = sideTableObject(block) < 0 ? block.start : block.start &+ 8
    if isCareful { readCarefully(start, end) } else { read(start, end) }
  }

  private mutating func readResident(_ range: AddressRange, isShared: Bool) {
    var parts = ResidentPages.Parts(range)
    while let part = resident.next(&parts, isShared: isShared) {
      if isCareful { readCarefully(part.start, part.end) } else { read(part.start, part.end) }
    }
  }

  /// Reads the pages of a range that can be read.
  private mutating func readCarefully(_ start: UInt, _ end: UInt) {
    let pageSize = UInt(System.pageSize)
    var place = start
    while place < end {
      let next = min((place | (pageSize - 1)) &+ 1, end)
      if swiftmalloc_is_readable(place & ~7) != 0 { read(place, next) }
      place = next
    }
  }

  @inline(__always)
  private mutating func read(_ start: UInt, _ end: UInt) {
    let lowest = blocks.lowest
    let span = blocks.span
    var place = (start &+ 7) & ~7
    while place &+ 8 <= end {
      let word = Roots.word(place)
      if BlockTable<Policy>.address(word) &- lowest < span { offer(word) }
      if word &>> 62 == 3 {
        let table = SideTable.address(ofCounts: word)
        if BlockTable<Policy>.address(table) &- lowest < span { offer(table) }
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
      if state == BlockState.unreached, isStart || isOf(word, number) {
        blocks.setState(number, BlockState.possible)
        reached.append(number)
      }
    case .lost:
      if state == BlockState.possible || state == BlockState.indirect { return }
      if !isStart, !isOf(word, number) { return }
      // All that leads back to it is read now: what was read before would have led to it.
      if number == leader { return blocks.noteCircle(number) }
      blocks.setState(number, BlockState.indirect)
      // The words of a definite block were read before.
      if state == BlockState.unreached { reached.append(number) }
    case .suppress:
      if state == BlockState.possible || blocks.isSuppressed(number) { return }
      if !isStart, !isOf(word, number) { return }
      blocks.suppress(number)
      reached.append(number)
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
    if offset > UInt(bitPattern: block.byteCount) { return }
    if isCareful, swiftmalloc_is_readable(block.start & ~7) == 0 { return }
    if InteriorPointer.isBeginning(Int(offset), block, roots) { return reach(number) }
    if offset == UInt(bitPattern: block.byteCount) { return }
    if state == BlockState.possible { return }
    blocks.setState(number, BlockState.possible)
    possible.append(number)
  }

  /// Whether a word points to the beginning or into the middle of a block.
  private func isOf(_ word: UInt, _ number: Int) -> Bool {
    let block = blocks.block(number)
    let offset = BlockTable<Policy>.address(word) &- block.start
    let byteCount = UInt(bitPattern: block.byteCount)
    return offset < max(byteCount, 1) || offset == byteCount && InteriorPointer.isEmptyArray(block)
  }
}
