// What suppressions have left out of a report.

import Platform

extension Suppressions {
  /// Lists the lines that suppressed something, as LeakSanitizer does.
  static func printUsed() {
    var isFirst = true
    if let lines, let text {
      for index in 0..<lines.count where lines[index].count.blocks > 0 {
        var message = beginUse(lines[index].count, &isFirst)
        message.text(" by leak:")
        if lines[index].isType { message.text(typePrefix) }
        for place in 0..<lines[index].length {
          message.byte(text[lines[index].start + place])
        }
        message.endLine()
      }
    }
    printUse(builtIn, " of Swift's own libraries", &isFirst)
    printUse(behind, " behind these", &isFirst)
  }

  private static func printUse(_ count: LeakCount, _ what: StaticString, _ isFirst: inout Bool) {
    if count.blocks == 0 { return }
    var message = beginUse(count, &isFirst)
    message.text(what)
    message.endLine()
  }

  private static func beginUse(_ count: LeakCount, _ isFirst: inout Bool) -> Message {
    var message = Message()
    if isFirst {
      message.text("Suppressions used:")
      message.endLine()
    }
    isFirst = false
    message.text("  ")
    LeakReport.append(count, to: &message)
    return message
  }
}
