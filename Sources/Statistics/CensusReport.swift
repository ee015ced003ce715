// The census for people (malloc_stats(3)) and for programs (malloc_info(3)).

import Platform

extension HeapCensus {
  /// The table of malloc_stats(3), on standard error.
  package borrowing func printTable() {
    row("live blocks", liveBytes, liveCount)
    row("  small", smallBytes, smallCount)
    row("  medium", mediumBytes, mediumCount)
    row("  large", largeBytes, largeCount)
    row("free in spans", smallFreeBytes, nil)
    row("free spans, resident", dirtyBytes + stashedBytes, nil)
    row("free spans, given back", cleanBytes, nil)
    row("large blocks kept", cachedLargeBytes, nil)
    row("metadata", metadataBytes, nil)
    row("peak of spans and large", peakBytes, nil)
  }

  private borrowing func row(_ name: StaticString, _ byteCount: Int, _ count: Int?) {
    var message = Message(to: .descriptor(2))
    message.text("swiftmalloc: ")
    message.text(name)
    message.pad(to: 40)
    message.decimal(byteCount)
    message.text(" bytes")
    if let count {
      message.text(" in ")
      message.decimal(count)
      message.text(" blocks")
    }
    message.endLine()
  }

  /// The document of malloc_info(3), to a C stream: glibc's element names where they fit.
  package borrowing func writeXML(to stream: UnsafeMutableRawPointer) {
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
    total(&message, "rest", liveCount, freeBytes)
    total(&message, "mmap", largeCount, largeBytes)
    size(&message, "system", "current", committedBytes + largeBytes + metadataBytes)
    size(&message, "system", "max", peakBytes)
    size(&message, "aspace", "total", committedBytes)
    message.text("</heap>\n")
    total(&message, "rest", liveCount, freeBytes)
    total(&message, "mmap", largeCount, largeBytes)
    size(&message, "system", "current", committedBytes + largeBytes + metadataBytes)
    size(&message, "system", "max", peakBytes)
    message.text("</malloc>\n")
    message.send()
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
