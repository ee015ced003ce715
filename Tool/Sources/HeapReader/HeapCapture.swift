// Copies of all that tells which blocks are live, made in as little time as may be: the process may stand still meanwhile. What
// they mean is worked out afterwards (LiveBlocks).
//
// Of a process that runs, each word is as it was at its time. A span that was made or given back between two words is read again.

import CLive
import Glibc
import Targets

package struct HeapCapture {
  let layout: HeapLayout
  var records: [SliceRecord]
  var states: SpanStates
  var heaps: HeapsAndCaches
  /// The first word of each chunk of a bump heap, by the chunk's address.
  var chunkEnds: [UInt64: UInt64] = [:]
  /// Threads that were inside of malloc or free: each of them may hide or add the blocks of one word, 64 at most.
  package var busyThreads: Int { heaps.busyThreads }
  /// Spans that changed all the time, and are left out.
  package private(set) var lostSpans = 0

  // Milliseconds between two looks at a span that changes; a thread that changes it may have lost its processor.
  private static var looks: Int { 20 }
  // Threads change fewer spans at once.
  private static var mostUnsound: Int { 4096 }

  /// `isStill` says that nothing changes meanwhile.
  init(_ memory: any TargetMemory, _ layout: HeapLayout, isStill: Bool) throws(HeapReaderError) {
    self.layout = layout
    records = try RecordTable(memory: memory, layout: layout).all()
    states = SpanStates(layout, counts: layout.counts(memory))
    states.read(records, memory)
    heaps = HeapsAndCaches(memory, layout)
    try readHeaps(memory)
    var unsound = records.indices.filter { !isSound($0) }
    if !isStill, !unsound.isEmpty, unsound.count < Self.mostUnsound {
      try readAgain(&unsound, memory)
    }
    // A thread that stands still in the middle of a change leaves one span so.
    if unsound.count > (isStill ? heaps.busyThreads : 0) {
      throw .damaged("a span's words contradict each other", records[unsound[0]].slice)
    }
    leaveOut(unsound)
    for record in records where isChunk(record) {
      chunkEnds[record.start] = memory.word(at: record.start) ?? 0
    }
  }

  private mutating func readHeaps(_ memory: any TargetMemory) throws(HeapReaderError) {
    var last: UInt64 = 0
    for record in records {
      let heap = record.heap(layout)
      if heap == last || heaps.heaps[heap] != nil { continue }
      if try heaps.add(heap) { last = heap }
    }
  }

  private func isSound(_ index: Int) -> Bool {
    let record = records[index]
    if !record.isSound(layout) || heaps.heaps[record.heap(layout)] == nil { return false }
    // Without a state it is just being made or given back, and has no blocks.
    return !record.isSmall(layout) || record.state == 0 || states.isSound(index, record)
  }

  // Those stay in `unsound` that are the same at every look.
  private mutating func readAgain(
    _ unsound: inout [Int], _ memory: any TargetMemory
  ) throws(HeapReaderError) {
    let table = RecordTable(memory: memory, layout: layout)
    for _ in 0..<Self.looks {
      var left: [Int] = []
      for index in unsound {
        guard let record = table.again(records[index]) else {
          records[index].forget()
          continue
        }
        let isOther = record != records[index]
        records[index] = record
        states.readAgain(index, record, memory)
        if heaps.heaps[record.heap(layout)] == nil { _ = try heaps.add(record.heap(layout)) }
        if isSound(index) { continue }
        if isOther { lostSpans += 1 } else { left.append(index) }
        if isOther { records[index].forget() }
      }
      unsound = left
      if unsound.isEmpty { return }
      usleep(1000)
    }
  }

  private mutating func leaveOut(_ unsound: [Int]) {
    lostSpans += unsound.count
    for index in unsound { records[index].forget() }
  }

  /// Whether it is known of each block what was asked for.
  var isCounted: Bool { states.counts }

  /// Whether a block holds the blocks of a bump heap.
  func isChunk(_ record: SliceRecord) -> Bool {
    record.isChunk(layout) && heaps.heaps[record.heap(layout)]?.isBump ?? false
  }
}
