// All blocks of a heap, and what it holds.

import Heap
import Memory
import Platform

/// What a heap holds, in bytes unless it says count.
public struct HeapStatistics: Sendable {
  /// Live blocks: how many.
  public var liveCount = 0
  /// Usable bytes of the live blocks.
  public var liveBytes = 0
  /// Slices and mappings that blocks use: what a limit bounds.
  public var usedBytes = 0
  /// Free memory that is resident until it is recycled.
  public var keptBytes = 0
  /// The heap's own records.
  public var recordBytes = 0
}

extension Heap {
  /// Frees every block, in time that depends on the number of slices of 64 KiB. The pages stay, for what is allocated next.
  public borrowing func deallocateAll() {
    parts.locked { parts.freeAll() }
  }

  /// Calls `body` with every live block and its usable bytes. It may deallocate the block, of a heap that is not shared, and
  /// must not allocate from the heap.
  public borrowing func forEachBlock(_ body: (UnsafeMutableRawPointer, Int) -> Void) {
    parts.locked {
      if parts.isBump {
        parts.bump.forEachBlock { body(UnsafeMutableRawPointer(bitPattern: $0)!, $1) }
      } else {
        parts.core.forEachBlock { body(UnsafeMutableRawPointer(bitPattern: $0)!, $1) }
      }
    }
  }

  /// What the heap holds, by a walk over its blocks.
  public var statistics: HeapStatistics {
    borrowing get {
      var statistics = HeapStatistics()
      forEachBlock { _, byteCount in
        statistics.liveCount += 1
        statistics.liveBytes += byteCount
      }
      parts.locked {
        let core = parts.core
        statistics.usedBytes =
          core.pageHeap.usedBytes + core.large.runs.usedBytes + core.large.mappedBytes
        statistics.keptBytes = core.pageHeap.dirty.byteCount + core.large.runs.dirty.byteCount
        statistics.recordBytes = core.metadataAllocator.committedBytes
      }
      return statistics
    }
  }

  /// Gives all free pages back to where they came from; the bytes.
  @discardableResult
  public borrowing func recycle() -> Int { parts.locked { parts.core.trim() } }
}
