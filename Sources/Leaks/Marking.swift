// Which blocks are lost. Every word at a multiple of eight bytes may be a pointer; one past a block's end points to nothing.
//
//   1  the roots' words: a block's beginning → reachable; its middle → possible
//   2  the words of reachable blocks, until no more are found: the same
//   3  the words of possible blocks: whatever they lead to and 2 did not reach is possible
//   4  what is left, in the order of addresses: definite; what its words lead to: indirect, even if it was definite
//
// A pointer into the middle counts as one to the beginning where compilers make such (Middle).

import DebugHeap
import Memory
import Platform

/// Blocks whose words are still to be read.
package struct MarkStacks {
  fileprivate var reached: MappedArray<AddressRange>
  fileprivate var possible: MappedArray<AddressRange>

  /// Room for so many blocks, each of which comes once at most; nil without memory.
  package init?(blockCount: Int) {
    guard let reached = MappedArray<AddressRange>(capacity: blockCount),
      let possible = MappedArray<AddressRange>(capacity: blockCount)
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
  private let blocks: BlockTable<Policy>
  private let roots: Roots
  private var resident = ResidentPages()
  private var reached: MappedArray<AddressRange>
  private var possible: MappedArray<AddressRange>
  /// The definite block whose words lead to what is being read.
  private var leader: UnsafeMutablePointer<UInt8>?

  package init(_ blocks: BlockTable<Policy>, _ roots: Roots, _ stacks: MarkStacks) {
    self.blocks = blocks
    self.roots = roots
    reached = stacks.reached
    possible = stacks.possible
  }

  // Blocks from here on may have pages that were never touched.
  private static var sparseByteCount: UInt { 1 << 18 }

  // MARK: 1 to 3

  /// Marks what the words in a range lead to.
  package mutating func markRoot(_ range: AddressRange, isShared: Bool = false) {
    // What a file lost since it was mapped cannot be read; the pages that were touched can.
    scanResident(range, isShared: isShared) { $0.follow($1) }
    finishReachable()
  }

  /// Marks the block that begins at an address, if one does.
  package mutating func markBlock(at address: UInt) {
    if let block = blocks.find(address), block.start == address { reach(block) }
    finishReachable()
  }

  private mutating func finishReachable() {
    while reached.count > 0 { scan(reached.removeLast()) { $0.follow($1) } }
  }

  /// When all roots were read.
  package mutating func finishPossible() {
    while possible.count > 0 {
      let range = possible.removeLast()
      // It may have become reachable since.
      guard let block = blocks.find(range.start), block.state.pointee == BlockState.possible
      else { continue }
      scan(range) { $0.followPossible($1) }
    }
  }

  @inline(__always)
  private mutating func follow(_ word: UInt) {
    guard let block = blocks.find(word) else { return }
    let state = block.state.pointee
    if state == BlockState.reachable { return }
    if word & Self.addressMask == block.start || Middle.isBeginning(word, block, roots) {
      reach(block)
    } else if state == BlockState.unreached {
      block.state.pointee = BlockState.possible
      possible.append(AddressRange(start: block.start, end: block.start + UInt(block.byteCount)))
    }
  }

  @inline(__always)
  private mutating func reach(_ block: CheckedBlock) {
    if block.state.pointee == BlockState.reachable { return }
    block.state.pointee = BlockState.reachable
    if block.byteCount >= MemoryLayout<UInt>.size {
      reached.append(AddressRange(start: block.start, end: block.start + UInt(block.byteCount)))
    }
  }

  private mutating func followPossible(_ word: UInt) {
    guard let block = blocks.find(word), block.state.pointee == BlockState.unreached else { return }
    block.state.pointee = BlockState.possible
    possible.append(AddressRange(start: block.start, end: block.start + UInt(block.byteCount)))
  }

  @inline(__always)
  static var addressMask: UInt { 0xffff_ffff_ffff }

  // MARK: 4

  /// When all that can be reached was found.
  package mutating func markLost() {
    let blocks = blocks
    blocks.forEach { block, _, _ in
      if block.state.pointee != BlockState.unreached { return }
      block.state.pointee = BlockState.definite
      leader = block.state
      reached.append(AddressRange(start: block.start, end: block.start + UInt(block.byteCount)))
      while reached.count > 0 { scan(reached.removeLast()) { $0.followLost($1) } }
    }
  }

  private mutating func followLost(_ word: UInt) {
    guard let block = blocks.find(word), block.state != leader else { return }
    if block.state.pointee == BlockState.definite {
      block.state.pointee = BlockState.indirect
    } else if block.state.pointee == BlockState.unreached {
      block.state.pointee = BlockState.indirect
      reached.append(AddressRange(start: block.start, end: block.start + UInt(block.byteCount)))
    }
  }

  // MARK: Words

  @inline(__always)
  private mutating func scan(
    _ range: AddressRange, _ take: (inout Self, UInt) -> Void
  ) {
    if range.end - range.start < Self.sparseByteCount { return read(range.start, range.end, take) }
    scanResident(range, isShared: false, take)
  }

  @inline(__always)
  private mutating func scanResident(
    _ range: AddressRange, isShared: Bool, _ take: (inout Self, UInt) -> Void
  ) {
    var parts = ResidentPages.Parts(range)
    while let part = resident.next(&parts, isShared: isShared) { read(part.start, part.end, take) }
  }

  @inline(__always)
  private mutating func read(_ start: UInt, _ end: UInt, _ take: (inout Self, UInt) -> Void) {
    var place = (start &+ 7) & ~7
    while place &+ 8 <= end {
      take(&self, UnsafePointer<UInt>(bitPattern: place).unsafelyUnwrapped.pointee)
      place &+= 8
    }
  }
}
