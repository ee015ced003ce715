// Retain cycles among lost blocks: the shortest way from a block back to it. Only what owns is
// followed, so that a cycle that is told is one:
//
//   Swift   references to the beginnings of Swift's blocks, where the field or the capture is not weak, unowned or unsafe
//   C++     from any block to the count of a std::shared_ptr's owners that no std::weak_ptr uses, and from there to the object
//
// The search of one block ends after some thousand blocks, and all of them together after some
// million words.

import DebugHeap
import Platform

/// A block of a cycle, and which of its words leads to the next one.
package struct CycleStep {
  package let type: BlockType
  /// Bytes from the block's beginning to that word.
  package let offset: UInt32
  package let trace: UInt32
}

/// A block on the way.
struct CycleVisit {
  let number: Int
  /// The one before, by its place in the list, and where in it the pointer stands.
  let source: Int32
  let offset: UInt32
  let type: BlockType
}

/// Where a block is in the list of visits, by a hash of its number.
struct CyclePlace {
  var search: UInt32 = 0
  var visit: Int32 = 0
}

/// Memory for the searches, made before anything is marked.
struct CycleRoom {
  static let mostVisits = 4096

  let visits: MappedArray<CycleVisit>
  let places: MappedArray<CyclePlace>

  init?() {
    guard let visits = MappedArray<CycleVisit>(capacity: Self.mostVisits),
      let places = MappedArray<CyclePlace>(capacity: 4 * Self.mostVisits)
    else { return nil }
    self.visits = visits
    self.places = places
  }

  func forEachMapping(_ body: (UInt, Int) -> Void) {
    body(visits.addresses.start, visits.addresses.byteCount)
    body(places.addresses.start, places.addresses.byteCount)
  }
}

struct CycleSearch<Policy: DebugPolicy> {
  private static var mostWordsOfBlock: UInt { 1 << 16 }
  // What looking up a field costs, in words.
  private static var ownerCost: Int { 8192 }

  let blocks: BlockTable<Policy>
  let types: BlockTypes
  private let fields: SwiftFields
  private var visits: MappedArray<CycleVisit>
  private let places: MappedArray<CyclePlace>
  private var number: UInt32 = 0
  /// Words that may still be read in all searches together, and in this one.
  private var wordsLeft = 1 << 25
  private var wordsOfSearch = 0
  private var visitCount = 0
  /// The type of the storage that was asked for last, and whether its elements own what they refer
  /// to.
  private var storage: UInt = 0
  private var storageOwns = true

  init(_ blocks: BlockTable<Policy>, _ types: BlockTypes, _ room: CycleRoom) {
    self.blocks = blocks
    self.types = types
    fields = SwiftFields(memory: types.memory)
    visits = room.visits
    places = room.places
  }

  /// Where a shortest way from a lost block back to it ends: the place of the last visit, and where
  /// in its block the word stands that leads to the first one. Nil when none is found. `visit` then
  /// tells the way, from its end on.
  @inline(never)
  mutating func find(from start: Int) -> (visit: Int32, offset: UInt32)? {
    if wordsLeft <= 0 { return nil }
    wordsOfSearch = min(1 << 21, wordsLeft)
    wordsLeft -= wordsOfSearch
    defer { wordsLeft += max(wordsOfSearch, 0) }
    number += 1
    visitCount = 0
    add(
      CycleVisit(
        number: start, source: -1, offset: 0, type: types.type(of: blocks.block(start), in: blocks))
    )
    var next = 0
    while next < visitCount, wordsOfSearch > 0 {
      if let offset = follow(next) { return (Int32(next), offset) }
      next += 1
    }
    return nil
  }

  /// A visit by its place in the list.
  func visit(_ place: Int32) -> CycleVisit { visits.elements[Int(place)] }

  private mutating func add(_ visit: CycleVisit) {
    if visitCount == CycleRoom.mostVisits { return }
    places.elements[place(of: visit.number)] = CyclePlace(
      search: number, visit: Int32(visitCount))
    visits.elements[visitCount] = visit
    visitCount += 1
  }

