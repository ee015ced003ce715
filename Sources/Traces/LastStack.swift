// A thread's stack as its last trace found it. The next trace mostly shares all but the innermost frames:
// as soon as a return address stands in the same place as before, the rest is taken from here, after a
// look at each place whether it still holds the same address.
//
//   index    0 …   begin            …            end   … capacity
//                  innermost frame  …  outermost
//   frames[i]      where return address i stands on the stack, ascending, and the address itself
//   numbers[i]     its number
//   fresh…[j]      the frames of a walk, as long as nothing known was met
//
// Memory that is all zero is an empty one. One belongs to a thread, and to the next one after its end.

import Platform

package struct LastStack {
  package static let capacity = 256
  package static let walkLimit = 88

  /// Where a return address stands, and what it is.
  struct Frame {
    let place: UInt
    let address: UInt
  }

  private var frames: InlineArray<256, Frame>
  private var freshFrames: InlineArray<88, Frame>
  private var numbers: InlineArray<256, UInt32>
  private var freshNumbers: InlineArray<88, UInt32>
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
  private var frames: UnsafeMutablePointer<LastStack.Frame> {
    start.assumingMemoryBound(to: LastStack.Frame.self)
  }
  @inline(__always)
  private var freshFrames: UnsafeMutablePointer<LastStack.Frame> { frames + LastStack.capacity }
  @inline(__always)
  private var numbers: UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawPointer(freshFrames + LastStack.walkLimit).assumingMemoryBound(to: UInt32.self)
  }
  @inline(__always)
  private var freshNumbers: UnsafeMutablePointer<UInt32> { numbers + LastStack.capacity }

  /// The numbers of the stack's return addresses, the innermost first.
  @inline(__always)
  package var trace: UnsafePointer<UInt32> { UnsafePointer(numbers + pointee.begin) }

  /// The first index whose place is not below `place`, from `index` on.
  @inline(__always)
  package func search(_ place: UInt, from index: Int) -> Int {
    var index = index
    let end = pointee.end
    while index < end, frames[index].place < place { index &+= 1 }
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
    if index >= pointee.end || frames[index].place != place || frames[index].address != address {
      return 0
    }
    let wanted = total &- count
    let known = pointee.end &- index
    if known < wanted, !pointee.isWhole { return 0 }
    let last = index &+ (known < wanted ? known : wanted)
    var next = frames + (index &+ 1)
    let end = frames + last
    while next < end {
      let place = UnsafePointer<UInt>(bitPattern: next.pointee.place).unsafelyUnwrapped
      if place.pointee != next.pointee.address { return 0 }
      next += 1
    }
    return count &+ last &- index
  }

  /// Notes a fresh frame.
  @inline(__always)
  package func add(_ count: Int, _ number: UInt32, _ place: UInt, _ address: UInt) {
    freshNumbers[count] = number
    freshFrames[count] = LastStack.Frame(place: place, address: address)
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
      frames[new + offset] = frames[index + offset]
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
      frames[index &+ offset] = freshFrames[offset]
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
  nonisolated(unsafe) private static var table = SegmentedTable<LastStack>()
  nonisolated(unsafe) private static var count = 0
  nonisolated(unsafe) private static var free: UnsafeMutablePointer<LastStack>?
  package static let lock = Lock()

  package static func start() -> Bool { table.start(least: 16) }

  /// Calls `body` with the addresses of the table: start and length in bytes.
  package static func forEachMapping(_ body: (UInt, Int) -> Void) { table.forEachMapping(body) }

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
    return table.element(count - 1)
  }

  package static func giveBack(_ stack: UnsafeMutablePointer<LastStack>) {
    lock.lock()
    stack.pointee.nextFree = free
    free = stack
    lock.unlock()
  }
}
