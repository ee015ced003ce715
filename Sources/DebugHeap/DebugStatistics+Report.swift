// The debug heap's numbers for programs (malloc_info(3)).

import Platform

extension DebugStatistics {
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
