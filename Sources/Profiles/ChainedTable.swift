// Elements that are found by a key, in chains whose number grows with that of the elements, one at
// a time (linear hashing, Litwin 1980): nothing is ever rehashed as a whole, and an element keeps
// its number and its place.
//
//   heads      number of the first element of each chain
//   elements   1, 2, 3 …    0 is none; those that were removed are in a chain of their own

import Platform
import Traces

protocol ChainedElement {
  /// The number of the next element of its chain.
  var next: UInt32 { get set }
  var hash: UInt32 { get }
}

/// Whoever uses it holds a lock.
struct ChainedTable<Element: ChainedElement>: ~Copyable {
  private var elements = SegmentedTable<Element>()
  private var heads = SegmentedTable<UInt32>()
  private var headCount = 0
  private var end = 1
  private var firstFree: UInt32 = 0
  /// Elements in use.
  private(set) var count = 0

  private static var leastHeads: Int { 256 }
  /// Bytes of addresses that are reserved at once: the program may set a limit for them later.
  private static var segmentByteCount: Int { 1 << 20 }

  /// Takes room for the first elements; false when there is none.
  mutating func start() -> Bool {
    guard elements.start(least: 256, longest: Self.segmentByteCount),
      heads.start(least: Self.leastHeads, longest: Self.segmentByteCount),
      heads.extend(to: Self.leastHeads)
    else { return false }
    headCount = Self.leastHeads
    return true
  }

  /// Bytes that its elements and chains take, without the room of those that were removed.
  var usedBytes: Int {
    count * MemoryLayout<Element>.stride + headCount * MemoryLayout<UInt32>.stride
  }

  subscript(number: UInt32) -> UnsafeMutablePointer<Element> { elements.element(Int(number)) }

  /// Numbers are below this; those of removed elements are among them.
  var numberLimit: UInt32 { UInt32(end) }

  /// Calls `body` with the address of each range that it reserves: start and length in bytes.
  func forEachMapping(_ body: (UInt, Int) -> Void) {
    elements.forEachMapping(body)
    heads.forEachMapping(body)
  }

  /// Calls `body` with each element.
  func forEach(_ body: (borrowing Element) -> Void) {
    for index in 0..<headCount {
      var number = heads.element(index).pointee
      while number != 0 {
        body(self[number].pointee)
        number = self[number].pointee.next
      }
    }
  }

  private func head(_ hash: UInt32) -> Int {
    var width = Self.leastHeads
    while width * 2 <= headCount { width *= 2 }
    let wide = Int(hash) & (width * 2 - 1)
    return wide < headCount ? wide : wide & (width - 1)
  }

  /// The number of the element with this hash for which `isSame` is true; 0 when there is none.
  func find(_ hash: UInt32, _ isSame: (borrowing Element) -> Bool) -> UInt32 {
    if headCount == 0 { return 0 }
    var number = heads.element(head(hash)).pointee
    while number != 0 {
      let element = self[number]
      if element.pointee.hash == hash, isSame(element.pointee) { return number }
      number = element.pointee.next
    }
    return 0
  }

  /// Adds an element; its number, or 0 when there is no room.
  mutating func add(_ element: consuming Element) -> UInt32 {
    var number = firstFree
    if number != 0 {
      firstFree = self[number].pointee.next
    } else {
      if end > Int(UInt32.max) || !elements.extend(to: end + 1) { return 0 }
      number = UInt32(end)
      end += 1
    }
    count += 1
    let index = head(element.hash)
    element.next = heads.element(index).pointee
    self[number].initialize(to: element)
    heads.element(index).pointee = number
    if count > headCount { split() }
    return number
  }

  /// Removes an element.
  mutating func remove(_ number: UInt32) {
    let index = head(self[number].pointee.hash)
    unlink(number, from: index)
    self[number].pointee.next = firstFree
    firstFree = number
    count -= 1
  }

  private func unlink(_ number: UInt32, from index: Int) {
    var previous: UInt32 = 0
    var current = heads.element(index).pointee
    while current != number {
      if current == 0 { return }
      previous = current
      current = self[current].pointee.next
    }
    if previous == 0 {
      heads.element(index).pointee = self[number].pointee.next
    } else {
      self[previous].pointee.next = self[number].pointee.next
    }
  }

  // One more chain, which takes elements of one of the others.
  private mutating func split() {
    if !heads.extend(to: headCount + 1) { return }
    var width = Self.leastHeads
    while width * 2 <= headCount { width *= 2 }
    let old = headCount - width
    let new = headCount
    heads.element(new).pointee = 0
    headCount += 1
    var number = heads.element(old).pointee
    heads.element(old).pointee = 0
    while number != 0 {
      let next = self[number].pointee.next
      let index = head(self[number].pointee.hash)
      self[number].pointee.next = heads.element(index).pointee
      heads.element(index).pointee = number
      number = next
    }
  }
}
