// Copies a published file into a Snapshot. A thread that ends is added to row 0 while fold_count is odd: what was read
// meanwhile has it twice or not at all, so it is read again, a few times. A process that was killed at such a moment
// leaves the number odd forever: then what is there is taken.

import CLive
import Glibc

extension Snapshot {
  /// How often a file is read again because a thread was just ending.
  private static let tries = 5

  /// Reads a file. Throws LiveFileError when it is not what a library wrote.
  package init(reading file: OwnedFile) throws {
    var last: Snapshot?
    for _ in 0..<Snapshot.tries {
      let (snapshot, isWhole) = try Snapshot.once(file)
      last = snapshot
      if isWhole { break }
      usleep(1000)
    }
    self = last!
  }

  private static func once(_ file: OwnedFile) throws -> (Snapshot, isWhole: Bool) {
    let header = try file.header()
    let layout = try LiveLayout(header, file: file.path, byteCount: file.byteCount)
    var snapshot = try Snapshot(header, file: file.path)
    switch try ProfileRequest(file).state(header) {
    case .unavailable: break
    case .off: snapshot.profileInterval = 0
    case .on(let interval): snapshot.profileInterval = interval
    }
    func table(_ table: LiveLayout.Table, _ row: (Int, UnsafeRawBufferPointer) -> Void) throws {
      let bytes = try file.bytes(at: table.offset, count: table.byteCount)
      bytes.withUnsafeBytes { all in
        for index in 0..<table.count {
          row(
            index,
            UnsafeRawBufferPointer(rebasing: all[(index * table.stride)...].prefix(table.stride)))
        }
      }
    }
    try table(layout.quantities) { _, row in
      let amount = row.loadUnaligned(as: swiftmalloc_live_amount.self)
      snapshot.quantities.append(
        Amount(now: Int(amount: amount.now), peak: Int(amount: amount.peak)))
    }
    try table(layout.calls) { _, row in
      snapshot.calls.append(Int(amount: row.loadUnaligned(as: UInt64.self)))
    }
    try table(layout.classes) { _, row in snapshot.classes.append(ClassTotals(row)) }
    try table(layout.arenas) { _, row in
      let arena = row.loadUnaligned(as: swiftmalloc_live_arena.self)
      if arena.start != 0 {
        snapshot.arenas.append(
          Arena(start: arena.start, committedBytes: Int(amount: arena.committed_bytes)))
      }
    }
    let before = try file.bytes(at: layout.before.offset, count: layout.before.byteCount)
    try table(layout.threads) { index, row in
      let start = index * layout.before.stride
      let old = index < layout.before.count ? before[start..<start + layout.before.stride] : []
      let thread = ThreadRow(index, row, before: old, classCount: layout.classCount)
      if let thread { snapshot.threads.append(thread) }
    }
    try table(layout.large) { _, row in
      let block = row.loadUnaligned(as: swiftmalloc_live_large.self)
      if block.address != 0 { snapshot.large.append(LargeRow(block)) }
    }
    try table(layout.heaps) { _, row in
      let heap = row.loadUnaligned(as: swiftmalloc_live_heap.self)
      if heap.handle != 0 { snapshot.heaps.append(HeapRow(heap)) }
    }
    // Arenas do not overlap: all their slices together are no more than there are rows.
    var left = layout.slices.count
    for index in snapshot.arenas.indices {
      guard let rows = layout.slices(of: snapshot.arenas[index]), rows.count <= left else {
        continue
      }
      left -= rows.count
      snapshot.arenas[index].slices = try file.bytes(at: rows.offset, count: rows.count)
    }
    try table(layout.sizes) { _, row in
      snapshot.sizes.append(Int(amount: row.loadUnaligned(as: UInt64.self)))
    }
    snapshot.sumUp()
    let after = try file.header()
    let isWhole =
      after.fold_count == header.fold_count && after.fold_count.isMultiple(of: 2)
      && after.size_version == header.size_version && after.size_version.isMultiple(of: 2)
    return (snapshot, isWhole)
  }

  private init(_ header: swiftmalloc_live_header, file: String) throws {
    guard let mode = Mode(rawValue: header.mode) else {
      throw LiveFileError(file, "has the unknown mode \(header.mode)")
    }
    // The state is written last.
    if header.state == 0 {
      throw LiveFileError(file, "is not complete: its process is just starting, or ended meanwhile")
    }
    guard
      header.state == SWIFTMALLOC_LIVE_RUNNING.rawValue
        || header.state == SWIFTMALLOC_LIVE_ENDED.rawValue
    else {
      throw LiveFileError(
        file, "has the unknown state \(header.state): it is damaged, or a later version wrote it")
    }
    guard header.process_id > 0 else {
      throw LiveFileError(file, "has the process id \(header.process_id)")
    }
    let pageSize = Int(header.page_size)
    guard (4096...(1 << 30)).contains(pageSize), pageSize & (pageSize - 1) == 0 else {
      throw LiveFileError(file, "has OS pages of \(pageSize) bytes")
    }
    self.mode = mode
    self.pageSize = pageSize
    hasEnded = header.state == SWIFTMALLOC_LIVE_ENDED.rawValue
    processID = header.process_id
    mappedAt = header.mapped_at
    fileBytes = Int(amount: header.file_bytes)
    program = withUnsafeBytes(of: header.program) { text(of: $0) }
    libraryVersion = withUnsafeBytes(of: header.library_version) { text(of: $0) }
    classSteps = Int(header.class_steps)
    purgeDelay = Int(header.purge_delay).bounded
    startedRealtime = header.started_realtime_ns
    startedBoot = header.started_boot_ns
    resetBoot = header.reset_count > 0 ? header.reset_boot_ns : 0
    endedBoot = header.ended_boot_ns
    userTime = header.user_time_ns
    systemTime = header.system_time_ns
    threadsStarted = Int(amount: header.threads_started)
    threadsRunning = Int(amount: header.threads_running)
    threadsUnpublished = Int(amount: header.threads_unpublished)
    largeCount = Int(amount: header.large_count)
    largeUnlisted = Int(amount: header.large_unlisted)
    heapsUnlisted = Int(amount: header.heaps_unlisted)
    smallClassCount = Int(header.small_class_count)
    sizeBlockBytes = Int(amount: header.size_block_bytes)
    sizeRequestedBytes = Int(amount: header.size_requested_bytes)
  }
}

