// The end of a heap: all its memory goes back to the source.

import Memory
import Platform
import Synchronization
import Traces

extension DebugHeap {
  /// Blocks that were allocated and not freed yet.
  package var liveCount: Int {
    guard enter() else { return 0 }
    defer { leave() }
    var count = 0
    for ordinal in 1..<max(storage.pointee.regions.takenCount + 1, 1) {
      let bucket = storage.pointee.regions.bucket(ordinal: ordinal)
      let state = lock(Int(bucket.pointee.sizeClass))
      if bucket.pointee.state == .inUse { count += Int(bucket.pointee.liveCount) }
      unlock(state)
    }
    lockLarge()
    storage.pointee.large.forEach { if !$0.pointee.isFreed { count += 1 } }
    unlockLarge()
    return count
  }

  /// Gives all memory back. No thread uses the heap or a block of it any more.
  package func releaseAll() {
    if storage.pointee.settings.protectsRecords { setWritable(true) }
    let pages = storage.pointee.pages
    let gate = storage.pointee.gate
    releaseInterrupted()
    storage.pointee.large.releaseAll()
    storage.pointee.pools.releaseAll()
    storage.pointee.regions.releaseAll()
    let start = UInt(bitPattern: gate)
    let end = UInt(bitPattern: storage.pointee.classes + Self.classLimit)
    // The copies of the source that they hold end with them.
    storage.deinitialize(count: 1)
    let byteCount = System.roundUpToPage(Int(end - start)) + 2 * System.pageSize
    _ = pages.release(start - UInt(System.pageSize), byteCount: byteCount)
  }

  /// Gives the memory back that signal handlers got.
  private func releaseInterrupted() {
    let gate = storage.pointee.gate
    for index in 0..<gate.pointee.interrupted.chunkCount.load(ordering: .acquiring) {
      let chunk = gate.pointee.interrupted.chunks[index].load(ordering: .acquiring)
      if chunk <= 1 { continue }
      _ = storage.pointee.pages.release(
        chunk, byteCount: gate.pointee.interrupted.byteCounts[index])
    }
  }
}
