// Traces, each kept once: a block costs the four bytes of its trace's number.
//
//   words   … | next | hash | count | return address numbers … | …       a trace's number is its place
//
// Traces are never given back. Reading takes no lock; adding does.

import CShims
import Platform
import Synchronization

package enum StackDepot {
  private static let headBits: UInt32 = 18
  private static let headCount = 1 << 18
  // 4 GiB of words, some 60 million traces.
  private static let limit = 1 << 30
  private static let headerLength = 3

  nonisolated(unsafe) private static var heads = SystemTable<Atomic<UInt32>>()
  nonisolated(unsafe) private static var words = SegmentedTable<UInt32>()
  nonisolated(unsafe) private static var count = 1
  package static let lock = Lock()

  /// Reserves the tables, before anything else is called; false when there is no room.
  package static func start() -> Bool {
    heads.reserve(count: headCount, least: headCount) && heads.extend(to: headCount)
      && words.start(least: 1 << 14)
  }

  /// The number of a trace of `frames`; 0 for none and when there is no room.
  package static func number(_ frames: UnsafePointer<UInt32>, count length: Int) -> UInt32 {
    if length == 0 { return 0 }
    let mixed = hash(frames, length)
    let head = heads.elements + Int(mixed &>> (32 &- headBits))
    // Acquire: partner is the release in `add`.
    let known = find(head.pointee.load(ordering: .acquiring), frames, length, mixed)
    return known != 0 ? known : add(head, frames, length, mixed)
  }

  @inline(__always)
  private static func hash(_ frames: UnsafePointer<UInt32>, _ length: Int) -> UInt32 {
    var hash = UInt64(truncatingIfNeeded: length)
    var index = 0
    while index &+ 2 <= length {
      let pair = UnsafeRawPointer(frames + index).loadUnaligned(as: UInt64.self)
      hash = (hash ^ pair) &* 0x9e37_79b9_7f4a_7c15
      hash ^= hash &>> 32
      index &+= 2
    }
    if index < length { hash = (hash ^ UInt64(frames[index])) &* 0x9e37_79b9_7f4a_7c15 }
    return UInt32(truncatingIfNeeded: (hash &* 0xbf58_476d_1ce4_e5b9) &>> 32)
  }

  @inline(__always)
  private static func find(
    _ first: UInt32, _ frames: UnsafePointer<UInt32>, _ length: Int, _ hash: UInt32
  ) -> UInt32 {
    var number = first
    while number != 0 {
      let trace = words.element(Int(number))
      if trace[1] == hash, trace[2] == UInt32(truncatingIfNeeded: length),
        isSame(trace + headerLength, frames, length)
      {
        return number
      }
      number = trace[0]
    }
    return 0
  }

  @inline(__always)
  private static func isSame(
    _ one: UnsafePointer<UInt32>, _ other: UnsafePointer<UInt32>, _ length: Int
  ) -> Bool {
    memcmp(one, other, length &* MemoryLayout<UInt32>.stride) == 0
  }

  @inline(never)
  private static func add(
    _ head: UnsafeMutablePointer<Atomic<UInt32>>, _ frames: UnsafePointer<UInt32>, _ length: Int,
    _ hash: UInt32
  ) -> UInt32 {
    lock.lock()
    defer { lock.unlock() }
    let first = head.pointee.load(ordering: .relaxed)
    let known = find(first, frames, length, hash)
    if known != 0 { return known }
    // A trace lies in one segment.
    let left = words.segmentLength - count & (words.segmentLength - 1)
    let place = left < headerLength + length ? count + left : count
    if place > limit || !words.extend(to: place + headerLength + length) { return 0 }
    let number = UInt32(truncatingIfNeeded: place)
    count = place + headerLength + length
    let trace = words.element(place)
    trace[0] = first
    trace[1] = hash
    trace[2] = UInt32(truncatingIfNeeded: length)
    for index in 0..<length { trace[headerLength + index] = frames[index] }
    head.pointee.store(number, ordering: .releasing)
    return number
  }

  /// Calls `body` with each return address of a trace, the innermost first.
  package static func eachAddress(_ number: UInt32, _ body: (UInt) -> Void) {
    if number == 0 { return }
    let trace = words.element(Int(number))
    for index in 0..<Int(trace[2]) {
      body(ReturnAddresses.element(trace[headerLength + index]).pointee.address)
    }
  }

  /// Calls `body` with the addresses of each table: start and length in bytes.
  package static func forEachMapping(_ body: (UInt, Int) -> Void) {
    body(heads.addresses.start, heads.addresses.byteCount)
    words.forEachMapping(body)
  }

  /// As above, the accessible part of each.
  package static func forEachCommitted(_ body: (UInt, Int) -> Void) {
    body(heads.addresses.start, System.roundUpToPage(heads.committedBytes))
    words.forEachCommitted(body)
  }

  package static var committedBytes: Int { heads.committedBytes + words.committedBytes }
}
