// Random graphs of blocks against a model that follows pointers by sets.

import Memory
import Platform
import TestPages
import Testing
import Traces

@testable import DebugHeap
@testable import Leaks

enum LeakTestPolicy: DebugPolicy {
  typealias Pages = TestPages
}

typealias LeakTestHeap = DebugHeap<LeakTestPolicy>

/// Runs `body` with a heap of the test's own.
func withLeakHeap(
  isChecked: Bool = false, placement: DebugSettings.Placement = .slots,
  _ body: (LeakTestHeap) throws -> Void
) throws {
  #expect(TestProcess.start())
  var settings = DebugSettings()
  settings.isChecked = isChecked
  settings.placement = placement
  settings.stopsAtError = false
  let pages = TestPages(longestReservation: 64 << 20)
  let heap = try #require(LeakTestHeap(pages: pages, settings: settings))
  try body(heap)
  pages.releaseAll()
}

/// A block of the test, and what its words point to.
private struct Node {
  let start: UInt
  let size: Int
  var exact: Set<Int> = []
  var inner: Set<Int> = []
  var all: Set<Int> { exact.union(inner) }
}

@Suite struct MarkingTests {
  /// The states that the description in Marking.swift asks for.
  private func expectedStates(_ nodes: [Node], exactRoots: Set<Int>, innerRoots: Set<Int>)
    -> [UInt8]
  {
    var states = [UInt8](repeating: BlockState.unreached, count: nodes.count)
    func spread(_ first: Set<Int>, _ state: UInt8, _ next: (Node) -> Set<Int>) {
      var open = first.filter { states[$0] == BlockState.unreached }
      while let index = open.popFirst() {
        states[index] = state
        open.formUnion(next(nodes[index]).filter { states[$0] == BlockState.unreached })
      }
    }
    spread(exactRoots, BlockState.reachable) { $0.exact }
    var inner = innerRoots
    for (index, node) in nodes.enumerated() where states[index] == BlockState.reachable {
      inner.formUnion(node.inner)
    }
    spread(inner, BlockState.possible) { $0.all }
    // In the order of addresses.
    for index in nodes.indices.sorted(by: { order(nodes[$0]) < order(nodes[$1]) })
    where states[index] == BlockState.unreached {
      states[index] = BlockState.definite
      var open = nodes[index].all
      var seen: Set<Int> = [index]
      while let next = open.popFirst() {
        if !seen.insert(next).inserted { continue }
        if states[next] == BlockState.definite { states[next] = BlockState.indirect }
        if states[next] == BlockState.unreached {
          states[next] = BlockState.indirect
          open.formUnion(nodes[next].all)
        }
      }
    }
    return states
  }

  /// Large blocks come behind those in slots.
  private func order(_ node: Node) -> UInt {
    node.size > 16_000 ? node.start | 1 << 63 : node.start
  }

  private func makeNodes(_ heap: LeakTestHeap, _ random: inout SeededRandom) -> [Node] {
    var nodes: [Node] = []
    for _ in 0..<150 {
      let size = random.once(in: 12) ? 20_000 + random.below(400_000) : 32 + random.below(400)
      let alignment = random.once(in: 8) ? 64 : 16
      let address = heap.allocate(size, alignment: alignment).address
      bytes(address).initialize(repeating: 0, count: size)
      if random.once(in: 5) {
        heap.free(address, Deallocation(.cFree))
      } else {
        nodes.append(Node(start: address, size: size))
      }
    }
    return nodes
  }

  /// A pointer to or into a node; where it points to.
  private func pointer(_ nodes: [Node], _ random: inout SeededRandom) -> (UInt, Int, Bool) {
    let target = random.below(nodes.count)
    let isExact = random.below(100) < 70
    // Not a place that a rule of `InteriorPointer` knows.
    let offset = isExact ? 0 : UInt(1 + random.below(7))
    // Some bear a tag.
    let tag: UInt = random.once(in: 10) ? 0x8000 << 48 : 0
    return (tag | nodes[target].start + offset, target, isExact)
  }

  @Test(arguments: 1...12 as ClosedRange<UInt64>, [false, true])
  func graphs(seed: UInt64, isChecked: Bool) throws {
    try withLeakHeap(isChecked: isChecked) { heap in
      var random = SeededRandom(seed: seed)
      var nodes = makeNodes(heap, &random)
      for index in nodes.indices {
        // The last word of one in the middle of nowhere, and one behind the end, count as what they are.
        for _ in 0..<random.below(3) {
          let (word, target, isExact) = pointer(nodes, &random)
          let place = nodes[index].start + UInt(8 * random.below(nodes[index].size / 8))
          let old = Roots.word(place)
          if old != 0 { continue }
          words(place).pointee = word
          if isExact {
            nodes[index].exact.insert(target)
          } else {
            nodes[index].inner.insert(target)
          }
        }
      }
      var roots = [UInt](repeating: 0, count: 8)
      var exactRoots: Set<Int> = []
      var innerRoots: Set<Int> = []
      for place in 0..<6 {
        let (word, target, isExact) = pointer(nodes, &random)
        roots[place] = word
        if isExact { exactRoots.insert(target) } else { innerRoots.insert(target) }
      }
      // One past an end, and a small number, are no pointers.
      roots[6] = nodes[0].start + UInt(nodes[0].size)
      roots[7] = 0x1000
      let states = try mark(heap, nodes, roots)
      let expected = expectedStates(nodes, exactRoots: exactRoots, innerRoots: innerRoots)
      #expect(states == expected, "seed \(seed)")
    }
  }

  private func mark(_ heap: LeakTestHeap, _ nodes: [Node], _ roots: [UInt]) throws -> [UInt8] {
    let table = try #require(BlockTable(heap))
    let stacks = try #require(MarkStacks(blockCount: nodes.count))
    let own = try #require(MappedArray<AddressRange>(capacity: 1))
    let mappings = try #require(Roots(own: own))
    var marking = Marking(table, mappings, stacks)
    roots.withUnsafeBytes {
      let start = UInt(bitPattern: $0.baseAddress)
      marking.markRoot(AddressRange(start: start, end: start + UInt($0.count)))
    }
    marking.finishPossible()
    marking.markLost()
    var found: [UInt: UInt8] = [:]
    table.forEach { found[table.block($0).start] = table.state($0) }
    #expect(found.count == nodes.count)
    return nodes.map { found[$0.start] ?? BlockState.none }
  }
}

func bytes(_ address: UInt) -> UnsafeMutablePointer<UInt8> {
  UnsafeMutablePointer(bitPattern: address).unsafelyUnwrapped
}

func words(_ address: UInt) -> UnsafeMutablePointer<UInt> {
  UnsafeMutablePointer(bitPattern: address).unsafelyUnwrapped
}
