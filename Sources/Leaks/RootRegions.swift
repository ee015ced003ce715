// Memory that the program told to be searched for pointers (`__lsan_register_root_region`): most of what it may name is a root
// anyway, but a part of a block that is lost itself is not.

import CShims
import Memory
import Platform
import Traces

package enum RootRegions {
  private static let lock = Lock()
  nonisolated(unsafe) private static var table = SystemTable<AddressRange>()
  nonisolated(unsafe) private static var count = 0
  nonisolated(unsafe) private static var isReserved = false
  private static var limit: Int { 1 << 16 }

  /// Adds a region of `byteCount` bytes; says so when there is no room for it.
  package static func add(_ start: UInt, byteCount: Int) {
    let (end, overflow) = start.addingReportingOverflow(UInt(bitPattern: byteCount))
    lock.lock()
    defer { lock.unlock() }
    if !isReserved { isReserved = table.reserve(count: limit, least: 64) }
    guard !overflow, isReserved, table.extend(to: count + 1) else {
      return warn("cannot be registered", start, byteCount)
    }
    table.elements[count] = AddressRange(start: start, end: end)
    count += 1
  }

  /// Takes away a region that was added, with the same start and length; says so when there is none.
  package static func remove(_ start: UInt, byteCount: Int) {
    lock.lock()
    defer { lock.unlock() }
    for index in 0..<count
    where table.elements[index].start == start
      && table.elements[index].end &- start == UInt(bitPattern: byteCount)
    {
      table.elements[index] = table.elements[count - 1]
      count -= 1
      return
    }
    warn("was never registered", start, byteCount)
  }

  private static func warn(_ what: StaticString, _ start: UInt, _ byteCount: Int) {
    var message = Message()
    message.head("WARNING")
    message.text("the root region of ")
    message.count(byteCount, "byte")
    message.text(" at ")
    message.hexadecimal(start)
    message.text(" ")
    message.text(what)
    message.endLine()
  }

  /// In the child of a fork: the lock's holder may be a thread that is not there.
  package static func forked() { lock.reset() }

  /// Calls `body` with each region, while nothing changes.
  static func forEach(_ body: (AddressRange) -> Void) {
    for index in 0..<count { body(table.elements[index]) }
  }

  /// The addresses of the table itself: no root.
  static var addresses: (start: UInt, byteCount: Int) { isReserved ? table.addresses : (0, 0) }
}
