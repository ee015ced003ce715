// The threads that allocated or freed in a debugging mode: number, name and id for reports, and what
// the last trace found on the thread's stack. Numbers are never used again; when they run out, further
// threads are number 0, "another thread".

import CShims
import Platform

package struct ThreadRecord {
  /// The stack as the last trace found it; none when the thread has ended, or before its first trace.
  package var stack: UnsafeMutablePointer<LastStack>?
  package var id: Int32
  package var hasEnded: Bool
  /// The thread's stack, once it is known.
  package var stackStart: UInt
  package var stackEnd: UInt
  /// An address on the thread's stack.
  package var stackAddress: UInt
  /// The stack for signals that it was given; 0: none.
  package var signalStack: UInt
  package var name: InlineArray<16, CChar>
}

package enum ThreadTable {
  /// Numbers are below this: they take 18 bits of a slot's record.
  package static let limit = 1 << 18

  nonisolated(unsafe) private static var table = SystemTable<ThreadRecord>()
  nonisolated(unsafe) private static var count = 1
  package static let lock = Lock()

  package static func start() {
    if !table.reserve(count: limit, least: 16) || !table.extend(to: 1) { count = 0 }
  }

  /// The calling thread's number; 0 when there is no room for it.
  @inline(__always)
  package static var numberOfThisThread: Int {
    let number = Int(bitPattern: ThreadFlags.current &>> ThreadFlags.numberShift)
    return number != 0 ? number : add()
  }

  @inline(never)
  private static func add() -> Int {
    // A signal handler that interrupted a call may have interrupted a holder of the lock.
    if count == 0 || ThreadFlags.current & ThreadFlags.busy != 0 { return 0 }
    // So that a handler which comes now takes no lock, and no number.
    ThreadFlags.insert(ThreadFlags.busy)
    lock.lock()
    guard count < limit, table.extend(to: count + 1) else {
      lock.unlock()
      ThreadFlags.remove(ThreadFlags.busy)
      return 0
    }
    let number = count
    count += 1
    lock.unlock()
    let errorNumber = swiftmalloc_errno()
    defer { swiftmalloc_set_errno(errorNumber) }
    let record = table.elements + number
    record.pointee.id = swiftmalloc_thread_id()
    record.pointee.stackAddress = UInt(bitPattern: swiftmalloc_frame_address())
    takeName(record)
    record.pointee.signalStack = SignalStacks.give()
    swiftmalloc_set_thread_flags(ThreadFlags.current | UInt(number) << ThreadFlags.numberShift)
    ThreadFlags.remove(ThreadFlags.busy)
    // May allocate: the thread has its number.
    if ThreadFlags.current & ThreadFlags.ended == 0 {
      swiftmalloc_watch_thread(UnsafeMutableRawPointer(bitPattern: 1))
    }
    return number
  }

  @inline(__always)
  package static func record(_ number: Int) -> UnsafeMutablePointer<ThreadRecord> {
    table.elements + number
  }

  private static func takeName(_ record: UnsafeMutablePointer<ThreadRecord>) {
    withUnsafeMutableBytes(of: &record.pointee.name) {
      swiftmalloc_thread_name($0.baseAddress!.assumingMemoryBound(to: CChar.self))
    }
  }

  /// The calling thread ends: keeps the name that it has now.
  package static func endThread() {
    let number = Int(bitPattern: ThreadFlags.current &>> ThreadFlags.numberShift)
    if number == 0 { return }
    ThreadFlags.insert(ThreadFlags.ended)
    let record = table.elements + number
    takeName(record)
    record.pointee.hasEnded = true
    SignalStacks.takeBack(record.pointee.signalStack)
    record.pointee.signalStack = 0
    if let stack = record.pointee.stack {
      record.pointee.stack = nil
      LastStackPool.giveBack(stack)
    }
  }

  /// From now on threads get stacks for signals (sigaltstack(2)) with their numbers, the calling one at once. False when
  /// there is no room for them.
  package static func giveSignalStacks() -> Bool {
    if !SignalStacks.start() { return false }
    let number = numberOfThisThread
    if number != 0, table.elements[number].signalStack == 0 {
      table.elements[number].signalStack = SignalStacks.give()
    }
    return true
  }

  /// In the child of a fork the calling thread is another one, with another id.
  package static func forget() {
    let mask = (1 as UInt) << ThreadFlags.numberShift - 1
    swiftmalloc_set_thread_flags(ThreadFlags.current & mask)
  }

  /// The table's addresses: start and length in bytes.
  package static var addresses: (start: UInt, byteCount: Int) { table.addresses }

  /// The live thread of which an address between `start` and `end` is known to be on its stack; 0 when
  /// there is none.
  package static func owner(ofStackFrom start: UInt, to end: UInt, near address: UInt) -> Int {
    // Neighbouring stacks may be one mapping: the one whose frame is next above the address.
    var best = 0
    var bestPlace = UInt.max
    for number in 1..<max(count, 1) {
      let place = table.elements[number].stackAddress
      if table.elements[number].hasEnded || place < start || place >= end { continue }
      let isBetter = place >= address ? bestPlace < address || place < bestPlace : best == 0
      if isBetter || best == 0 {
        best = number
        bestPlace = place
      }
    }
    return best
  }

  /// Appends `"name" (id)`.
  package static func append(_ number: Int, to message: inout Message) {
    if number == 0 {
      message.text("another thread")
      return
    }
    message.text("\"")
    withName(number) { message.printable($0) }
    message.text("\" (")
    message.decimal(Int(table.elements[number].id))
    message.text(")")
  }

  /// Calls `body` with the name of a thread that has a number.
  package static func withName(_ number: Int, _ body: (UnsafePointer<CChar>) -> Void) {
    let record = table.elements + number
    let own = Int(bitPattern: ThreadFlags.current &>> ThreadFlags.numberShift)
    if own == number {
      takeName(record)
    } else if !record.pointee.hasEnded {
      readName(record)
    }
    withUnsafeBytes(of: &record.pointee.name) {
      body($0.baseAddress!.assumingMemoryBound(to: CChar.self))
    }
  }

  // A thread may have been named after its first call.
  private static func readName(_ record: UnsafeMutablePointer<ThreadRecord>) {
    var path = Message()
    path.text("/proc/self/task/")
    path.decimal(Int(record.pointee.id))
    path.text("/comm")
    guard let descriptor = path.openAsPath() else { return }
    defer { FileDescriptor.close(descriptor) }
    withUnsafeMutableBytes(of: &record.pointee.name) { name in
      let count = FileDescriptor.read(descriptor, name.baseAddress!, 15)
      if count <= 0 { return }
      let length = name[count - 1] == UInt8(ascii: "\n") ? count - 1 : count
      name[length] = 0
    }
  }
}