extension Snapshot.ClassTotals {
  fileprivate init(_ row: UnsafeRawBufferPointer) {
    let totals = row.loadUnaligned(as: swiftmalloc_live_class_totals.self)
    blockSize = Int(amount: totals.block_size)
    spanCount = Int(amount: totals.span_count)
    centralSpanCount = Int(amount: totals.central_span_count)
    centralLiveCount = Int(amount: totals.central_live_count)
  }
}

extension Snapshot.ThreadRow {
  /// Nil for a row that is free. `before` is its row of what was counted before the reset, or empty.
  fileprivate init?(
    _ index: Int, _ row: UnsafeRawBufferPointer, before: ArraySlice<UInt8>, classCount: Int
  ) {
    let thread = row.loadUnaligned(as: swiftmalloc_live_thread.self)
    if thread.is_used == 0 && index > 0 { return nil }
    self.row = index
    id = thread.thread_id
    name = withUnsafeBytes(of: thread.name) { text(of: $0) }
    startedBoot = thread.started_boot_ns
    classes = []
    let first = MemoryLayout<swiftmalloc_live_thread>.size
    let stride = MemoryLayout<swiftmalloc_live_class>.size
    for number in 0..<classCount {
      let counts = row.loadUnaligned(
        fromByteOffset: first + number * stride, as: swiftmalloc_live_class.self)
      if counts.allocation_count == 0 && counts.free_count == 0 && counts.requested_bytes == 0
        && counts.returned_bytes == 0
      {
        continue
      }
      classes.append(Snapshot.ClassCounts(number, counts, before: old(number, before)))
    }
    // The row's own sum is of the last time that the thread took one.
    requestedBytes = classes.map(\.liveBytes).boundedSum
    peakBytes = max(Int(thread.peak_bytes).bounded, requestedBytes)
  }
}

/// Of one class, of a row of what was counted before.
private func old(_ number: Int, _ row: ArraySlice<UInt8>) -> swiftmalloc_live_before {
  if row.isEmpty { return swiftmalloc_live_before() }
  return row.withUnsafeBytes {
    $0.loadUnaligned(
      fromByteOffset: number * MemoryLayout<swiftmalloc_live_before>.size,
      as: swiftmalloc_live_before.self)
  }
}

extension Snapshot.ClassCounts {
  fileprivate init(
    _ index: Int, _ counts: swiftmalloc_live_class, before: swiftmalloc_live_before
  ) {
    self.init(
      index: index,
      allocations: Int(amount: counts.allocation_count &- before.allocation_count),
      frees: Int(amount: counts.free_count &- before.free_count),
      requestedBytes: Int(amount: counts.requested_bytes &- before.requested_bytes),
      returnedBytes: Int(amount: counts.returned_bytes &- before.returned_bytes),
      liveBlocks: Int(Int64(bitPattern: counts.allocation_count &- counts.free_count)).bounded,
      liveBytes: Int(Int64(bitPattern: counts.requested_bytes &- counts.returned_bytes)).bounded,
      peakBytes: Int(counts.peak_bytes).bounded)
  }
}

extension Snapshot.HeapRow {
  fileprivate init(_ heap: swiftmalloc_live_heap) {
    handle = heap.handle
    name = withUnsafeBytes(of: heap.name) { text(of: $0) }
    isLocal = heap.flags & SWIFTMALLOC_HEAP_LOCAL != 0
    isBump = heap.flags & SWIFTMALLOC_HEAP_BUMP != 0
    isDeleted = heap.flags & UInt32(SWIFTMALLOC_LIVE_HEAP_DELETED) != 0
    usedBytes = Int(amount: heap.used_bytes)
    peakBytes = max(Int(amount: heap.peak_bytes), usedBytes)
    keptBytes = Int(amount: heap.kept_bytes)
    limit = heap.limit == .max ? nil : Int(amount: heap.limit)
    madeBoot = heap.made_boot_ns
  }
}

extension Snapshot.LargeRow {
  fileprivate init(_ block: swiftmalloc_live_large) {
    address = block.address
    requestedBytes = Int(amount: block.requested_bytes)
    givenBytes = Int(amount: block.given_bytes)
    allocatedBoot = block.allocated_boot_ns
    threadID = block.thread_id
  }
}
