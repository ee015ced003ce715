// A random sequence of operations on a debug heap, against what is known of its blocks.

import Memory
import Platform
import TestPages

@testable import DebugHeap

struct DebugHeapTrace<Policy: DebugPolicy> {
  private struct Live {
    let block: TestBlock
    let alignment: Int
    let kind: BlockKind
    let size: Int
  }

  private let heap: DebugHeap<Policy>
  private var random: SeededRandom
  private var live: [Live] = []
  private var nextID: UInt64 = 1
  private(set) var failures = 0
  /// Called now and then: it makes the source of pages refuse, or give again.
  var disturb: ((inout SeededRandom) -> Void)?
  var liveLimit = 400
  var longest = 300_000

  init(_ heap: DebugHeap<Policy>, seed: UInt64) {
    self.heap = heap
    random = SeededRandom(seed: seed)
  }

  private var requested: Int { live.reduce(0) { $0 + $1.size } }

  /// One operation; what is wrong, or nil.
  mutating func step() -> String? {
    if random.once(in: 64) { disturb?(&random) }
    switch random.below(100) {
    case 0..<48: return live.count < liveLimit ? allocate() : free()
    case 48..<88: return free()
    case 88..<97: return reallocate()
    case 97: return query()
    default: return random.once(in: 40) ? check() : nil
    }
  }

  private mutating func size() -> Int {
    switch random.below(400) {
    case 0: random.below(longest)
    case 1..<20: random.below(20_000)
    case 20..<100: random.below(2000)
    default: random.below(200)
    }
  }

  private mutating func allocate() -> String? {
    let size = size()
    let alignment = random.once(in: 8) ? 16 << random.below(random.once(in: 20) ? 13 : 7) : 16
    let kind = [BlockKind.cMalloc, .operatorNew, .operatorNewArray][random.below(3)]
    let new = heap.allocate(size, alignment: alignment, kind: kind)
    if new.address == 0 {
      failures += 1
      return nil
    }
    if new.address % UInt(alignment) != 0 { return "\(size) bytes not at \(alignment)" }
    if new.isZero, size > 0, !TestBlock.isZero(new.address, byteCount: size) {
      return "\(size) bytes are not zero"
    }
    return note(new.address, size, alignment, kind)
  }

  private mutating func note(_ address: UInt, _ size: Int, _ alignment: Int, _ kind: BlockKind)
    -> String?
  {
    let block = TestBlock(address, byteCount: size, id: nextID)
    nextID += 1
    live.append(Live(block: block, alignment: alignment, kind: kind, size: size))
    return heap.usableSize(address) == size ? nil : "usable size of \(size) bytes"
  }

  private mutating func take() -> Live? {
    if live.isEmpty { return nil }
    live.swapAt(random.below(live.count), live.count - 1)
    return live.removeLast()
  }

  private mutating func free() -> String? {
    guard let old = take() else { return nil }
    if !old.block.isIntact { return "contents of \(old.size) bytes changed" }
    var release = Deallocation(old.kind.function)
    if random.once(in: 2) { release.size = old.size }
    if random.once(in: 2) { release.alignment = old.alignment }
    heap.free(old.block.address, release)
    return nil
  }

  private mutating func reallocate() -> String? {
    guard let old = take() else { return nil }
    if old.kind != .cMalloc {
      live.append(old)
      return nil
    }
    let size = random.once(in: 3) ? old.size + random.below(old.size + 2) : size()
    let new = heap.reallocate(old.block.address, to: size)
    if new == 0 {
      failures += 1
      live.append(old)
      return old.block.isIntact ? nil : "a failed realloc changed the block"
    }
    if size > 0, old.size > 0, !old.block.isIntact(movedTo: new, count: size) {
      return "realloc from \(old.size) to \(size) bytes lost contents"
    }
    // What realloc returns is aligned as malloc aligns, and free_sized may be told so.
    return note(new, size, 16, .cMalloc)
  }

  private mutating func query() -> String? {
    guard let old = live.randomElement(using: &random) else { return nil }
    if heap.usableSize(old.block.address) != old.size { return "usable size" }
    if old.size > 16, heap.usableSize(old.block.address + 16) != 0 { return "size inside" }
    let statistics = heap.statistics()
    if statistics.requestedBytes != requested { return "requestedBytes of the statistics" }
    if statistics.residentBytes < requested { return "residentBytes < requestedBytes" }
    return nil
  }

  /// Everything that must hold at any time.
  mutating func check() -> String? {
    let damaged = heap.checkAll("check")
    if damaged != 0 { return "\(damaged) damaged blocks" }
    if heap.errorCount != 0 { return "an error was reported: \(TestProcess.log.suffix(400))" }
    return heap.checkInvariants().map { "\($0)" }
  }

  /// Frees all.
  mutating func finish() -> String? {
    while !live.isEmpty {
      if let wrong = free() { return wrong }
    }
    if heap.statistics().requestedBytes != 0 { return "bytes of an empty heap" }
    return check()
  }
}

extension BlockKind {
  var function: Deallocation.Function {
    switch self {
    case .cMalloc: .cFree
    case .operatorNew: .operatorDelete
    case .operatorNewArray: .operatorDeleteArray
    }
  }
}
