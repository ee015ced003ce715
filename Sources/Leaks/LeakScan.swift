// One look at the whole process, from its mappings to the groups of a report. It runs in a child that sees the memory as it
// was when the process was forked, or, where there can be none, in the process itself while all threads stand still.

import CShims
import DebugHeap
import Memory
import Platform
import Traces

package struct LeakScan<Policy: DebugPolicy> {
  package let heap: DebugHeap<Policy>
  package let groups: LeakGroups
  /// Whether groups of possibly lost and of reachable blocks are wanted, too.
  package let listsAll: Bool
  /// The list of the process' timers, open; nil where there is none.
  package let timers: Int32?
  /// Whether a page that cannot be read must not be touched: in the process itself.
  package let isCareful: Bool

  /// Looks, and leaves the answer in the groups, which are not complete when there is no memory for it or no /proc.
  ///
  /// - Parameters:
  ///   - stackEnd: where the stack of the calling thread ends, its registers included.
  ///   - others: all other threads, of which there are `count`; below zero when they are not known.
  package func run(
    stackEnd: UInt, others: UnsafeMutablePointer<swiftmalloc_stopped_thread>?, count: Int,
    stopMemory: AddressRange
  ) {
    let counts = heap.liveCounts
    guard let table = BlockTable(heap),
      let threads = CheckedThreads(stackEnd: stackEnd, others: others, count: count),
      let stacks = MarkStacks(blockCount: counts.slots + counts.large),
      let shapes = MappedArray<BlockTypes.Shape>(capacity: BlockTypes.shapeCount),
      let room = CycleRoom()
    else { return }
    // In a child all this ends with it.
    defer {
      table.forEachMapping { SystemMemory.release($0, byteCount: $1) }
      threads.forEachMapping { SystemMemory.release($0, byteCount: $1) }
      stacks.forEachMapping { SystemMemory.release($0, byteCount: $1) }
      room.forEachMapping { SystemMemory.release($0, byteCount: $1) }
      shapes.release()
    }
    func forEachOwn(_ body: (UInt, Int) -> Void) {
      self.forEachOwn(table, threads, stacks, body)
      room.forEachMapping(body)
      body(shapes.addresses.start, shapes.addresses.byteCount)
    }
    var ownCount = 1
    forEachOwn { _, _ in ownCount += 1 }
    // Beside these: the list itself, and what the roots take.
    guard
      var own = MappedArray<AddressRange>(
        capacity: ownCount + threads.all.count + 2)
    else { return }
    defer { own.release() }
    own.append(stopMemory)
    own.append(own.addresses.start, own.addresses.byteCount)
    forEachOwn { own.append($0, $1) }
    guard var roots = Roots(own: own) else { return }
    defer { roots.mappings.release() }
    roots.leaveOutUnusedStacks(threads)
    var marking = Marking(table, roots, stacks, isCareful: isCareful)
    let types = BlockTypes(TypeMemory(roots: roots, isCareful: isCareful), shapes)
    mark(&marking, roots, threads, types, table)
    var search = CycleSearch(table, types, room)
    self.count(table, types, &search)
    findCycles(table, &search)
    groups.totals.pointee.missedThreads = threads.missedCount
    groups.totals.pointee.isComplete = true
  }

  private func mark(
    _ marking: inout Marking<Policy>, _ roots: Roots, _ threads: CheckedThreads,
    _ types: BlockTypes, _ table: BlockTable<Policy>
  ) {
    for index in 0..<threads.registers.count { marking.markRoot(threads.registers[index]) }
    // What a handler has freed inside of malloc is no longer the program's.
    heap.forEachPendingFree { marking.markWord($0) }
    // What the program says is no leak, and where it says pointers are.
    heap.forEachIgnored { marking.markWord($0) }
    RootRegions.forEach { mark($0, &marking, roots) }
    for index in 0..<threads.all.count {
      // The stacks for signals are ours, but a handler of the program's may run on one.
      let end = threads.all[index].stackEnd
      if let top = SignalStacks.end(end) { marking.markRoot(AddressRange(start: end, end: top)) }
      marking.markWord(threads.all[index].pointer)
      marking.markWord(Roots.threadVector(threads.all[index].pointer))
    }
    for index in 0..<threads.kernelPointers.count {
      marking.markWord(threads.kernelPointers[index])
    }
    if let timers { KernelPointers.forEach(inTimers: timers) { marking.markWord($0) } }
    KernelPointers.forEachOfEpoll { marking.markWord($0) }
    for index in 0..<roots.mappings.count where roots.mappings[index].isRoot {
      let mapping = roots.mappings[index]
      let range = roots.usedPart(of: mapping, threads)
      if range.start != mapping.start, let block = Roots.controlBlock(atEndOf: range) {
        marking.markWord(Roots.threadVector(block))
      }
      roots.forEachForeign(in: range) { marking.markRoot($0, isShared: mapping.isShared) }
    }
    marking.finishPossible()
    marking.markLost()
    if Suppressions.isEmpty { return }
    marking.suppress {
      Suppressions.line($0.trace) != nil || typeLine(types.type(of: $0, in: table)) != nil
    }
  }

  /// What can be read of a region.
  private func mark(_ region: AddressRange, _ marking: inout Marking<Policy>, _ roots: Roots) {
    for index in 0..<roots.mappings.count where roots.mappings[index].isReadable {
      let mapping = roots.mappings[index]
      let start = max(mapping.start, region.start)
      let end = min(mapping.end, region.end)
      if start >= end { continue }
      marking.markRoot(AddressRange(start: start, end: end), isShared: mapping.isShared)
    }
  }

  /// The line of the suppressions that matches a type.
  private func typeLine(_ type: BlockType) -> Int? {
    Suppressions.hasTypes && type != .none ? Suppressions.line(type) : nil
  }

  private func count(
    _ table: BlockTable<Policy>, _ types: BlockTypes, _ search: inout CycleSearch<Policy>
  ) {
    let hasTraces = Unwinder.frameLimit != 0
    table.forEach { number in
      let block = table.block(number)
      // What reports allocate, by libraries that keep it, is not the program's.
      if block.trace == 0, block.thread == 0, hasTraces { return }
      let kind = LeakKind(state: table.state(number))
      if !listsAll, !kind.isLost { return groups.add(kind, block.byteCount) }
      let type = types.type(of: block, in: table)
      let isSuppressed = table.isSuppressed(number)
      let group = groups.add(
        kind, block, type, isSuppressed: isSuppressed,
        typeLine: isSuppressed && Suppressions.line(block.trace) == nil ? typeLine(type) : nil,
        sizeLimit: Self.sizeLimit(block))
      guard let group, kind.isLost, !isSuppressed else { return }
      if Suppressions.hasTypes { groups.findings.note(type) }
      if group.pointee.stepCount == 0, table.isInCircle(number), !table.isTold(number),
        let last = search.find(from: number)
      {
        _ = search.isNew(last)
        groups.findings.add(last, of: search, to: group)
      }
    }
  }

  private static func sizeLimit(_ block: CheckedBlock) -> Int {
    block.trace != 0 ? 0 : DebugHeap<Policy>.classLimit(block.byteCount)
  }

  private static var mostSearches: UInt8 { 4 }

  /// Cycles below direct leaks, none of which is like one that is told: of each group of indirect ones some blocks are looked at that are in no cycle that
  /// was told.
  private func findCycles(_ table: BlockTable<Policy>, _ search: inout CycleSearch<Policy>) {
    if groups.totals.pointee.kinds[LeakKind.indirect.rawValue].blocks == 0 { return }
    table.forEach { number in
      if table.state(number) != BlockState.indirect || table.isInCircle(number)
        || table.isTold(number) || table.isSuppressed(number)
      {
        return
      }
      let block = table.block(number)
      let key = LeakGroup.key(.indirect, trace: block.trace, sizeLimit: Self.sizeLimit(block))
      guard let group = groups.group(key), group.pointee.stepCount == 0,
        group.pointee.searchCount < Self.mostSearches
      else { return }
      group.pointee.searchCount += 1
      guard let last = search.find(from: number), search.isNew(last) else { return }
      groups.findings.add(last, of: search, to: group)
    }
  }

  /// Everything that is ours and so no root.
  private func forEachOwn(
    _ table: BlockTable<Policy>, _ threads: CheckedThreads, _ stacks: MarkStacks,
    _ body: (UInt, Int) -> Void
  ) {
    heap.forEachMapping(body)
    Unwinder.forEachMapping(body)
    var (index, start, end) = (0 as Int32, 0 as UInt, 0 as UInt)
    while swiftmalloc_own_data(index, &start, &end) != 0 {
      body(start, Int(end - start))
      index += 1
    }
    body(groups.addresses.start, groups.addresses.byteCount)
    LeakState.forEachMapping(body)
    body(RootRegions.addresses.start, RootRegions.addresses.byteCount)
    table.forEachMapping(body)
    threads.forEachMapping(body)
    stacks.forEachMapping(body)
  }
}
