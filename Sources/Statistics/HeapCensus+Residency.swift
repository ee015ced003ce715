// What of the heap is resident, span by span: the ledger adds up to what the kernel says. Under the
// locks of the census.

import Heap
import Live
import Memory
import Platform
import Synchronization

extension Heap {
  func measure(
    _ record: Record, _ start: UInt, _ census: inout HeapCensus, _ resident: inout ResidentBytes
  ) {
    let byteCount = max(record.byteCount, PageMap.sliceSize)
    let held = resident.count(start, start + UInt(byteCount))
    switch record.kind {
    case .small: measureSmall(record, held, &census)
    case .medium: measureSingle(record, byteCount - held, &census.residency)
    case .stashed: census.residency.freeSpans += held
    case .freeDirty, .purging: census.residency.purgeable += held
    case .freeClean: census.residency.hugePages += held
    default: census.residency.metadata += held
    }
  }

  private func measureSmall(_ record: Record, _ held: Int, _ census: inout HeapCensus) {
    guard let state = record.state else { return }
    let free = state.freeCount + state.remoteFreeCount
    let live = max(0, state.capacity - free) * Int(record.blockSize)
    census.residency.untouched += max(0, live - held)
    let heldFree = max(0, held - live)
    if record.pointee.owner.load(ordering: .relaxed) == SpanOwner.central {
      census.residency.centralLists += heldFree
    } else {
      census.residency.threadCaches += heldFree
    }
  }

  // A block of its own, of which so many bytes are not resident: first those that were not asked for.
  private func measureSingle(_ record: Record, _ absent: Int, _ residency: inout Residency) {
    let slack = LiveCounts.isOn ? Int(record.asBlock.slack) : 0
    let tail = min(absent, slack & ~(System.pageSize - 1))
    residency.tails += tail
    residency.untouched += absent - tail
  }

  // Not inlined: a census is kilobytes, and a thread's stack may have sixteen.
  @inline(never)
  func measureLarge(_ census: inout HeapCensus, _ resident: inout ResidentBytes) {
    var next = large.head
    while let record = next {
      next = record.next
      let start = record.start
      let byteCount = record.byteCount
      let held = resident.count(start, start + UInt(byteCount))
      measureSingle(record, byteCount - held, &census.residency)
    }
    var arena = large.runs.arenas
    while let current = arena {
      measureFree(
        current.pointee.start, to: large.runs.committedEnd(of: current), &census,
        &resident)
      arena = current.pointee.next
    }
  }

  private func measureFree(
    _ start: UInt, to end: UInt, _ census: inout HeapCensus, _ resident: inout ResidentBytes
  ) {
    var address = start
    while address < end {
      let record = PageMap.knownRecord(address)
      let behind = address + UInt(max(record.byteCount, PageMap.sliceSize))
      switch record.kind {
      case .freeDirty, .purging: census.residency.purgeable += resident.count(address, behind)
      case .freeClean: census.residency.hugePages += resident.count(address, behind)
      default: break
      }
      address = behind
    }
  }

  func measureMetadata(_ census: inout HeapCensus, _ resident: inout ResidentBytes) {
    let page = UInt(System.pageSize)
    let state = UInt(bitPattern: storage) & ~(page - 1)
    census.residency.metadata += resident.count(
      state, UInt(bitPattern: metadata) + page & ~(page - 1))
    census.residency.metadata += metadataAllocator.usedBytes
    PageMap.forEachWritableChunk { census.residency.metadata += resident.count($0, $1) }
    LiveTotals.forEachPart { census.residency.metadata += resident.count($0, $1) }
  }

  /// Guarded blocks count as blocks of the classes that they would be of. The rest of their pages is the heap's own.
  func addGuarded(
    _ census: inout HeapCensus, _ resident: inout ResidentBytes, _ measuresResidency: Bool
  ) {
    Policy.Sampler.forEachGuarded { byteCount in
      let sizeClass = classes.index(byteCount)
      let blockSize = classes.blockSize(sizeClass)
      census.classes[sizeClass].liveCount += 1
      census.smallCount += 1
      census.smallBytes += blockSize
      census.residency.metadata += System.pageSize - blockSize
    } records: { start, end in
      if measuresResidency { census.residency.metadata += resident.count(start, end) }
    }
  }
}
