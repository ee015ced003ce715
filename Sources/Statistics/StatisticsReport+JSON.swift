// The statistics as one line of JSON (RFC 8259), with the names that swiftmallocctl uses for a process:
//
//   {"pid": …, "program": …, "mode": …, "requested": …, "resident": …, "overhead": …, "ledger": [{"key", "name", "bytes",
//    "peak"}…], "classes": […], "sizes": {…}, "threads": […], "large": […], "heaps": […], "systemCalls": {…}, …}        unknown numbers are null

import CShims
import Heap
import Live
import Platform

extension StatisticsReport {
  /// Writes all there is.
  package func writeJSON(_ census: borrowing HeapCensus) {
    var message = Message(to: destination)
    message.text("{\"pid\":")
    message.decimal(swiftmalloc_system_call(SWIFTMALLOC_CALL_GETPID, 0, 0, 0, 0, 0, 0))
    message.text(",\"program\":")
    message.quoted(swiftmalloc_program_name())
    message.text(",\"version\":")
    message.quoted(swiftmalloc_version())
    message.text(",\"mode\":\"")
    message.text(mode)
    message.text("\",\"uptime\":")
    message.seconds(facts.uptime)
    message.text(",\"resetAt\":")
    if let resetTime = facts.resetTime { message.seconds(resetTime) } else { message.text("null") }
    message.text(",\"userTime\":")
    message.seconds(facts.userTime)
    message.text(",\"systemTime\":")
    message.seconds(facts.systemTime)
    number("rss", facts.resident, &message)
    number("peakRss", facts.peakResident, &message)
    number("requested", ledger.isCounted ? ledger[.requested] : nil, &message)
    number("resident", ledger.resident, &message)
    number("overhead", ledger.isCounted ? ledger.overhead : nil, &message)
    writeLedger(&message)
    writeClasses(census, &message)
    if LiveCounts.isOn {
      writeSizes(&message)
      writeThreads(&message)
      writeLarge(&message)
    }
    writeHeaps(&message)
    writeReturned(census, &message)
    writeGuarded(&message)
    message.text(",\"systemCalls\":{")
    for index in 0..<SystemCall.count {
      guard let call = SystemCall(rawValue: index) else { continue }
      message.text(index == 0 ? "\"" : ",\"")
      message.text(call.name)
      message.text("\":")
      message.decimal(call.callCount)
    }
    message.text("}}")
    message.endLine()
  }

  func number(_ key: StaticString, _ value: Int?, _ message: inout Message) {
    message.text(",\"")
    message.text(key)
    message.text("\":")
    if let value { message.decimal(value) } else { message.text("null") }
  }

  private func writeLedger(_ message: inout Message) {
    message.text(",\"ledger\":[")
    for index in 0..<LedgerLine.count {
      guard let line = LedgerLine(rawValue: index) else { continue }
      message.text(index == 0 ? "{\"key\":\"" : ",{\"key\":\"")
      message.text(line.key)
      message.text("\",\"name\":\"")
      message.text(line.name)
      message.text("\"")
      number("bytes", ledger.bytes[index], &message)
      number("peak", ledger.peaks[index], &message)
      message.text("}")
    }
    message.text("]")
  }

  private func writeClasses(_ census: borrowing HeapCensus, _ message: inout Message) {
    message.text(",\"classes\":[")
    var isFirst = true
    for index in 0..<Int(SWIFTMALLOC_LIVE_CLASSES) {
      let total = LiveCounts.isOn ? LiveTotals.ofClass(index) : ClassTotal()
      let isSmall = index < census.classes.count
      let spans = isSmall ? census.classes[index].spanCount : 0
      if !total.isUsed && spans == 0 { continue }
      message.text(isFirst ? "{\"index\":" : ",{\"index\":")
      isFirst = false
      message.decimal(index)
      let blockSize =
        LiveCounts.isOn
        ? LiveGauges.blockSize(index) : isSmall ? census.classes[index].blockSize : 0
      number("blockSize", blockSize == 0 ? nil : blockSize, &message)
      number("spans", spans, &message)
      if LiveCounts.isOn {
        number("allocations", total.allocationCount, &message)
        number("frees", total.freeCount, &message)
        number("live", total.liveCount, &message)
        number("requestedBytes", total.liveBytes, &message)
        number("peakBytes", total.peakBytes, &message)
      } else {
        number("live", isSmall ? census.classes[index].liveCount : nil, &message)
      }
      message.text("}")
    }
    message.text("]")
  }

  // Only where they were noted.
  private func writeSizes(_ message: inout Message) {
    guard let noted = LiveSizes.noted else { return }
    message.text(",\"sizes\":{\"blockBytes\":")
    message.decimal(noted.blockBytes)
    number("requestedBytes", noted.requestedBytes, &message)
    message.text(",\"counts\":[")
    var isFirst = true
    LiveSizes.forEachRow { byteCount, count in
      message.text(isFirst ? "[" : ",[")
      isFirst = false
      message.decimal(byteCount)
      message.text(",")
      message.decimal(count)
      message.text("]")
    }
    message.text("]}")
  }

  private func writeThreads(_ message: inout Message) {
    let header = swiftmalloc_live_header_now().unsafelyUnwrapped
    number("threadsStarted", Int(clamping: header.pointee.threads_started), &message)
    number("threadsRunning", Int(clamping: header.pointee.threads_running), &message)
    message.text(",\"threads\":[")
    var isFirst = true
    for index in 0..<LiveTotals.rowCount {
      let total = LiveTotals.ofRow(index)
      if !total.isUsed { continue }
      message.text(isFirst ? "{\"row\":" : ",{\"row\":")
      isFirst = false
      message.decimal(index)
      let row = LiveTotals.row(index)
      number("id", index == 0 ? nil : Int(row.pointee.thread_id), &message)
      message.text(",\"name\":")
      withUnsafeBytes(of: &row.pointee.name) {
        message.quoted($0.baseAddress!.assumingMemoryBound(to: CChar.self))
      }
      number("allocations", total.allocationCount, &message)
      number("frees", total.freeCount, &message)
      let live = total.netBytes
      number("liveBytes", live, &message)
      // Of the last time that the thread took its sum.
      number("peakBytes", max(Int(row.pointee.peak_bytes), live), &message)
      message.text("}")
    }
    message.text("]")
  }

  private func writeLarge(_ message: inout Message) {
    let header = swiftmalloc_live_header_now().unsafelyUnwrapped
    number("largeCount", Int(clamping: header.pointee.large_count), &message)
    message.text(",\"large\":[")
    var isFirst = true
    for index in 0..<Int(header.pointee.large_row_end) {
      let block = swiftmalloc_live_large_row(index).pointee
      if block.address == 0 { continue }
      message.text(isFirst ? "{\"address\":\"" : ",{\"address\":\"")
      isFirst = false
      message.hexadecimal(UInt(block.address))
      message.text("\"")
      number("requested", Int(clamping: block.requested_bytes), &message)
      number("given", Int(clamping: block.given_bytes), &message)
      number("thread", Int(block.thread_id), &message)
      message.text("}")
    }
    message.text("]")
  }
}
