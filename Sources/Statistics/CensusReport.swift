// The census and the ledger for programs: the XML of malloc_info(3), with glibc's elements where they fit.

import Platform

extension HeapCensus {
  /// The document of malloc_info(3), to a C stream: glibc's element names where they fit.
  package borrowing func writeXML(_ ledger: HeapLedger, to stream: UnsafeMutableRawPointer) {
    var message = Message(to: .stream(stream))
    message.text("<malloc version=\"1\">\n<heap nr=\"0\">\n<sizes>\n")
    for index in 0..<classes.count where classes[index].spanCount > 0 {
      message.text("  <size from=\"")
      message.decimal(classes[index].blockSize)
      message.text("\" to=\"")
      message.decimal(classes[index].blockSize)
      message.text("\" total=\"")
      message.decimal(classes[index].blockSize * classes[index].freeCount)
      message.text("\" count=\"")
      message.decimal(classes[index].freeCount)
      message.text("\" live=\"")
      message.decimal(classes[index].liveCount)
      message.text("\"/>\n")
    }
    message.text("</sizes>\n")
    totals(&message)
    size(&message, "aspace", "total", committedBytes)
    for index in 0..<LedgerLine.count {
      if let line = LedgerLine(rawValue: index) {
        size(&message, "ledger", line.key, ledger.bytes[index])
      }
    }
    size(&message, "ledger", "resident", ledger.resident)
    message.text("</heap>\n")
    totals(&message)
    message.text("</malloc>\n")
    message.send()
  }

  // Free memory, blocks with mappings of their own, and what there is from the system.
  private borrowing func totals(_ message: inout Message) {
    var freeCount = 0
    for index in 0..<classes.count { freeCount += classes[index].freeCount }
    let current = committedBytes + largeBytes + cachedLargeBytes + metadataBytes
    total(&message, "rest", freeCount, freeBytes)
    total(&message, "mmap", largeCount, largeBytes)
    size(&message, "system", "current", current)
    size(&message, "system", "max", max(peakBytes, current))
  }

  private borrowing func total(
    _ message: inout Message, _ type: StaticString, _ count: Int, _ byteCount: Int
  ) {
    message.text("<total type=\"")
    message.text(type)
    message.text("\" count=\"")
    message.decimal(count)
    message.text("\" size=\"")
    message.decimal(byteCount)
    message.text("\"/>\n")
  }

  private borrowing func size(
    _ message: inout Message, _ element: StaticString, _ type: StaticString, _ byteCount: Int
  ) {
    message.text("<")
    message.text(element)
    message.text(" type=\"")
    message.text(type)
    message.text("\" size=\"")
    message.decimal(byteCount)
    message.text("\"/>\n")
  }
}
