// Modules that were loaded after the process had begun, and whose code is in stacks of samples.
// They may be unloaded, and others take their place, while a profile still tells of them. So each
// is known by what tells it from another one at the same place (its stamp), and what a profile says
// of it is copied while its code is on a stack: then it is there.

import CShims
import Platform
import Synchronization

package enum PassingModules {
  private struct Module {
    // First, so that it is where the element is.
    let description: swiftmalloc_passing_module
    let stamp: UInt64
  }

  /// As many have numbers, from 1 on; code of others is taken for code that stays.
  package static let limit = 255

  nonisolated(unsafe) private static var table = SystemTable<Module>()
  private static let used = Atomic<Int>(0)

  /// Numbers are up to this.
  package static var count: Int { used.load(ordering: .acquiring) }

  /// Before anything else is called; false when there is no room.
  static func start() -> Bool { table.reserve(count: limit + 1, least: 1) }

  /// The addresses of a module whose code is on the stack that is walked, so that it stays meanwhile.
  struct Range {
    fileprivate var start: UInt = 0
    fileprivate var byteCount: UInt = 0
    fileprivate var number: UInt8 = 0
  }

  /// The number of the module that the code at `pc` is of, which is on the calling thread's stack;
  /// 0 of code that stays.
  ///
  /// - Parameters:
  ///   - likely: which it was when it was met last.
  ///   - last: the one that was found last.
  static func number(at pc: UInt, likely: UInt8, _ last: inout Range) -> UInt8 {
    if pc &- last.start < last.byteCount { return last.number }
    let number = number(at: pc, likely)
    if number != 0 {
      let module = description(Int(number)).pointee.module
      last = Range(start: module.start, byteCount: module.end - module.start, number: number)
    }
    return number
  }

  private static func number(at pc: UInt, _ likely: UInt8) -> UInt8 {
    let stamp = swiftmalloc_passing_stamp(pc)
    if stamp == 0 { return 0 }
    if likely != 0, table.elements[Int(likely)].stamp == stamp { return likely }
    let known = find(stamp)
    return known != 0 ? known : add(pc, stamp)
  }

  private static func find(_ stamp: UInt64) -> UInt8 {
    let count = count
    var number = 1
    while number <= count {
      if table.elements[number].stamp == stamp { return UInt8(number) }
      number += 1
    }
    return 0
  }

  private static func add(_ pc: UInt, _ stamp: UInt64) -> UInt8 {
    var description = swiftmalloc_passing_module()
    if swiftmalloc_passing_module(pc, &description) == 0 { return 0 }
    ReturnAddresses.lock.lock()
    defer { ReturnAddresses.lock.unlock() }
    let known = find(stamp)
    let number = count + 1
    if known != 0 || number > limit || !table.extend(to: number + 1) { return known }
    (table.elements + number).initialize(to: Module(description: description, stamp: stamp))
    used.store(number, ordering: .releasing)
    return UInt8(number)
  }

  /// What is known of a module.
  package static func description(_ number: Int) -> UnsafePointer<swiftmalloc_passing_module> {
    UnsafeRawPointer(table.elements + number).assumingMemoryBound(
      to: swiftmalloc_passing_module.self)
  }
}
