// What the heaps of the cases are made of.

import SwiftMallocDebug

/// A heap in a buffer that goes on after an error.
enum BufferPolicy: DebugPolicy {
  typealias Pages = FixedBufferPages
  static var quarantine: Int { 1 << 16 }
  static var stopsAtError: Bool { false }
}

enum SystemPolicy: DebugPolicy {
  typealias Pages = SystemPages
  static var stopsAtError: Bool { false }
}

/// As the library has it when nothing is said.
enum UsualPolicy: DebugPolicy {
  typealias Pages = SystemPages
}

enum TracelessPolicy: DebugPolicy {
  typealias Pages = SystemPages
  static var frames: Int { 0 }
  static var canaryByteCount: Int { 64 }
  static var stopsAtError: Bool { false }
}

enum SingleThreadPolicy: DebugPolicy {
  typealias Pages = SystemPages
  static var isShared: Bool { false }
  static var frames: Int { 4 }
  static var stopsAtError: Bool { false }
}

enum GuardPolicy: DebugPolicy {
  typealias Pages = SystemPages
  static var placement: DebugSettings.Placement { .guardBehind }
}

enum ProtectedPolicy: DebugPolicy {
  typealias Pages = SystemPages
  static var protectsRecords: Bool { true }
  static var limit: Int? { 1 << 20 }
}

/// The pages of a buffer, of which it refuses all but the first few requests.
struct RefusingPages: AccessiblePages {
  final class Count {
    var left: Int
    init(_ left: Int) { self.left = left }
  }

  let pages: FixedBufferPages
  let count: Count

  func allocate(byteCount: Int) -> UInt? {
    if count.left == 0 { return nil }
    count.left -= 1
    return pages.allocate(byteCount: byteCount)
  }

  func release(_ address: UInt, byteCount: Int) -> Bool {
    pages.release(address, byteCount: byteCount)
  }
}

enum RefusingPolicy: DebugPolicy {
  typealias Pages = RefusingPages
  static var isShared: Bool { false }
}
