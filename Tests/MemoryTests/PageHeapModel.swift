// A page heap beside a model of it: which runs are live, and which slices the program has written
// to since they were committed or purged.

import Memory
import Platform
import Synchronization
import TestPages

final class PageHeapModel {
  typealias PageHeap = Memory.PageHeap<TestPolicy>

  struct LiveRun {
    let record: UnsafeMutablePointer<SpanRecord>
    let start: UInt
    /// Bytes that were asked for: in the last slice there is a tail, if there are fewer.
    var byteCount: Int
    let id: UInt64

    var sliceCount: Int { (byteCount + PageMap.sliceSize - 1) / PageMap.sliceSize }
  }

  let pages: TestPages
  let heap: UnsafeMutablePointer<PageHeap>
  private let metadata: UnsafeMutablePointer<MetadataAllocator<TestPolicy>>
  private(set) var live: [LiveRun] = []
  private var owners: [UInt: UInt64] = [:]
  private let written = Written()
  private var nextID: UInt64 = 1
  private var purgeTime: UInt32 = 0

  /// Slices whose contents may be other than zero, as the source of pages is told of it.
  private final class Written: Sendable {
    let slices = Mutex<Set<UInt>>([])
  }

  init(purgeDelay: Int = 500, at place: UInt? = nil) {
    let written = self.written
    pages = TestPages(at: place) { call, address, byteCount in
      guard call == .purge || call == .renew else { return }
      written.slices.withLock { $0.subtract(Self.slices(address, byteCount / PageMap.sliceSize)) }
    }
    metadata = .allocate(capacity: 1)
    metadata.initialize(to: MetadataAllocator(pages: pages))
    heap = .allocate(capacity: 1)
    heap.initialize(
      to: PageHeap(
        pages: pages, settings: PageHeapSettings(purgeDelay: purgeDelay, hugePages: .auto)))
  }

  func releaseAll() {
    pages.releaseAll()
    heap.deinitialize(count: 1)
    heap.deallocate()
    metadata.deinitialize(count: 1)
    metadata.deallocate()
  }

  private static func slices(_ start: UInt, _ count: Int) -> [UInt] {
    (0..<count).map { start / UInt(PageMap.sliceSize) + UInt($0) }
  }

  /// Allocates and checks the run; what is wrong with it, or nil. Of its bytes so many are a tail, less than half a slice.
  /// `isGiven` tells of a refusal.
  func allocate(
    _ sliceCount: Int, alignment: Int = 1, tail: Int = 0, isGiven: inout Bool
  ) -> String? {
    let byteCount = sliceCount * PageMap.sliceSize - tail
    let run = heap.pointee.allocate(
      sliceCount: sliceCount, alignment: alignment, usable: byteCount, metadata: metadata)
    isGiven = run != nil
    guard let run else { return nil }
    let start = run.record.pointee.start
    let slices = Self.slices(start, sliceCount)
    if slices[0] % UInt(alignment) != 0 { return "run not aligned" }
    if PageMap.record(start) != run.record || run.record.pointee.kind != .medium {
      return "record of the head is not that of a run in use"
    }
    if run.record.pointee.byteCount != sliceCount * PageMap.sliceSize { return "wrong length" }
    if slices.contains(where: { owners[$0] != nil }) { return "run overlaps a live one" }
    let isZero = written.slices.withLock { $0.isDisjoint(with: slices) }
    if run.isZero && !isZero { return "run said to be zero was written to" }
    // The kernel's word, too: a word at both ends of each slice.
    let words = slices.flatMap { slice -> [UInt64] in
      let first = slice * UInt(PageMap.sliceSize)
      return [Self.word(first), Self.word(first + UInt(PageMap.sliceSize) - 8)]
    }
    if run.isZero && words.contains(where: { $0 != 0 }) { return "run said to be zero is not" }
    let taken = LiveRun(record: run.record, start: start, byteCount: byteCount, id: nextID)
    nextID += 1
    live.append(taken)
    write(taken)
    return check()
  }

  // Its number into each slice, and to the end of what may be used.
  private func write(_ run: LiveRun) {
    let slices = Self.slices(run.start, run.sliceCount)
    for slice in slices { owners[slice] = run.id }
    for place in Self.places(run) { Self.setWord(place, run.id) }
    written.slices.withLock { $0.formUnion(slices) }
  }

