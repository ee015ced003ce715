// Requests of ptrace(2). The C library's function is variadic, which Swift cannot call. Who seized a thread makes all further requests
// for it, from the same thread of its own.

import CLive
import Glibc

enum Trace: Int {
  case resume = 7
  case detach = 17
  /// Of a kind that stands in place of an address, into the iovec at `data`.
  case registers = 0x4204
  case seize = 0x4206
  case interrupt = 0x4207
  /// A stopped process stays stopped, and its next change is told.
  case listen = 0x4208

  /// The number of a stop that is no signal's: the process was interrupted, or stopped, or goes on.
  static let stopEvent: Int32 = 128
  /// The number of the stop before a thread ends, and the option that asks for it.
  static let exitEvent: Int32 = 6
  static let exitOption = 1 << 6

  /// The error number; 0: none.
  func request(_ thread: pid_t, address: Int = 0, _ data: Int = 0) -> Int32 {
    #if arch(x86_64)
      let call = 101
    #else
      let call = 117
    #endif
    return -Int32(swiftmalloc_system_call(call, rawValue, Int(thread), address, data, 0, 0))
  }
}
