// A thread's stack as its last trace found it. The next trace mostly shares all but the innermost frames:
// as soon as a return address stands in the same place as before, the rest is taken from here, after a
// look at each place whether it still holds the same address.
//
//   index    0 …   begin            …            end   … capacity
//                  innermost frame  …  outermost
//   places[i]      where return address i stands on the stack; ascending
//   addresses[i]   the return address; numbers[i] its number
//   fresh…[j]      the frames of a walk, as long as nothing known was met
//
// Memory that is all zero is an empty one. One belongs to a thread, and to the next one after its end.

import Platform

package struct LastStack {
  package static let capacity = 256
  package static let walkLimit = 88

  private var numbers: InlineArray<256, UInt32>
  private var places: InlineArray<256, UInt>
  private var addresses: InlineArray<256, UInt>
  private var freshNumbers: InlineArray<88, UInt32>
  private var freshPlaces: InlineArray<88, UInt>
  private var freshAddresses: InlineArray<88, UInt>
  fileprivate var begin: Int
  fileprivate var end: Int
  /// Whether the outermost frame has no caller.
  fileprivate var isWhole: Bool
  fileprivate var nextFree: UnsafeMutablePointer<LastStack>?
}

extension UnsafeMutablePointer where Pointee == LastStack {
  // The arrays, in the order of their declaration.
  @inline(__always)
  private var start: UnsafeMutableRawPointer { UnsafeMutableRawPointer(self) }
  @inline(__always)
  private var numbers: UnsafeMutablePointer<UInt32> { start.assumingMemoryBound(to: UInt32.self) }
  @inline(__always)
  private var places: UnsafeMutablePointer<UInt> {
    (start + 256 * 4).assumingMemoryBound(to: UInt.self)
  }
  @inline(__always)
  private var addresses: UnsafeMutablePointer<UInt> { places + 256 }
  @inline(__always)
  private var freshNumbers: UnsafeMutablePointer<UInt32> {
    (start + 256 * 20).assumingMemoryBound(to: UInt32.self)
  }
  @inline(__always)
  private var freshPlaces: UnsafeMutablePointer<UInt> {
    (start + 256 * 20 + 88 * 4).assumingMemoryBound(to: UInt.self)
  }
  @inline(__always)
  private var freshAddresses: UnsafeMutablePointer<UInt> { freshPlaces + 88 }

  /// The numbers of the stack's return addresses, the innermost first.
  @inline(__always)
  package var frames: UnsafePointer<UInt32> { UnsafePointer(numbers + pointee.begin) }

  /// The first index whose place is not below `place`, from `index` on.
  @inline(__always)
  package func search(_ place: UInt, from index: Int) -> Int {
    var index = index
    while index < pointee.end, places[index] < place { index &+= 1 }
    return index
  }

  /// Where a search begins.
  @inline(__always)
  package var firstIndex: Int { pointee.begin }

  /// The number of frames that a trace of at most `total` frames has when its `count` fresh ones go on with those
  /// from `index` on, which begin with `address` in `place`; 0 when they cannot.
  @inline(__always)
  package func frameCount(
    _ index: Int, _ place: UInt, _ address: UInt, fresh count: Int, wanted total: Int
  ) -> Int {
    if index >= pointee.end || places[index] != place || addresses[index] != address { return 0 }
    let wanted = total &- count
    let known = pointee.end &- index
    if known < wanted, !pointee.isWhole { return 0 }
    let last = index &+ (known < wanted ? known : wanted)
    var next = index &+ 1
    while next < last {
      let word = UnsafePointer<UInt>(bitPattern: places[next]).unsafelyUnwrapped.pointee
      if word != addresses[next] { return 0 }
      next &+= 1
    }
    return count &+ last &- index
  }

  /// Notes a fresh frame.
  @inline(__always)
  package func add(_ count: Int, _ number: UInt32, _ place: UInt, _ address: UInt) {
    freshNumbers[count] = number
    freshPlaces[count] = place
    freshAddresses[count] = address
  }

  /// Puts `count` fresh frames in front of those from `index` on.
  @inline(__always)
  package func join(_ count: Int, before index: Int) {
    let index = index < count ? makeRoom(index) : index
    copyFresh(count, to: index &- count)
    pointee.begin = index &- count
  }

  // Moves what begins at `index` to the end, as far as a trace may need it.
  @inline(never)
  private func makeRoom(_ index: Int) -> Int {
    let length = min(pointee.end - index, LastStack.walkLimit)
    if length < pointee.end - index { pointee.isWhole = false }
    let new = LastStack.capacity - length
    var offset = length - 1
    while offset >= 0 {
      numbers[new + offset] = numbers[index + offset]
      places[new + offset] = places[index + offset]
      addresses[new + offset] = addresses[index + offset]
      offset -= 1
    }
    pointee.end = LastStack.capacity
    return new
  }

  /// The fresh frames are the whole of what is known.
  package func replace(_ count: Int, isWhole: Bool) {
    pointee.end = LastStack.capacity
    pointee.begin = LastStack.capacity - count
    pointee.isWhole = isWhole
    copyFresh(count, to: pointee.begin)
  }

  @inline(__always)
  private func copyFresh(_ count: Int, to index: Int) {
    var offset = 0
    while offset < count {
      numbers[index &+ offset] = freshNumbers[offset]
      places[index &+ offset] = freshPlaces[offset]
      addresses[index &+ offset] = freshAddresses[offset]
      offset &+= 1
    }
  }

  /// Nothing is known: code was unloaded, or the memory served another thread.
  package func forget() {
    pointee.begin = 0
    pointee.end = 0
  }
}

/// The memory for last stacks: taken at a thread's first trace, given back at its end.
package enum LastStackPool {
  nonisolated(unsafe) private static var table = SystemTable<LastStack>()
  nonisolated(unsafe) private static var count = 0
  nonisolated(unsafe) private static var free: UnsafeMutablePointer<LastStack>?
  package static let lock = Lock()

  package static func start() -> Bool { table.reserve(count: 1 << 17, least: 16) }

  package static func take() -> UnsafeMutablePointer<LastStack>? {
    lock.lock()
    defer { lock.unlock() }
    if let stack = free {
      free = stack.pointee.nextFree
      stack.forget()
      return stack
    }
    if !table.extend(to: count + 1) { return nil }
    count += 1
    return table.elements + (count - 1)
  }

  package static func giveBack(_ stack: UnsafeMutablePointer<LastStack>) {
    lock.lock()
    stack.pointee.nextFree = free
    free = stack
    lock.unlock()
  }
}
