// What a check keeps beside its groups, in the same memory: the cycles that were found, and, where suppressions ask for types, the
// types of lost blocks.

import DebugHeap

struct LeakFindings {
  static let stepCapacity = 8192
  /// A power of two; half of it is used at most.
  static let typeCapacity = 4096
  /// Blocks of a cycle that are told.
  private static let mostSteps = 64

  private let totals: UnsafeMutablePointer<LeakTotals>
  private let steps: UnsafeMutablePointer<CycleStep>
  private let types: UnsafeMutablePointer<UInt>

  init(totals: UnsafeMutablePointer<LeakTotals>, start: UInt) {
    self.totals = totals
    let steps = UnsafeMutableRawPointer(bitPattern: start).unsafelyUnwrapped
    self.steps = steps.assumingMemoryBound(to: CycleStep.self)
    types = (steps + Self.stepCapacity * MemoryLayout<CycleStep>.stride)
      .assumingMemoryBound(to: UInt.self)
  }

  /// Keeps the cycle that a search has found, for a group; not one that is too long to be told.
  @inline(never)
  func add<Policy>(
    _ end: (visit: Int32, offset: UInt32), of search: borrowing CycleSearch<Policy>,
    to group: UnsafeMutablePointer<LeakGroup>
  ) {
    var count = 0
    var place = end.visit
    while place >= 0 {
      place = search.visit(place).source
      count += 1
    }
    let first = totals.pointee.stepCount
    if count > Self.mostSteps || first + count > Self.stepCapacity { return }
    totals.pointee.stepCount += count
    group.pointee.firstStep = first
    group.pointee.stepCount = count
    var offset = end.offset
    place = end.visit
    for index in (0..<count).reversed() {
      let visit = search.visit(place)
      steps[first + index] = CycleStep(
        type: visit.type, offset: offset, trace: search.blocks.block(visit.number).trace)
      search.blocks.noteTold(visit.number)
      offset = visit.offset
      place = visit.source
    }
  }

  /// A step of a group's cycle.
  func step(_ index: Int, of group: UnsafeMutablePointer<LeakGroup>) -> CycleStep {
    steps[group.pointee.firstStep + index]
  }

  /// Keeps the type of a lost block; one too many is left out.
  @inline(never)
  func note(_ type: BlockType) {
    if type == .none || totals.pointee.typeCount >= Self.typeCapacity / 2 { return }
    var place = Int((type.word &* 0x9e37_79b9_7f4a_7c15) >> 52)
    while types[place] != 0, types[place] != type.word {
      place = (place + 1) & (Self.typeCapacity - 1)
    }
    if types[place] == 0 { totals.pointee.typeCount += 1 }
    types[place] = type.word
  }

  /// Calls `body` with each of these types.
  func forEachType(_ body: (BlockType) -> Void) {
    if totals.pointee.typeCount == 0 { return }
    for place in 0..<Self.typeCapacity where types[place] != 0 {
      body(BlockType(word: types[place]))
    }
  }
}
