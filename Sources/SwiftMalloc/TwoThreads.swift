// What a debug build says when two threads are in a heap of one at once, before it ends the process.

#if DEBUG
  import Heap
  import Platform

  enum TwoThreads {
    /// Ends the process with one line.
    @inline(never)
    static func end(_ name: StaticString, _ heap: UInt) -> Never {
      var message = Message()
      message.head("ERROR")
      message.text("heap-misuse of the heap ")
      if name.utf8CodeUnitCount > 0 {
        message.text("\"")
        message.text(name)
        message.text("\"")
      } else {
        message.text("at ")
        message.hexadecimal(heap)
      }
      message.text(" (it is for one thread, and two are in it at once)")
      BadFree.finish(message)
    }
  }
#endif
