// How often each system call of the allocator was made: the last line for people.

import Live
import Platform

extension StatisticsReport {
  func writeSystemCalls() {
    line { message in
      message.text("system calls:")
      for index in 0..<SystemCall.count {
        guard let call = SystemCall(rawValue: index) else { continue }
        message.text(index == 0 ? " " : ", ")
        message.text(call.name)
        message.text(" ")
        message.decimal(call.callCount)
      }
    }
  }
}
