// What the helper sleeps on and is woken by: a futex that counts what it was woken for. In a process that publishes it is a word
// of the file, by which others wake the helper, too.

import CShims
import Platform
import Synchronization

enum HelperAlarm {
  private static let own = Atomic<UInt32>(0)
  nonisolated(unsafe) private static var shared: UnsafePointer<Atomic<UInt32>>?

  /// From now on the word at `place` is the alarm. Before there is a helper.
  static func share(_ place: UnsafeMutableRawPointer) {
    shared = UnsafePointer(place.assumingMemoryBound(to: Atomic<UInt32>.self))
  }

  /// How often it has rung.
  static var count: UInt32 {
    shared?.pointee.load(ordering: .acquiring) ?? own.load(ordering: .acquiring)
  }

  static func ring() {
    if let shared {
      _ = shared.pointee.wrappingAdd(1, ordering: .releasing)
    } else {
      _ = own.wrappingAdd(1, ordering: .releasing)
    }
    futex(1, 1, 0)
  }

  /// Sleeps while it has rung `count` times, for so many milliseconds; for ever with nil.
  static func sleep(unless count: UInt32, atMost milliseconds: UInt32?) {
    guard let milliseconds else { return futex(0, Int(count), 0) }
    // A struct timespec.
    let (seconds, rest) = (Int(milliseconds) / 1000, Int(milliseconds) % 1000)
    var time: InlineArray<2, Int> = [seconds, rest * 1_000_000]
    withUnsafeMutableBytes(of: &time) {
      futex(0, Int(count), Int(bitPattern: $0.baseAddress))
    }
  }

  // FUTEX_WAIT (0) and FUTEX_WAKE (1) of futex(2), with FUTEX_PRIVATE_FLAG where no other process has the word.
  private static func futex(_ operation: Int, _ value: Int, _ time: Int) {
    let place = withUnsafePointer(to: own) { Int(bitPattern: $0) }
    swiftmalloc_count_call(SWIFTMALLOC_LIVE_FUTEX)
    _ = swiftmalloc_system_call(
      SWIFTMALLOC_CALL_FUTEX, shared.map { Int(bitPattern: $0) } ?? place,
      shared == nil ? 128 | operation : operation, value, time, 0, 0)
  }
}
