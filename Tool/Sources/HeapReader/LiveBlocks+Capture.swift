// From copies of words to blocks.

import Targets

extension LiveBlocks {
  /// The blocks of a capture. `memory` is read once more for what bump heaps hold. `threads` gives the kernel's number to the
  /// address of a thread's words.
  init(
    _ capture: HeapCapture, _ memory: any TargetMemory, threads: (UInt64) -> Int32
  ) throws(HeapReaderError) {
    busyThreads = capture.busyThreads
    lostSpans = capture.lostSpans
    let layout = capture.layout
    var numbers: [UInt64: Int] = [:]
    let order = capture.heaps.heaps.sorted {
      ($0.value.isProcess ? 0 : 1, $0.key) < ($1.value.isProcess ? 0 : 1, $1.key)
    }
    for (address, heap) in order {
      numbers[address] = heaps.count
      heaps.append(heap.facts)
    }
    reserve(capture)
    var behind: UInt64 = 0
    for (index, record) in capture.records.enumerated() {
      // Inside of a longer block, from before.
      if record.slice < behind || !SliceRecord.holdsBlocks(record.kind, layout) { continue }
      let address = record.heap(layout)
      guard let heap = capture.heaps.heaps[address], let number = numbers[address] else { continue }
      if record.isSmall(layout) {
        if record.state == 0 { continue }
        let mark = heap.thread != 0 ? heap.thread : capture.heaps.threads[record.owner] ?? 0
        begin(record, number, mark == 0 ? 0 : threads(mark), Int(record.sizeClass))
        append(record, index, capture)
        continue
      }
      // A guarded block that was freed.
      if record.start == 0 { continue }
      begin(record, number, heap.thread == 0 ? 0 : threads(heap.thread), nil)
      if capture.isChunk(record) {
        try appendChunk(record, heap, capture, memory)
      } else {
        append(record.start, record.usableByteCount(layout), capture.isCounted ? record.slack : nil)
      }
      behind = record.start &+ record.byteCount
    }
  }

  private mutating func reserve(_ capture: HeapCapture) {
    var most = 0
    for (index, record) in capture.records.enumerated() {
      if !record.isSmall(capture.layout) || record.state == 0 { continue }
      capture.states.forEachWord(index, record) { most += $1.nonzeroBitCount }
    }
    most += 1024
    addresses.reserveCapacity(most)
    sizes.reserveCapacity(most)
    spanIndices.reserveCapacity(most)
    if capture.isCounted { slacks.reserveCapacity(most) }
  }

  private mutating func begin(
    _ record: SliceRecord, _ heap: Int, _ thread: Int32, _ sizeClass: Int?
  ) {
    spans.append(BlockSpan(start: record.slice, heap: heap, thread: thread, sizeClass: sizeClass))
  }

  private mutating func append(_ address: UInt64, _ size: UInt64, _ slack: UInt32?) {
    addresses.append(address)
    sizes.append(size)
    spanIndices.append(UInt32(spans.count - 1))
    if let slack { slacks.append(slack) }
  }

  // The small blocks of a span.
  private mutating func append(_ record: SliceRecord, _ index: Int, _ capture: HeapCapture) {
    let waiting = capture.heaps.pending[record.address]
    let first = record.start + UInt64(record.lead)
    let size = UInt64(record.blockSize)
    capture.states.forEachWord(index, record) { word, bits in
      var live = bits
      for place in waiting ?? [] where place.word == word { live &= ~place.bits }
      while live != 0 {
        let number = word * 64 + live.trailingZeroBitCount
        live &= live - 1
        let slack = capture.states.slack(index, record, number)
        append(first + UInt64(number) * size, size, slack.map { UInt32($0) })
      }
    }
  }

  // Sixteen times as long as any.
  private static var longestChunk: UInt64 { 1 << 24 }

  // The blocks of a bump heap that lie in one chunk.
  private mutating func appendChunk(
    _ record: SliceRecord, _ heap: CapturedHeap, _ capture: HeapCapture, _ memory: any TargetMemory
  ) throws(HeapReaderError) {
    let end = record.start == heap.chunk ? heap.chunkEnd : capture.chunkEnds[record.start] ?? 0
    let first = record.start + UInt64(capture.layout.table.bump.head)
    if end <= first { return }
    if end - record.start > record.byteCount || record.byteCount > Self.longestChunk {
      throw .damaged("a chunk of a bump heap is longer than its memory", record.start)
    }
    let bytes = memory.bytes(at: record.start, count: Int(end - record.start))
    if bytes.count < Int(end - record.start) {
      throw .damaged("a chunk of a bump heap cannot be read", record.start)
    }
    var block = first
    while block < end {
      let word = bytes.withUnsafeBytes {
        $0.loadUnaligned(fromByteOffset: Int(block - record.start) - 8, as: UInt64.self)
      }
      let size = word & ~1
      if size & 15 != 8 || size > end - record.start {
        throw .damaged("a block of a bump heap has no length", block)
      }
      if word & 1 == 0 { append(block, size, capture.isCounted ? 0 : nil) }
      block += size + 8
    }
  }
}
