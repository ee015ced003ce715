// The return addresses that were met, each with a number and the rule by which the stack is unwound
// there. The rule of an address never changes while its code is loaded, and libunwind knows it; but
// asking costs some 9000 instructions (callgrind), so its answers are remembered:
//
//   caller's sp = CFA = sp + stackOffset    or    fp + frameOffset       (which of them: see `Rule`)
//   caller's pc = word at CFA − 8
//   caller's fp = word at CFA − 8 · savedFrame, or unchanged when that is 0
//
// One answer fits both equations; the next one that tells them apart decides. Reading takes no lock.

import Platform
import Synchronization

package struct ReturnAddress: ~Copyable {
  package let address: UInt
  package let next: UInt32
  // The offsets are written before the rule that uses them: release, and acquire to read.
  package let rule = Atomic<UInt8>(Rule.unknown)
  /// Of the code when it may be unloaded (PassingModules), in samples; else 0.
  package let module: UInt8
  package var savedFrame: UInt16 = 0
  package var stackOffset: Int32 = 0
  package var frameOffset: Int32 = 0

  /// How the stack goes on at an address.
  package enum Rule {
    /// Nothing is known yet.
    package static let unknown: UInt8 = 0
    /// One answer was seen: good when both equations agree.
    package static let either: UInt8 = 1
    package static let stack: UInt8 = 2
    package static let frame: UInt8 = 3
    /// There is no caller, or nothing is known of the code.
    package static let end: UInt8 = 4
    /// Neither equation fits (a signal's frame, a realigned stack): libunwind is asked each time.
    package static let ask: UInt8 = 5
    /// A signal's handler returns here, and what it interrupted goes on by the kernel's copy of the
    /// registers. Where libunwind is asked, of code that it knows nothing of.
    package static let signal: UInt8 = 6
  }

  package init(address: UInt, module: UInt8, next: UInt32) {
    self.address = address
    self.module = module
    self.next = next
  }
}

package enum ReturnAddresses {
  // 16, or 12 where memory is dear.
  nonisolated(unsafe) private static var headBits: UInt64 = 16
  private static let limit = 1 << 20

  nonisolated(unsafe) private static var heads = SystemTable<Atomic<UInt32>>()
  nonisolated(unsafe) private static var table = SystemTable<ReturnAddress>()
  // Elements in use; number 0 is none.
  nonisolated(unsafe) private static var count = 1
  package static let lock = Lock()

  /// Reserves the tables, before anything else is called; false when there is no room. `isSmall`: for few addresses.
  package static func start(isSmall: Bool = false) -> Bool {
    if isSmall { headBits = 12 }
    let headCount = 1 << Int(headBits)
    return heads.reserve(count: headCount, least: headCount) && heads.extend(to: headCount)
      && table.reserve(count: limit, least: 1024)
  }

  @inline(__always)
  private static func bucket(_ address: UInt) -> Int {
    Int(truncatingIfNeeded: (UInt64(address) &* 0x9e37_79b9_7f4a_7c15) &>> (64 &- headBits))
  }

  /// The address' number; 0 when it was not met.
  @inline(__always)
  package static func find(_ address: UInt) -> UInt32 {
    // Acquire: partner is the release in `add`.
    var number = heads.elements[bucket(address)].load(ordering: .acquiring)
    while number != 0 {
      let element = table.elements + Int(number)
      if element.pointee.address == address { return number }
      number = element.pointee.next
    }
    return 0
  }

  /// The number of the address, which is new if it must be; 0 when there is no room.
  package static func number(_ address: UInt) -> UInt32 {
    let known = find(address)
    return known != 0 ? known : add(address, module: 0)
  }

  /// The number of an address on the calling thread's stack, for samples. Other code at the same
  /// address has another number. `last`: the passing module that the walk came through last.
  @inline(__always)
  static func numberForSample(_ address: UInt, _ last: inout PassingModules.Range) -> UInt32 {
    let known = find(address)
    return known != 0 && element(known).pointee.module == 0
      ? known : number(address, known, &last)
  }

  @inline(never)
  private static func number(
    _ address: UInt, _ known: UInt32, _ last: inout PassingModules.Range
  ) -> UInt32 {
    let likely = known == 0 ? 0 : element(known).pointee.module
    let module = PassingModules.number(at: address &- 1, likely: likely, &last)
    if known != 0, module == likely { return known }
    let other = find(address, module: module)
    return other != 0 ? other : add(address, module: module)
  }

  private static func find(_ address: UInt, module: UInt8) -> UInt32 {
    var number = heads.elements[bucket(address)].load(ordering: .acquiring)
    while number != 0 {
      let element = table.elements + Int(number)
      if element.pointee.address == address, element.pointee.module == module { return number }
      number = element.pointee.next
    }
    return 0
  }

  private static func add(_ address: UInt, module: UInt8) -> UInt32 {
    lock.lock()
    defer { lock.unlock() }
    let known = find(address, module: module)
    if known != 0 { return known }
    if !table.extend(to: count + 1) { return 0 }
    let number = UInt32(count)
    count += 1
    let head = heads.elements + bucket(address)
    (table.elements + Int(number)).initialize(
      to: ReturnAddress(
        address: address, module: module, next: head.pointee.load(ordering: .relaxed)))
    head.pointee.store(number, ordering: .releasing)
    return number
  }

  @inline(__always)
  package static func element(_ number: UInt32) -> UnsafeMutablePointer<ReturnAddress> {
    table.elements + Int(number)
  }

  /// Numbers are below this.
  package static var numberLimit: UInt32 { UInt32(count) }

  /// Code was unloaded: other code may stand at the same addresses.
  package static func forgetRules() {
    lock.lock()
    for number in 1..<max(count, 1) {
      table.elements[number].rule.store(ReturnAddress.Rule.unknown, ordering: .relaxed)
    }
    lock.unlock()
  }

  /// Calls `body` with the addresses of each table: start and length in bytes.
  package static func forEachMapping(_ body: (UInt, Int) -> Void) {
    body(heads.addresses.start, heads.addresses.byteCount)
    body(table.addresses.start, table.addresses.byteCount)
  }

  /// As above, the accessible part of each.
  package static func forEachCommitted(_ body: (UInt, Int) -> Void) {
    body(heads.addresses.start, System.roundUpToPage(heads.committedBytes))
    body(table.addresses.start, System.roundUpToPage(table.committedBytes))
  }

  package static var committedBytes: Int { heads.committedBytes + table.committedBytes }
}
