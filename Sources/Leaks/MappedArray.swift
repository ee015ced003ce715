// An array in memory of its own: a leak check runs where nothing may be allocated. What is never used of it is never
// touched.

import Platform

package struct MappedArray<Element> {
  package let elements: UnsafeMutablePointer<Element>
  package let capacity: Int
  package private(set) var count = 0

  /// Room for `capacity` elements, or nil when there is none.
  package init?(capacity: Int) {
    let byteCount = Self.byteCount(capacity)
    guard let start = SystemMemory.allocateSparse(byteCount: byteCount) else { return nil }
    elements = UnsafeMutablePointer(bitPattern: start).unsafelyUnwrapped
    self.capacity = capacity
  }

  private static func byteCount(_ capacity: Int) -> Int {
    System.roundUpToPage(max(capacity, 1) * MemoryLayout<Element>.stride)
  }

  /// Adds an element; one too many is lost.
  @inline(__always)
  package mutating func append(_ element: Element) {
    if count == capacity { return }
    elements[count] = element
    count &+= 1
  }

  @inline(__always)
  package mutating func removeLast() -> Element {
    count &-= 1
    return elements[count]
  }

  /// Counts elements that were written behind the last one.
  package mutating func advance(_ added: Int) { count += added }

  @inline(__always)
  package subscript(_ index: Int) -> Element { elements[index] }

  /// The addresses that it takes: start and length in bytes.
  package var addresses: (start: UInt, byteCount: Int) {
    (UInt(bitPattern: elements), Self.byteCount(capacity))
  }

  /// Gives its memory back.
  package func release() {
    SystemMemory.release(addresses.start, byteCount: addresses.byteCount)
  }
}

/// A range of addresses, `end` not in it.
package struct AddressRange {
  package var start: UInt
  package var end: UInt

  package init(start: UInt, end: UInt) {
    self.start = start
    self.end = end
  }

  @inline(__always)
  package func contains(_ address: UInt) -> Bool { address &- start < end &- start }
}

extension MappedArray<AddressRange> {
  /// Adds a range by start and length in bytes.
  package mutating func append(_ start: UInt, _ byteCount: Int) {
    append(AddressRange(start: start, end: start + UInt(byteCount)))
  }
}

/// What has a place among addresses.
package protocol AddressOrdered {
  var start: UInt { get }
}

extension AddressRange: AddressOrdered {}

extension MappedArray where Element: AddressOrdered {
  /// Sorts by start: in place, without recursion (heap sort).
  package func sort() {
    var root = count / 2
    while root > 0 {
      root -= 1
      sink(root, count)
    }
    var end = count
    while end > 1 {
      end -= 1
      let largest = elements[0]
      elements[0] = elements[end]
      elements[end] = largest
      sink(0, end)
    }
  }

  private func sink(_ root: Int, _ end: Int) {
    var parent = root
    while 2 * parent + 1 < end {
      var child = 2 * parent + 1
      if child + 1 < end, elements[child].start < elements[child + 1].start { child += 1 }
      if elements[parent].start >= elements[child].start { return }
      let element = elements[parent]
      elements[parent] = elements[child]
      elements[child] = element
      parent = child
    }
  }

  /// The index of the last element that does not begin above `address`, or −1.
  @inline(__always)
  package func lastIndex(notAbove address: UInt) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if elements[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    return low - 1
  }
}
