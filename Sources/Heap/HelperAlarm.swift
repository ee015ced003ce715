// What the helper sleeps on and is woken by: a futex that counts what it was woken for. In a process that publishes it is a word
// of the file, by which others wake the helper, too.

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
      Futex.wake(shared.pointee, count: 1, isShared: true)
    } else {
      _ = own.wrappingAdd(1, ordering: .releasing)
      Futex.wake(own, count: 1)
    }
  }

  /// Sleeps while it has rung `count` times, for so many milliseconds; for ever with nil.
  static func sleep(unless count: UInt32, atMost milliseconds: UInt32?) {
    let longest = milliseconds.map { Int($0) }
    if let shared {
      sleep(shared.pointee, unless: count, atMost: longest, isShared: true)
    } else {
      sleep(own, unless: count, atMost: longest, isShared: false)
    }
  }

  private static func sleep(
    _ word: borrowing Atomic<UInt32>, unless count: UInt32, atMost milliseconds: Int?,
    isShared: Bool
  ) {
    if let milliseconds {
      Futex.wait(word, while: count, milliseconds: milliseconds, isShared: isShared)
    } else {
      Futex.wait(word, while: count, isShared: isShared)
    }
  }
}
