// Stacks of samples have holders, and the room of those without is used again: a program that
// allocates by ever new stacks needs no more memory for them than the stacks take that somebody
// still asks for.
//
//   count word   holders (16 bits) | length (16 bits)      65535 holders are for ever
//   free word    `empty` where the word of a trace's beginning could be
//   hand         where free room is looked for: everything before it was, since the last sweep
//
// Who gets a trace holds it, and who keeps its number holds it once more. A sweep comes when enough
// words are of traces that nobody holds; so it costs some instructions for each word of a new
// trace. All under the lock.

import Platform
import Synchronization

extension StackDepot {
  /// No number of a trace.
  static let empty = UInt32.max
  private static let holder: UInt32 = 1 << 16
  private static let mostHolders: UInt32 = 0xffff
  /// 128 KiB.
  private static let leastWordsToSweep = 1 << 15

  nonisolated(unsafe) private static var heldWords = 0
  nonisolated(unsafe) private static var unheldWords = 0
  nonisolated(unsafe) private static var hand = 0
  nonisolated(unsafe) private static var sweptEnd = 0
  // Readers who hold no traces.
  private static let readers = Atomic<Int>(0)

  /// The number of a trace of `frames`, which the caller holds and releases; 0 for none, and when there is no room.
  package static func hold(_ frames: UnsafePointer<UInt32>, count length: Int) -> UInt32 {
    if length == 0 { return 0 }
    let mixed = hash(frames, length)
    let head = head(mixed)
    lock.lock()
    defer { lock.unlock() }
    var number = find(head.pointee.load(ordering: .relaxed), frames, length, mixed)
    if number == 0 {
      sweepIfWorthwhile()
      number = insert(head, frames, length, mixed, at: freeRoom(headerLength + length))
      if number == 0 { return 0 }
      unheldWords += headerLength + length
    }
    addHolder(number)
    return number
  }

  /// One more holder of a trace that is held.
  package static func retain(_ number: UInt32) {
    if number == 0 { return }
    lock.lock()
    addHolder(number)
    lock.unlock()
  }

  /// One holder less.
  package static func release(_ number: UInt32) {
    if number == 0 { return }
    lock.lock()
    defer { lock.unlock() }
    let trace = words.element(Int(number))
    let holders = trace[2] >> 16
    if holders == 0 || holders == mostHolders { return }
    trace[2] -= holder
    if holders > 1 { return }
    heldWords -= wordCount(trace)
    unheldWords += wordCount(trace)
  }

  private static func addHolder(_ number: UInt32) {
    let trace = words.element(Int(number))
    let holders = trace[2] >> 16
    if holders == mostHolders { return }
    trace[2] += holder
    if holders > 0 { return }
    heldWords += wordCount(trace)
    unheldWords -= wordCount(trace)
  }

  /// Bytes of traces that are held.
  package static var heldBytes: Int { heldWords * MemoryLayout<UInt32>.stride }

  /// From now on, until `endReading`, the room of no trace is used again that is held now.
  package static func beginReading() { readers.add(1, ordering: .sequentiallyConsistent) }
  package static func endReading() { readers.subtract(1, ordering: .sequentiallyConsistent) }
  /// Who read is not in the child of a fork.
  package static func forgetReaders() { readers.store(0, ordering: .relaxed) }

  private static func wordCount(_ trace: UnsafeMutablePointer<UInt32>) -> Int {
    headerLength + length(trace)
  }

  private static func sweepIfWorthwhile() {
    if unheldWords < max(leastWordsToSweep, heldWords / 4) { return }
    if readers.load(ordering: .sequentiallyConsistent) == 0 { sweep() }
  }

  // The chains are made anew, of the traces that are held; the words of the others become free.
  private static func sweep() {
    forEachHead { $0.pointee.store(0, ordering: .relaxed) }
    var place = 1
    while place < end {
      let trace = words.element(place)
      if trace[0] == empty {
        place += 1
        continue
      }
      let wordCount = wordCount(trace)
      if trace[2] >> 16 == 0 {
        for index in 0..<wordCount { trace[index] = empty }
      } else {
        let head = head(trace[1])
        trace[0] = head.pointee.load(ordering: .relaxed)
        head.pointee.store(UInt32(truncatingIfNeeded: place), ordering: .relaxed)
      }
      place += wordCount
    }
    unheldWords = 0
    hand = 1
    sweptEnd = end
  }

  // So many free words in one segment; nil when there are none before the end of the traces.
  private static func freeRoom(_ wanted: Int) -> Int? {
    var start = hand
    while hand < sweptEnd {
      if hand & (words.segmentLength - 1) == 0 { start = hand }
      let trace = words.element(hand)
      if trace[0] != empty {
        hand += wordCount(trace)
        start = hand
      } else {
        hand += 1
        if hand - start == wanted { return start }
      }
    }
    return nil
  }
}
