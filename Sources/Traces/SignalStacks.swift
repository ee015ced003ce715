// Stacks for signal handlers (sigaltstack(2)), one for each thread that has none of its own: a stack that overflows has no
// room for the handler that says so. A thread gets one with its number, and gives it back at its end. They stand next to
// each other, 256 in a mapping. A crash and the stop for a leak check use them, and handlers of the program's that ask for
// SA_ONSTACK: what these hold is the program's.

import CShims
import Platform

package enum SignalStacks {
  private struct Stack {
    // Room for the processor's registers (4 KiB and more), and for a handler of the program's that asks for SA_ONSTACK.
    var words: InlineArray<8192, UInt64>
  }

  // Threads beyond these have none.
  private static let limit = 4096

  nonisolated(unsafe) private static var table = SegmentedTable<Stack>()
  nonisolated(unsafe) private static var count = 0
  // The address of the one given back last; its first word is the address of the one before.
  nonisolated(unsafe) private static var free: UInt = 0
  nonisolated(unsafe) private static var isOn = false
  static let lock = Lock()

  /// Calls `body` with the addresses of the table: start and length in bytes.
  static func forEachMapping(_ body: (UInt, Int) -> Void) { table.forEachMapping(body) }

  /// Where the stack ends that an address lies in; nil where it lies in none.
  package static func end(_ address: UInt) -> UInt? { table.elementEnd(address) }

  /// From now on threads get stacks. False when there is no room.
  static func start() -> Bool {
    isOn = table.start(least: 16)
    return isOn
  }

  /// A stack for the calling thread; 0 when it has one of its own, or there is no memory.
  static func give() -> UInt {
    if !isOn { return 0 }
    let stack = take()
    if stack == 0 || swiftmalloc_use_signal_stack(stack, MemoryLayout<Stack>.size) != 0 {
      return stack
    }
    giveBack(stack)
    return 0
  }

  /// The calling thread ends. One that the program has put another stack in the place of is kept: it may come back.
  static func takeBack(_ stack: UInt) {
    if stack != 0, swiftmalloc_leave_signal_stack(stack) != 0 { giveBack(stack) }
  }

  private static func take() -> UInt {
    lock.lock()
    defer { lock.unlock() }
    if free != 0 {
      let stack = free
      free = next(stack).pointee
      return stack
    }
    if count == limit || !table.extend(to: count + 1) { return 0 }
    count += 1
    return UInt(bitPattern: table.element(count - 1))
  }

  private static func giveBack(_ stack: UInt) {
    lock.lock()
    next(stack).pointee = free
    free = stack
    lock.unlock()
  }

  private static func next(_ stack: UInt) -> UnsafeMutablePointer<UInt> {
    UnsafeMutablePointer(bitPattern: stack).unsafelyUnwrapped
  }
}
