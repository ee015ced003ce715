// Retain cycles among lost blocks: the shortest way from a block back to it. Only what owns is
// followed, so that a cycle that is told is one:
//
//   Swift   references to the beginnings of Swift's blocks, where all of the field or the capture owns (SwiftFields+Owners)
//   C++     from any block to the count of a std::shared_ptr's owners, and from there to the object; from a std::vector to its
//           elements (CxxOwners)
//
// The search of one block ends after some thousand blocks, and all of them together after some
// million words.

import DebugHeap
import Platform

struct CycleSearch<Policy: DebugPolicy> {
  private static var mostWordsOfBlock: UInt { 1 << 16 }
  // What looking up a field costs, in words.
  private static var ownerCost: Int { 8192 }

  let blocks: BlockTable<Policy>
  let types: BlockTypes
  private let fields: SwiftFields
  private let cxx: CxxOwners<Policy>
  private var visits: MappedArray<CycleVisit>
  private let places: MappedArray<CyclePlace>
  private var told: MappedArray<UInt>
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
    cxx = CxxOwners(blocks: blocks, memory: types.memory)
    visits = room.visits
    places = room.places
    told = room.told
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
        number: start, source: -1, offset: 0, type: types.type(of: blocks.block(start), in: blocks),
        limit: .max))
    var next = 0
    while next < visitCount, wordsOfSearch > 0 {
      if let offset = follow(next) { return (Int32(next), offset) }
      next += 1
    }
    return nil
  }

  /// Whether a cycle that was found is of other types or fields than all that are told; it is from now on.
  @inline(never)
  mutating func isNew(_ end: (visit: Int32, offset: UInt32)) -> Bool {
    var (place, offset) = (end.visit, end.offset)
    var sum: UInt = 0
    while place >= 0 {
      let visit = visits.elements[Int(place)]
      // Wherever it is begun, the sum is the same.
      let step = (visit.type.word &+ UInt(offset) &<< 48 &+ 1) &* 0x9e37_79b9_7f4a_7c15
      sum &+= step ^ step &>> 31
      (place, offset) = (visit.source, visit.offset)
    }
    for index in 0..<told.count where told.elements[index] == sum { return false }
    if told.count < LeakFindings.stepCapacity { told.append(sum) }
    return true
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
    let most = min(UInt(visit.limit), Self.mostWordsOfBlock * 8)
    let end = min(UInt(bitPattern: block.byteCount), most) & ~7
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
      let limit = ownedBytes(of: found, type, by: block, visit.type, offset)
      if limit == 0 { continue }
      if isBack {
        if firstOffset(source, offset) < UInt(limit) { return UInt32(offset) }
        continue
      }
      add(
        CycleVisit(
          number: target, source: Int32(source), offset: UInt32(offset), type: type, limit: limit))
    }
    return nil
  }

  /// Where in the first block the way begins that leads to a word.
  private func firstOffset(_ source: Int, _ offset: UInt) -> UInt {
    var (place, offset) = (source, offset)
    while place > 0 {
      offset = UInt(visits.elements[place].offset)
      place = Int(visits.elements[place].source)
    }
    return offset
  }

  private func isLost(_ number: Int) -> Bool {
    let state = blocks.state(number)
    return (state == BlockState.definite || state == BlockState.indirect)
      && !blocks.isSuppressed(number)
  }

  /// How many bytes of a block hold what a word of another one owns by it; 0: it does not own it.
  @inline(never)
  private mutating func ownedBytes(
    of block: CheckedBlock, _ type: BlockType, by owner: CheckedBlock, _ ownerType: BlockType,
    _ offset: UInt
  ) -> UInt32 {
    if ownerType.isSwift {
      return type.isSwift && isOwned(by: owner, ownerType, offset) ? .max : 0
    }
    if type.kind == .ownerCount {
      return cxx.isOwner(ofCount: block, type, in: owner, offset) ? .max : 0
    }
    if type == .none, let bytes = cxx.elements(at: offset, of: owner, in: block) {
      return UInt32(clamping: bytes)
    }
    // A count has the pointer to its object behind the numbers.
    if ownerType.kind != .ownerCount || type.isSwift || offset != 16 && offset != 24 { return 0 }
    guard let name = CxxType.name(ownerType.address, types.memory) else { return 0 }
    return CxxType.holdsObject(name, types.memory) ? 0 : .max
  }

  private mutating func isOwned(by block: CheckedBlock, _ type: BlockType, _ offset: UInt) -> Bool {
    wordsOfSearch -= 64
    switch type.kind {
    case .swiftClass:
      let isElement = offset >= UInt(types.memory.half(type.address &+ 24) ?? UInt32.max)
      if isElement, storage == type.address, !storageOwns { return false }
      if !isElement || storage != type.address {
        wordsOfSearch -= Self.ownerCost
        let answer = fields.isOwner(in: type.address, at: offset)
        if isElement { (storage, storageOwns) = (type.address, answer) }
        if !answer { return false }
      }
      return !isElement
        || SwiftStorage(memory: types.memory).holds(block, type.address, at: offset)
    case .closure:
      wordsOfSearch -= Self.ownerCost
      return SwiftCaptures(fields: fields).isOwner(in: type.address, at: offset)
    case .box:
      return types.memory.word(type.address &+ 16).map { fields.isOwner(metadata: $0) } ?? false
    case .swiftError: return fields.isOwner(metadata: type.address)
    // What a task refers to, its runtime knows.
    default: return false
    }
  }
}