  private static func places(_ run: LiveRun) -> [UInt] {
    let end = run.start + UInt(run.byteCount & ~7)
    return slices(run.start, run.sliceCount).flatMap { slice -> [UInt] in
      let first = slice * UInt(PageMap.sliceSize)
      return [first, min(first + UInt(PageMap.sliceSize), end) - 8]
    }
  }

  private static func word(_ address: UInt) -> UInt64 {
    UnsafePointer<UInt64>(bitPattern: address).unsafelyUnwrapped.pointee
  }

  private static func setWord(_ address: UInt, _ word: UInt64) {
    UnsafeMutablePointer<UInt64>(bitPattern: address).unsafelyUnwrapped.pointee = word
  }

  /// Whether the run's memory is as the program left it.
  private func isIntact(_ run: LiveRun) -> Bool {
    Self.slices(run.start, run.sliceCount).allSatisfy { owners[$0] == run.id }
      && Self.places(run).allSatisfy { Self.word($0) == run.id }
  }

  func free(at index: Int) -> String? {
    let run = live.remove(at: index)
    if !isIntact(run) { return "a live run was overwritten" }
    for slice in Self.slices(run.start, run.sliceCount) { owners[slice] = nil }
    heap.pointee.lock.lock()
    heap.pointee.noteFreed(run.record)
    heap.pointee.lock.unlock()
    heap.pointee.free(run.record, System.milliseconds)
    return check()
  }

  /// Lets a live run have so many bytes, no more than its slices have; what is wrong with it, or nil.
  func fit(at index: Int, to byteCount: Int) -> String? {
    let run = live[index]
    live[index].byteCount = byteCount
    for slice in Self.slices(run.start, run.sliceCount).dropFirst(live[index].sliceCount) {
      owners[slice] = nil
    }
    heap.pointee.fit(run.record, to: byteCount)
    if byteCount > run.byteCount, !isIntact(run) { return "a run was overwritten that grew" }
    write(live[index])
    return check()
  }

  /// Makes a live run longer by so many slices if it can; what is wrong with it, or nil.
  func extend(at index: Int, by added: Int) -> String? {
    let run = live[index]
    let byteCount = run.byteCount + added * PageMap.sliceSize
    if !heap.pointee.extend(run.record, to: byteCount) {
      return isIntact(run) ? check() : "a run that could not grow was changed"
    }
    let slices = Self.slices(run.start, run.sliceCount + added).dropFirst(run.sliceCount)
    if slices.contains(where: { owners[$0] != nil }) { return "a run grew over a live one" }
    if !isIntact(run) { return "an extended run was overwritten" }
    live[index].byteCount = byteCount
    write(live[index])
    return check()
  }

  /// Gives so many bytes of dirty runs back, or all there are.
  func trim(_ byteCount: Int) -> String? {
    let kept = heap.pointee.dirty.byteCount
    let purged = heap.pointee.trim(byteCount)
    let left = heap.pointee.dirty.byteCount
    if purged != kept - left { return "trim says \(purged), and gave \(kept - left) bytes" }
    return check()
  }

  func purge() -> String? {
    // Runs that the source refused to purge are tried again a millisecond later.
    purgeTime = max(purgeTime + 1, System.milliseconds)
    heap.pointee.purge(age: 0, now: purgeTime, timesOut: false)
    return check()
  }

  /// The heap's equations, and its sums against the model's.
  func check() -> String? {
    if let violation = heap.pointee.checkInvariants() { return "\(violation)" }
    let used = live.reduce(0) { $0 + $1.sliceCount * PageMap.sliceSize }
    if heap.pointee.usedBytes != used {
      return "usedBytes \(heap.pointee.usedBytes), model \(used)"
    }
    return nil
  }

  /// Frees all runs, purges, and checks that all of it is one clean run for each arena or less.
  func finish() -> String? {
    while !live.isEmpty {
      if let wrong = free(at: live.count - 1) { return wrong }
    }
    pages.refuseNothing()
    if let wrong = purge() { return wrong }
    if heap.pointee.dirty.byteCount != 0 { return "dirty runs are left after the purge" }
    return heap.pointee.clean.byteCount == heap.pointee.committedBytes
      ? nil : "clean bytes ≠ committed bytes at the end"
  }
}
