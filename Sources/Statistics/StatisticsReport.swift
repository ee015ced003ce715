// The statistics for people: malloc_stats(3), and SWIFTMALLOC_STATS=1 at the end of the process. Tables of at most 100
// columns, numbers in bytes, tables only of what is there.

import CShims
import Heap
import Live
import Platform

package struct StatisticsReport {
  package let ledger: HeapLedger
  package let facts: StatisticsFacts
  package let mode: StaticString
  package let destination: Message.Destination

  /// Threads and large blocks beyond are counted only.
  private static let longestList = 32

  package init(
    _ ledger: HeapLedger, _ facts: StatisticsFacts, mode: StaticString,
    to destination: Message.Destination
  ) {
    self.ledger = ledger
    self.facts = facts
    self.mode = mode
    self.destination = destination
  }

  /// Writes all there is. `census` tells of spans; a debug heap has none.
  package func write(_ census: borrowing HeapCensus) {
    writeHead()
    writeLedger()
    if LiveCounts.isOn {
      writeClasses(census)
      writeThreads()
      writeLargeBlocks()
    } else {
      writeLiveBlocks(census)
    }
    writeHeaps()
    writeReturned(census)
    writeGuarded()
    writeSystemCalls()
  }

  func line(_ body: (inout Message) -> Void) {
    var message = Message(to: destination)
    body(&message)
    message.endLine()
  }

  private func writeHead() {
    line { message in
      message.head("STATS")
      message.printable(swiftmalloc_program_name())
      message.text(", ")
      message.text(mode)
      message.text(" heap")
      if facts.uptime > 0 {
        message.text(", ")
        message.seconds(facts.uptime)
        message.text(" s")
      }
      message.text(" (")
      message.seconds(facts.userTime)
      message.text(" s user, ")
      message.seconds(facts.systemTime)
      message.text(" s system)")
    }
    guard let resetTime = facts.resetTime else { return }
    line { message in
      message.text("counts and peaks are of what came after swiftmalloc_live_reset, at ")
      message.seconds(resetTime)
      message.text(" s")
    }
  }

  private func writeLedger() {
    row("memory, bytes", "now", "peak")
    for index in 0..<LedgerLine.count {
      guard let line = LedgerLine(rawValue: index) else { continue }
      if line == .requested, !ledger.isCounted {
        row("live blocks (STATS=1 counts what was asked for)", ledger.bytes[index], nil)
      } else if line != .rounding || ledger.isCounted {
        row(line.name, ledger.bytes[index], ledger.peaks[index])
      }
    }
    row("= resident, heap", ledger.resident, nil)
    if ledger.isCounted { row("overhead", ledger.overhead, nil) }
    if let resident = facts.resident {
      row("resident, process", resident, facts.peakResident)
    }
  }

  private func row(_ name: StaticString, _ now: StaticString, _ peak: StaticString) {
    line { message in
      message.text(name)
      message.right(now, at: 66)
      message.right(peak, at: 84)
    }
  }

  private func row(_ name: StaticString, _ now: Int, _ peak: Int?) {
    line { message in
      message.text("  ")
      message.text(name)
      message.right(now, at: 66)
      if let peak { message.right(peak, at: 84) }
    }
  }

  // MARK: Tables

  private func writeClasses(_ census: borrowing HeapCensus) {
    line { message in
      message.text("size class")
      message.right("spans", at: 18)
      message.right("allocated", at: 32)
      message.right("freed", at: 45)
      message.right("live", at: 56)
      message.right("asked for", at: 70)
      message.right("given", at: 84)
      message.right("waste", at: 92)
    }
    for index in 0..<Int(SWIFTMALLOC_LIVE_CLASSES) {
      let total = LiveTotals.ofClass(index)
      if !total.isUsed { continue }
      let isSmall = index < census.classes.count
      let given =
        isSmall
        ? total.liveCount * census.classes[index].blockSize
        : index == Int(SWIFTMALLOC_LIVE_MEDIUM) ? census.mediumBytes : census.largeBytes
      writeClass(index, isSmall ? census.classes[index].spanCount : 0, total, given)
    }
  }

  private func writeClass(_ index: Int, _ spans: Int, _ total: ClassTotal, _ given: Int) {
    line { message in
      if index < Int(SWIFTMALLOC_LIVE_MEDIUM) {
        message.right(LiveGauges.blockSize(index), at: 10)
      } else {
        message.right(index == Int(SWIFTMALLOC_LIVE_MEDIUM) ? "medium" : "large", at: 10)
      }
      if spans > 0 { message.right(spans, at: 18) }
      message.right(total.allocationCount, at: 32)
      message.right(total.freeCount, at: 45)
      message.right(total.liveCount, at: 56)
      message.right(total.liveBytes, at: 70)
      // A debug heap has no classes of its own.
      if given == 0 { return }
      message.right(given, at: 84)
      message.right(max(given - total.liveBytes, 0) * 100 / given, at: 91)
      message.text("%")
    }
  }

  private func writeLiveBlocks(_ census: borrowing HeapCensus) {
    row("live blocks", "blocks", "bytes")
    pair("small", census.smallCount, census.smallBytes)
    pair("medium", census.mediumCount, census.mediumBytes)
    pair("large", census.largeCount, census.largeBytes)
  }

  private func pair(_ name: StaticString, _ count: Int, _ byteCount: Int) {
    row(name, count, byteCount)
  }

  private func writeThreads() {
    let header = swiftmalloc_live_header_now().unsafelyUnwrapped
    line { message in
      message.text("threads: ")
      message.decimal(Int(header.pointee.threads_started))
      message.text(" started, ")
      message.decimal(Int(header.pointee.threads_running))
      message.text(" running")
      message.right("allocated", at: 56)
      message.right("freed", at: 70)
      message.right("bytes live", at: 84)
    }
    var listed = 0
    for index in 0..<LiveTotals.rowCount {
      let total = LiveTotals.ofRow(index)
      if !total.isUsed { continue }
      listed += 1
      if listed <= Self.longestList { writeThread(index, total) }
    }
    writeRest(listed)
  }

  private func writeThread(_ index: Int, _ total: ClassTotal) {
    line { message in
      message.text("  ")
      if index == 0 {
        message.text("(ended threads)")
      } else {
        let row = LiveTotals.row(index)
        message.text("\"")
        withUnsafeBytes(of: &row.pointee.name) {
          message.printable($0.baseAddress!.assumingMemoryBound(to: CChar.self))
        }
        message.text("\" (")
        message.decimal(Int(row.pointee.thread_id))
        message.text(")")
      }
      message.right(total.allocationCount, at: 56)
      message.right(total.freeCount, at: 70)
      // Below zero for one that frees what others allocated.
      message.right(total.netBytes, at: 84)
    }
  }

  private func writeRest(_ listed: Int) {
    if listed <= Self.longestList { return }
    line { message in
      message.text("  and ")
      message.decimal(listed - Self.longestList)
      message.text(" more")
    }
  }

  private func writeLargeBlocks() {
    let header = swiftmalloc_live_header_now().unsafelyUnwrapped
    if header.pointee.large_count == 0 { return }
    line { message in
      message.text("large blocks: ")
      message.decimal(Int(header.pointee.large_count))
      message.right("thread", at: 56)
      message.right("asked for", at: 70)
      message.right("given", at: 84)
    }
    var listed = 0
    for index in 0..<Int(header.pointee.large_row_end) {
      let block = swiftmalloc_live_large_row(index).pointee
      if block.address == 0 { continue }
      listed += 1
      if listed > Self.longestList { continue }
      line { message in
        message.text("  ")
        message.hexadecimal(UInt(block.address))
        message.right(Int(block.thread_id), at: 56)
        message.right(Int(clamping: block.requested_bytes), at: 70)
        message.right(Int(clamping: block.given_bytes), at: 84)
      }
    }
    writeRest(listed)
  }
}
