// The helper thread of the process: whether there may be one, and what it does each purge delay. The debug heap has none:
// it keeps freed blocks for its checks.

import Heap
import Heaps
import Live

extension Process {
  // However short the delay is: each pass wakes a thread.
  private static let leastPause = 50

  static func allowHelper(_ options: Options) {
    if LiveCounts.isOn { Helper.count { _ = LiveThreads.rowOfThisThread() } }
    if LiveCounts.isOn, LiveProcess.isPublished {
      Helper.share(alarm: LiveTrim.allow { Malloc.trimmedBytes() }) { LiveTrim.noteHelper($0) }
    }
    if !options.hasHelper || options.purgeDelay < 0 { return Helper.forbid() }
    Helper.allow(pause: max(options.purgeDelay, leastPause)) { Process.purge(isIdle: $0) }
  }

  private static func purge(isIdle: Bool) -> Bool {
    guard case .production(let heap) = active else { return false }
    if LiveCounts.isOn { LiveWishes.answer() }
    let isDue = heap.purgeInBackground(isIdle: isIdle)
    return HeapTable.purgeByAge(isIdle: isIdle) || isDue
  }
}
