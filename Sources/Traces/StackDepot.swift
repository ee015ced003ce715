// Traces, each kept once: a block costs the four bytes of its trace's number.
//
//   words   … | next | hash | count | return address numbers … | …       a trace's number is its place
//
// Traces are never given back, but for those of samples (StackDepot+Room). Reading takes no lock; adding does.

import CShims
import Platform
import Synchronization

package enum StackDepot {
  // 18, or 13 where memory is dear.
  nonisolated(unsafe) private static var headBits: UInt32 = 18
  // 4 GiB of words, some 60 million traces.
  private static let limit = 1 << 30
  static let headerLength = 3

  nonisolated(unsafe) private static var heads = SystemTable<Atomic<UInt32>>()
  nonisolated(unsafe) private(set) static var words = SegmentedTable<UInt32>()
  /// The word behind the last trace.
  nonisolated(unsafe) private(set) static var end = 1
  package static let lock = Lock()

  /// Reserves the tables, before anything else is called; false when there is no room. `isSmall`: for few traces.
  package static func start(isSmall: Bool = false) -> Bool {
    if isSmall { headBits = 13 }
    let headCount = 1 << Int(headBits)
    return heads.reserve(count: headCount, least: headCount) && heads.extend(to: headCount)
      && words.start(least: 1 << 14)
  }

  /// The number of a trace of `frames`; 0 for none, and when there is no room.
  package static func number(_ frames: UnsafePointer<UInt32>, count length: Int) -> UInt32 {
    if length == 0 { return 0 }
    let mixed = hash(frames, length)
    let head = head(mixed)
    // Acquire: partner is the release in `insert`.
    let known = find(head.pointee.load(ordering: .acquiring), frames, length, mixed)
    return known != 0 ? known : add(head, frames, length, mixed)
  }

  @inline(__always)
  static func head(_ hash: UInt32) -> UnsafeMutablePointer<Atomic<UInt32>> {
    heads.elements + Int(hash &>> (32 &- headBits))
  }

  static func forEachHead(_ body: (UnsafeMutablePointer<Atomic<UInt32>>) -> Void) {
    for index in 0..<1 << Int(headBits) { body(heads.elements + index) }
  }

  /// Return addresses of a trace. The word's other half counts the holders of a sample's.
  @inline(__always)
  static func length(_ trace: UnsafeMutablePointer<UInt32>) -> Int { Int(trace[2] & 0xffff) }

  @inline(__always)
  static func hash(_ frames: UnsafePointer<UInt32>, _ length: Int) -> UInt32 {
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
  static func find(
    _ first: UInt32, _ frames: UnsafePointer<UInt32>, _ length: Int, _ hash: UInt32
  ) -> UInt32 {
    var number = first
    while number != 0 {
      let trace = words.element(Int(number))
      if trace[1] == hash, self.length(trace) == length,
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
    return insert(head, frames, length, hash, at: nil)
  }

  // Writes a trace behind the others, or where there is room for it. Under the lock.
  static func insert(
    _ head: UnsafeMutablePointer<Atomic<UInt32>>, _ frames: UnsafePointer<UInt32>, _ length: Int,
    _ hash: UInt32, at room: Int?
  ) -> UInt32 {
    guard let place = room ?? roomAtEnd(headerLength + length) else { return 0 }
    let number = UInt32(truncatingIfNeeded: place)
    let trace = words.element(place)
    trace[0] = head.pointee.load(ordering: .relaxed)
    trace[1] = hash
    trace[2] = UInt32(truncatingIfNeeded: length)
    for index in 0..<length { trace[headerLength + index] = frames[index] }
    head.pointee.store(number, ordering: .releasing)
    return number
  }

  // A trace lies in one segment: the rest of the last one may stay empty.
  private static func roomAtEnd(_ wanted: Int) -> Int? {
    let left = words.segmentLength - end & (words.segmentLength - 1)
    let place = left < wanted ? end + left : end
    if place > limit || !words.extend(to: place + wanted) { return nil }
    for index in end..<place { words.element(index).pointee = empty }
    end = place + wanted
    return place
  }

  /// Calls `body` with each return address of a trace, the innermost first.
  package static func eachAddress(_ number: UInt32, _ body: (UInt) -> Void) {
    if number == 0 { return }
    let trace = words.element(Int(number))
    for index in 0..<length(trace) {
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

  /// Calls `body` with the number of each return address of a trace, the innermost first.
  package static func eachNumber(_ number: UInt32, _ body: (UInt32) -> Void) {
    if number == 0 { return }
    let trace = words.element(Int(number))
    for index in 0..<length(trace) { body(trace[headerLength + index]) }
  }

  package static var committedBytes: Int { heads.committedBytes + words.committedBytes }
}
