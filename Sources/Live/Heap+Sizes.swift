// A walk over the live small blocks, for LiveSizes: how many bytes were asked for of each. Nobody takes or gives back
// memory of spans' bits meanwhile, so that they stay what they are; blocks come and go, so that the sum of a busy
// process is a moment's blur.

import CShims
import Heap
import Memory
import Platform
import Synchronization

extension Heap {
  /// Notes the lengths of live blocks if they take more memory than ever. In a process that counts; slow path: busy, no lock
  /// is held.
  @inline(never)
  package func noteSizes() {
    let blockBytes = LiveSample.take()
    if !LiveSizes.isTime(blockBytes: blockBytes) { return }
    storage.pointee.pageHeap.lock.lock()
    metadata.pointee.lock.lock()
    // Another thread may have done so meanwhile.
    if LiveSizes.isTime(blockBytes: blockBytes), LiveSizes.begin() {
      var runs = RunWalk(self)
      while let (record, _) = runs.next() { noteSizesOfRun(record) }
      LiveSizes.end()
    }
    metadata.pointee.lock.unlock()
    storage.pointee.pageHeap.lock.unlock()
  }

  private func noteSizesOfRun(_ record: Record) {
    // Acquire: partner is the release in `newSpan`. A span without an owner is being made, or given back.
    if record.pointee.owner.load(ordering: .acquiring) != 0, let state = record.pointee.state {
      noteSizes(record, state)
    }
  }

  private func noteSizes(_ record: Record, _ state: State) {
    let blockSize = UInt(record.pointee.blockSize)
    let remote = state.remoteWords
    for word in 0..<record.wordCount {
      let local = state.localWords[word]
      var live = ~(local.free | local.claimed | remote[word].load(ordering: .relaxed))
      while live != 0 {
        let slack = state.slack(word << 6 + live.trailingZeroBitCount, blockSize: blockSize)
        live &= live - 1
        let requested = blockSize - min(slack, blockSize)
        let isShortest = classes.index(Int(requested)) == Int(record.pointee.sizeClass)
        LiveSizes.add(
          requested: requested, needed: isShortest ? requested : blockSize, blockSize: blockSize)
      }
    }
  }
}
