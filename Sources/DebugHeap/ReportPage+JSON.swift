// The report for machines: one error in one line, a JSON object (RFC 8259):
//
//   {"pid":…,"program":"…","kind":"double-free","address":"0x…","message":"…","thread":"…","thread_id":…,
//    "block":{"address":"0x…","size":…,"offset":…,"freed":…,"heap":"…","allocated":{"thread":"…","thread_id":…,"frames":[…]},…},
//    "frames":[…],"hint":"…"}
//
// What is not known is left out. Numbers that may be larger than 2⁵³ are strings.

import CShims
import Platform
import Traces

extension ReportPage {
  func printJSON() {
    LogLine.begin()
    var message = Message()
    message.beginReport(finding.kind.name, finding.address)
    appendHeadline(to: &message)
    message.endString()
    appendThread(finding.thread, to: &message)
    if let damage = finding.damage {
      message.text(",\"written_bytes\":")
      message.decimal(damage.changedCount)
    }
    if let block = finding.block {
      // Of a pointer that was read from freed memory, it may be another block.
      if case .pointer = finding.discovery {
        message.text(",\"perhaps_block\":")
      } else {
        message.text(",\"block\":")
      }
      append(block, to: &message)
    }
    if case .threadMisuse = finding.kind {
      appendStack("first_used", Int(owner >> 32), UInt32(truncatingIfNeeded: owner), to: &message)
    }
    message.text(",\"frames\":")
    message.send()
    TraceReport.printJSON(finding.trace)
    if finding.hasHint {
      message.text(",\"hint\":")
      message.beginString()
      finding.appendHint(to: &message)
      message.endString()
    }
    message.text("}")
    message.endLine()
    LogLine.end()
    if finding.crash != nil { swiftmalloc_crash_was_told() }
  }

  private func append(_ block: BlockDescription, to message: inout Message) {
    message.text("{\"address\":\"")
    message.hexadecimal(block.start)
    message.text("\",\"size\":")
    message.decimal(block.requested)
    message.text(",\"offset\":")
    message.decimal(Int(bitPattern: finding.address &- block.start))
    message.text(",\"alignment\":")
    message.decimal(block.alignment)
    message.text(block.isFreed ? ",\"freed\":true" : ",\"freed\":false")
    BlockHeaps.appendJSON(block, to: &message)
    appendStack("allocated", block.allocatingThread, block.allocation, to: &message)
    if block.reallocation != 0 { appendStack("reallocated", 0, block.reallocation, to: &message) }
    if block.isFreed {
      appendStack("released", block.freeingThread, block.release, to: &message)
    }
    message.text("}")
  }

  private func appendStack(
    _ name: StaticString, _ thread: Int, _ trace: UInt32, to message: inout Message
  ) {
    message.text(",\"")
    message.text(name)
    message.text("\":{\"frames\":")
    message.send()
    TraceReport.printJSON(trace)
    appendThread(thread, to: &message)
    message.text("}")
  }

  private func appendThread(_ thread: Int, to message: inout Message) {
    if thread == 0 { return }
    message.text(",\"thread\":")
    ThreadTable.withName(thread) { message.quoted($0) }
    message.text(",\"thread_id\":")
    message.decimal(Int(ThreadTable.record(thread).pointee.id))
  }
}
