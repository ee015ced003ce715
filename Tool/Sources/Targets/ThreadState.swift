// Where the threads of a process are, and what they have in their registers. Of threads that ProcessStop holds the kernel tells
// all (ptrace(2), PTRACE_GETREGSET); of others /proc/PID/task/TID/syscall tells a little (proc(5)):
//
//   N A B C D E F SP PC     in system call N, with its arguments; stack pointer, program counter
//   -1 SP PC                not in a system call: it waits or stands still
//   running

import Glibc

package struct ThreadState: Equatable, Sendable {
  package let thread: Int32
  /// 0: it runs.
  package let stackPointer: UInt64
  package let programCounter: UInt64
  /// A place in its control block, behind its thread-local variables; 0: not known.
  package let threadPointer: UInt64
  /// What is known of them, in any order.
  package let registers: [UInt64]

  package init(
    thread: Int32, stackPointer: UInt64, programCounter: UInt64 = 0, threadPointer: UInt64 = 0,
    registers: [UInt64] = []
  ) {
    self.thread = thread
    self.stackPointer = stackPointer
    self.programCounter = programCounter
    self.threadPointer = threadPointer
    self.registers = registers
  }

  /// Nil for what is no line of such a file.
  package init?(thread: Int32, line: some StringProtocol) {
    let words = line.split(separator: " ").map { word in
      word.hasPrefix("0x") ? UInt64(word.dropFirst(2), radix: 16) : UInt64(word)
    }
    switch words.count {
    case 1:
      guard line.hasPrefix("running") else { return nil }
      self.init(thread: thread, stackPointer: 0)
    case 3, 9:
      guard let pointer = words[words.count - 2], let counter = words[words.count - 1] else {
        return nil
      }
      self.init(
        thread: thread, stackPointer: pointer, programCounter: counter,
        registers: words.count == 9 ? words[1..<7].compactMap { $0 } : [])
    default: return nil
    }
  }

  /// All threads that the system tells of; those that end meanwhile are left out. Within `ProcessStop.hold`, where `isHeld` says
  /// so, with their registers.
  package static func all(of process: pid_t, isHeld: Bool) -> [ThreadState] {
    ProcFile.threads(of: process).compactMap { thread in
      if isHeld, let state = ThreadState(held: thread) { return state }
      return ProcFile.text("/proc/\(process)/task/\(thread)/syscall").flatMap { text in
        ThreadState(thread: thread, line: text.prefix { $0 != "\n" })
      }
    }.sorted { $0.thread < $1.thread }
  }

  // struct user_regs_struct of <sys/user.h>: by number of the word.
  #if arch(x86_64)
    private static let count = 27
    private static let (stackPlace, counterPlace, threadPlace) = (19, 16, 21)
  #else
    private static let count = 34
    private static let (stackPlace, counterPlace, threadPlace) = (31, 32, -1)
  #endif

  private init?(held thread: Int32) {
    let generalRegisters = 1
    var words = [UInt64](repeating: 0, count: Self.count)
    let isRead = words.withUnsafeMutableBytes { buffer in
      var part = iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
      let error = withUnsafeMutablePointer(to: &part) {
        Trace.registers.request(thread, address: generalRegisters, Int(bitPattern: $0))
      }
      return error == 0 && part.iov_len == buffer.count
    }
    if !isRead { return nil }
    self.init(
      thread: thread, stackPointer: words[Self.stackPlace],
      programCounter: words[Self.counterPlace],
      threadPointer: Self.threadPlace < 0 ? 0 : words[Self.threadPlace], registers: words)
  }
}
