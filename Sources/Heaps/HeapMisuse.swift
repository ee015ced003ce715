// What a program did wrong with a heap of its own: one line, then the process ends.
//
//   ==PID==ERROR: swiftmalloc: heap-misuse on address 0x… (swiftmalloc_heap_malloc of a heap that was destroyed), thread …

import Heap
import Platform

package enum HeapMisuse {
  /// The handle is none, or was one.
  @inline(never)
  package static func endForHandle(_ handle: UnsafeMutableRawPointer?, _ function: StaticString)
    -> Never
  {
    end(UInt(bitPattern: handle)) {
      $0.text(function)
      $0.text(
        HeapTable.slot(handle) == nil
          ? " of what is no heap" : " of a heap that was destroyed or deleted")
    }
  }

  /// A local heap, or a block of it, is used by another thread than its own.
  @inline(never)
  package static func endForThread(
    _ slot: HeapTable.Slot, _ address: UInt, _ function: StaticString
  )
    -> Never
  {
    end(address) {
      $0.text(function)
      $0.text(" by another thread than the one that the local heap ")
      append(slot, to: &$0)
      $0.text(" belongs to")
    }
  }

  /// A block is given to a heap that it is not of.
  @inline(never)
  package static func endForBlock(_ slot: HeapTable.Slot, _ address: UInt, _ function: StaticString)
    -> Never
  {
    end(address) {
      $0.text(function)
      $0.text(" of what is no live block of the heap ")
      append(slot, to: &$0)
    }
  }

  private static func end(_ address: UInt, _ body: (inout Message) -> Void) -> Never {
    var message = Message()
    if ReportStyle.isJSON {
      message.beginReport("heap-misuse", address)
    } else {
      message.head("ERROR")
    }
    message.text("heap-misuse on address ")
    message.hexadecimal(address)
    message.text(" (")
    body(&message)
    message.text(")")
    BadFree.finish(message)
  }

  private static func append(_ slot: HeapTable.Slot, to message: inout Message) {
    message.text("\"")
    withUnsafeBytes(of: &slot.pointee.name) {
      message.printable($0.baseAddress!.assumingMemoryBound(to: CChar.self))
    }
    message.text("\"")
  }
}
