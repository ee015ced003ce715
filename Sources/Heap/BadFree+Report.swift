// The report of a bad free: one line, or with REPORTS=json an object.

import CShims
import Memory
import Platform

extension BadFree {
  /// Reports it and ends the process.
  @inline(never)
  package func end() -> Never {
    var message = head()
    message.text(" (")
    switch reason {
    case .freedBefore(let blockSize):
      message.decimal(blockSize)
      message.text("-byte block")
    case .neverAllocated(let blockSize):
      message.text("never allocated, in a span of ")
      message.decimal(blockSize)
      message.text("-byte blocks")
    case .insideBlock(let offset, let blockSize):
      message.count(offset, "byte")
      message.text(" inside the ")
      message.decimal(blockSize)
      message.text("-byte block at ")
      message.hexadecimal(address - UInt(offset))
    case .noBlock: message.text("in memory of the heap that holds no live block")
    case .otherHeap: message.text("a block of another heap")
    case .guarded: message.text("in memory of guarded blocks")
    case .noHeap(let place): message.text(place)
    }
    message.text(")")
    Self.finish(message)
  }

  private func head() -> Message {
    var kind: StaticString = "invalid-free"
    if case .freedBefore = reason { kind = "double-free" }
    var message = Message()
    if ReportStyle.isJSON { message.beginReport(kind, address) } else { message.head("ERROR") }
    message.text(kind)
    message.text(" on address ")
    message.hexadecimal(address)
    return message
  }

  /// Adds the thread to a report of one line, prints it, and ends the process.
  package static func finish(_ finished: consuming Message) -> Never {
    var message = finished
    let thread = Int(swiftmalloc_thread_id())
    var name = InlineArray<16, CChar>(repeating: 0)
    withUnsafeMutableBytes(of: &name) {
      let characters = $0.baseAddress!.assumingMemoryBound(to: CChar.self)
      swiftmalloc_thread_name(characters)
      message.text(", thread \"")
      message.printable(characters)
      message.text("\" (")
      message.decimal(thread)
      message.text(")")
      if !ReportStyle.isJSON { return }
      message.endString()
      message.text(",\"thread\":")
      message.quoted(characters)
      message.text(",\"thread_id\":")
      message.decimal(thread)
      message.text("}")
    }
    message.endLine()
    swiftmalloc_abort()
  }
}