  // The table is four times as long as the list: there is always a free place.
  private func place(of block: Int) -> Int {
    var place = Int((UInt(bitPattern: block) &* 0x9e37_79b9_7f4a_7c15) >> 50)
    while places.elements[place].search == number,
      visits.elements[Int(places.elements[place].visit)].number != block
    {
      place = (place + 1) & (4 * CycleRoom.mostVisits - 1)
    }
    return place
  }

  /// Adds what a block owns; where in it the word stands that leads back to the first block, if one
  /// does.
  @inline(never)
  private mutating func follow(_ source: Int) -> UInt32? {
    let visit = visits.elements[source]
    let block = blocks.block(visit.number)
    let end = min(UInt(bitPattern: block.byteCount), Self.mostWordsOfBlock * 8) & ~7
    var offset: UInt = visit.type.isSwift ? 16 : 0
    while offset < end {
      defer { offset += 8 }
      wordsOfSearch -= 1
      if types.memory.isCareful, types.memory.word(block.start &+ offset) == nil { continue }
      let word = Roots.word(block.start &+ offset)
      if BlockTable<Policy>.address(word) &- blocks.lowest >= blocks.span { continue }
      let target = blocks.number(word)
      if target < 0 || !isLost(target) { continue }
      let found = blocks.block(target)
      if BlockTable<Policy>.address(word) != found.start { continue }
      let isBack = target == visits.elements[0].number
      if !isBack, places.elements[place(of: target)].search == number { continue }
      let type = types.type(of: found, in: blocks)
      if !isOwned(found, type, by: visit.type, offset) { continue }
      if isBack { return UInt32(offset) }
      add(
        CycleVisit(number: target, source: Int32(source), offset: UInt32(offset), type: type))
    }
    return nil
  }

  private func isLost(_ number: Int) -> Bool {
    let state = blocks.state(number)
    return (state == BlockState.definite || state == BlockState.indirect)
      && !blocks.isSuppressed(number)
  }

  @inline(never)
  private mutating func isOwned(
    _ block: CheckedBlock, _ type: BlockType, by owner: BlockType, _ offset: UInt
  ) -> Bool {
    if owner.isSwift {
      return type.isSwift && isOwned(by: owner, offset)
    }
    if type.kind == .ownerCount { return isOnlyOwned(block, type) }
    // A count has the pointer to its object behind the numbers.
    if owner.kind != .ownerCount || type.isSwift || offset != 16 && offset != 24 { return false }
    guard let name = CxxType.name(owner.address, types.memory) else { return false }
    return !CxxType.holdsObject(name, types.memory)
  }

  private mutating func isOwned(by owner: BlockType, _ offset: UInt) -> Bool {
    if owner.kind != .swiftClass, owner.kind != .closure { return true }
    let isElement =
      owner.kind == .swiftClass
      && offset >= UInt(types.memory.half(owner.address &+ 24) ?? UInt32.max)
    if isElement, storage == owner.address { return storageOwns }
    wordsOfSearch -= Self.ownerCost
    if owner.kind == .closure {
      return SwiftCaptures(fields: fields).isOwner(in: owner.address, at: offset)
    }
    let answer = fields.isOwner(in: owner.address, at: offset)
    if isElement { (storage, storageOwns) = (owner.address, answer) }
    return answer
  }

  /// Whether all that point to a count of owners are owners: the second number counts the others,
  /// and one for all owners.
  private func isOnlyOwned(_ block: CheckedBlock, _ type: BlockType) -> Bool {
    guard let name = CxxType.name(type.address, types.memory) else { return false }
    if CxxType.isLibcxxOwnerCount(name, types.memory) {
      return block.byteCount >= 24 && Roots.word(block.start &+ 16) == 0
    }
    return Roots.word(block.start &+ 8) >> 32 == 1
  }
}
