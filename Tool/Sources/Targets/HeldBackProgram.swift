// A program that is started and waits before its first instruction, so that it can be followed however soon it ends. It is a fork of
// this process, which executes the program when it is told to. The kernel is asked for the fork directly: Swift has none, since
// a fork has one thread only. Here there is no other one either.

import CLive
import Glibc

package struct HeldBackProgram {
  package let process: pid_t
  /// Closed by us: the program may begin.
  private let gate: Int32
  /// Closed by the beginning of the program; else an error number comes out of it.
  private let outcome: Int32

  /// Starts it. Nil when the system gives no process or no pipe: errno says why.
  /// - Parameters:
  ///   - path: of the program's file; this and what follows with the 0 at the end.
  ///   - arguments: its own name first.
  ///   - environment: "NAME=value".
  ///   - mask: the signals that are blocked when it begins. Before that, all are.
  package init?(
    path: [CChar], arguments: [[CChar]], environment: [[CChar]], mask: sigset_t
  ) {
    guard let gates = Self.pipe() else { return nil }
    guard let outcomes = Self.pipe() else {
      let error = errno
      for end in [gates.read, gates.write] { close(end) }
      errno = error
      return nil
    }
    let words = arguments.map { strdup($0) } + [nil]
    let variables = environment.map { strdup($0) } + [nil]
    defer { for text in words + variables { free(text) } }
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    sigprocmask(SIG_SETMASK, &all, &before)
    let process = Self.fork()
    if process == 0 {
      close(gates.write)
      var none: UInt8 = 0
      _ = read(gates.read, &none, 1)
      var mask = mask
      sigprocmask(SIG_SETMASK, &mask, nil)
      execve(path, words, variables)
      var error = errno
      _ = write(outcomes.write, &error, MemoryLayout<Int32>.size)
      _exit(127)
    }
    let error = errno
    sigprocmask(SIG_SETMASK, &before, nil)
    close(gates.read)
    close(outcomes.write)
    guard process > 0 else {
      close(gates.write)
      close(outcomes.read)
      errno = error
      return nil
    }
    self.process = process
    gate = gates.write
    outcome = outcomes.read
  }

  /// Lets it begin, and waits until it does or cannot.
  /// - Parameter meanwhile: called again and again: a signal may stop what is followed.
  /// - Returns: 0, or the error number of execve(2); the process ends then.
  package func begin(meanwhile: () -> Void) -> Int32 {
    close(gate)
    defer { close(outcome) }
    var error: Int32 = 0
    while true {
      var wanted = pollfd(fd: outcome, events: Int16(POLLIN), revents: 0)
      if poll(&wanted, 1, 10) > 0 { break }
      meanwhile()
    }
    let count = read(outcome, &error, MemoryLayout<Int32>.size)
    return count == MemoryLayout<Int32>.size ? error : 0
  }

  // Both ends are closed when a program is executed.
  private static func pipe() -> (read: Int32, write: Int32)? {
    var ends: [Int32] = [0, 0]
    if Glibc.pipe(&ends) != 0 { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  // As fork(2): 0 in the new process; below 0 with errno.
  private static func fork() -> pid_t {
    #if arch(x86_64)
      let call = 56
    #else
      let call = 220
    #endif
    // clone(2), with what is 0 on each architecture: no stack of its own, no places for numbers, no storage of a thread.
    let result = swiftmalloc_system_call(call, Int(SIGCHLD), 0, 0, 0, 0, 0)
    if result < 0 { errno = Int32(-result) }
    return result < 0 ? -1 : pid_t(result)
  }
}
