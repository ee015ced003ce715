// The debug heap's numbers for people (malloc_stats(3)) and for programs (malloc_info(3)).

import Platform

extension DebugStatistics {
  package func printTable() {
    row("asked for", requestedBytes)
    row("resident for blocks", residentBytes)
    row("records and traces", overheadBytes)
  }

  private func row(_ name: StaticString, _ byteCount: Int) {
    var message = Message(to: .descriptor(2))
    message.text("swiftmalloc: ")
    message.text(name)
    message.pad(to: 40)
    message.decimal(byteCount)
    message.text(" bytes")
    message.endLine()
  }

  package func writeXML(to stream: UnsafeMutableRawPointer) {
    var message = Message(to: .stream(stream))
    message.text("<malloc version=\"1\">\n<heap nr=\"0\">\n<sizes>\n</sizes>\n</heap>\n")
    message.text("<system type=\"current\" size=\"")
    message.decimal(residentBytes + overheadBytes)
    message.text("\"/>\n<aspace type=\"total\" size=\"")
    message.decimal(requestedBytes)
    message.text("\"/>\n</malloc>\n")
    message.send()
  }
}
