// The report for machines: one object in one line.
//
//   {"pid":…,"program":"…","leaks":[{"kind":"definite",…,"type":…,"frames":[…],"cycle":[…]},…],"totals":{"definite":{…},…}}

import CShims
import DebugHeap
import Memory
import Platform
import Traces

extension LeakReport {
  func printJSON(_ list: MappedArray<LeakGroupPlace>, _ suppressed: LeakCount) {
    LogLine.begin()
    var message = Message()
    message.text("{\"pid\":")
    message.decimal(swiftmalloc_system_call(SWIFTMALLOC_CALL_GETPID, 0, 0, 0, 0, 0, 0))
    message.text(",\"program\":")
    message.quoted(swiftmalloc_program_name())
    message.text(",\"leaks\":[")
    for index in 0..<list.count {
      if index > 0 { message.text(",") }
      append(list[index].group, to: &message)
    }
    message.text("],\"totals\":{")
    for index in 0..<LeakKind.count {
      guard let kind = LeakKind(rawValue: index) else { continue }
      append(
        kind.name, count(kind).increase(over: groups.suppressedCount(kind)), to: &message)
      message.text(",")
    }
    append("suppressed", suppressed, to: &message)
    message.text("}}")
    message.endLine()
    LogLine.end()
  }

  private func append(
    _ name: StaticString, _ count: LeakCount, to message: inout Message
  ) {
    message.text("\"")
    message.text(name)
    message.text("\":{\"bytes\":")
    message.decimal(count.bytes)
    message.text(",\"blocks\":")
    message.decimal(count.blocks)
    message.text("}")
  }

  private func append(_ group: UnsafeMutablePointer<LeakGroup>, to message: inout Message) {
    message.text("{\"kind\":\"")
    message.text(group.pointee.kind.name)
    message.text("\",\"bytes\":")
    message.decimal(group.pointee.total.bytes)
    message.text(",\"blocks\":")
    message.decimal(group.pointee.total.blocks)
    let new = newCount(group)
    message.text(",\"new_bytes\":")
    message.decimal(new.bytes)
    message.text(",\"new_blocks\":")
    message.decimal(new.blocks)
    if group.pointee.trace == 0 {
      message.text(",\"size_limit\":")
      message.decimal(group.pointee.sizeLimit)
    }
    message.text(",\"example\":\"")
    message.hexadecimal(group.pointee.example)
    message.text("\",\"example_bytes\":")
    message.decimal(group.pointee.exampleByteCount)
    if group.pointee.thread != 0 {
      message.text(",\"thread\":")
      ThreadTable.withName(group.pointee.thread) { message.quoted($0) }
      message.text(",\"thread_id\":")
      message.decimal(Int(ThreadTable.record(group.pointee.thread).pointee.id))
    }
    message.text(group.pointee.isSuppressed ? ",\"suppressed\":true" : ",\"suppressed\":false")
    appendType(group, to: &message)
    message.text(",\"frames\":")
    message.send()
    TraceReport.printJSON(group.pointee.trace)
    appendCycle(group, to: &message)
    message.text("}")
  }
}

extension LeakKind {
  var name: StaticString {
    switch self {
    case .definite: "definite"
    case .indirect: "indirect"
    case .possible: "possible"
    case .reachable: "reachable"
    }
  }
}
