// A process that stands still for some milliseconds: all its threads are held by ptrace(2), seized and interrupted, which
// nobody but us sees: neither its parent nor a shell, as with SIGSTOP. Who holds them is a thread of its own, since
// the kernel lets go of everything that a thread held when that ends, however it ends: by a fault, by SIGKILL, by ^C. So the
// process never stays stopped.
//
// What a thread waits for in the kernel goes on afterwards; a few calls end with EINTR instead, as after any stop
// (signal(7): epoll_wait, io_getevents, reads with a timeout of the socket and their kin).

import Glibc

package enum ProcessStop {
  /// Seconds. A thread that has not stopped by then waits in the kernel, or for a processor: it stops before its next
  /// instruction of the program. Only those that ran when they were interrupted had to be waited for, some microseconds.
  fileprivate static var patience: Double { 0.002 }
  /// Seconds, after which what has not stopped yet is left to the kernel, which lets go of it when the holder ends.
  fileprivate static var longPatience: Double { 0.5 }

  /// Calls `body` while no thread of the process runs; its result, and the seconds for which they were held. Throws when the
  /// system does not let us hold them, or there is no such process, and what `body` throws.
  package static func hold<Value>(
    _ process: pid_t, _ body: () throws -> Value
  ) throws -> (result: Value, seconds: Double) {
    // The caller waits meanwhile: nothing is done by two threads at once.
    try withoutActuallyEscaping(body) { body in
      try Holder {
        let threads = try HeldThreads(process)
        defer { threads.release() }
        let result = try body()
        return (result, monotonic() - threads.since)
      }.run()
    }
  }

  fileprivate static func monotonic() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
  }

}

/// Runs something on a thread of its own and waits for it.
private final class Holder<Value> {
  private let body: () throws -> Value
  private var outcome: Result<Value, any Error>?

  init(_ body: @escaping () throws -> Value) { self.body = body }

  func run() throws -> Value {
    var thread = pthread_t()
    let error = pthread_create(
      &thread, nil,
      { argument in
        Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(Work { self.outcome = Result { try self.body() } }).toOpaque())
    if error != 0 {
      throw TargetError("no thread can be made: \(String(cString: strerror(error)))")
    }
    pthread_join(thread, nil)
    return try outcome!.get()
  }
}

private final class Work {
  let run: () -> Void
  init(_ run: @escaping () -> Void) { self.run = run }
}

/// The threads of a process, which stand still until `release`. By one thread, which lets go of them at its end at the latest.
private final class HeldThreads {
  private struct Held {
    let thread: pid_t
    var isStopped = false
    /// What it was about to get when it stopped.
    var signal: Int32 = 0
  }

  private var all: [Held] = []
  private let process: pid_t
  /// When the first of them was stopped.
  private(set) var since: Double = 0

  private static let trapped: Int32 = 4
  // Of a process that makes threads all the time.
  private static let rounds = 100

  init(_ process: pid_t) throws(TargetError) {
    self.process = process
    since = ProcessStop.monotonic()
    for _ in 0..<Self.rounds {
      let before = all.count
      try seizeNew()
      if all.count == before { break }
      wait(ProcessStop.patience)
    }
    if all.isEmpty { throw TargetError(missing: process) }
  }

  private func seizeNew() throws(TargetError) {
    let known = Set(all.map(\.thread))
    errno = 0
    let threads = ProcFile.threads(of: process)
    if threads.isEmpty { throw TargetError(process, refusal: errno == 0 ? ESRCH : errno) }
    for thread in threads where !known.contains(thread) {
      let error = Trace.seize.request(thread)
      if error != 0 {
        if error == ESRCH || hasEnded(thread) { continue }
        throw refusal(error)
      }
      _ = Trace.interrupt.request(thread)
      all.append(Held(thread: thread))
    }
  }

  private func hasEnded(_ thread: pid_t) -> Bool {
    let state = ProcFile.state(thread)
    return state == nil || state == "Z" || state == "X"
  }

  private func refusal(_ error: Int32) -> TargetError {
    let tracer = ProcFile.text("/proc/\(process)/status")?.split(separator: "\n")
      .first { $0.hasPrefix("TracerPid:") }?.split(separator: "\t").last.flatMap { Int($0) }
    if let tracer, tracer != 0 {
      return TargetError("process \(process) is held by process \(tracer), a debugger or a tracer")
    }
    return TargetError(process, refusal: error)
  }

  // Until every thread stands still, so many seconds at most.
  private func wait(_ patience: Double) {
    let end = ProcessStop.monotonic() + patience
    var left = all.indices.filter { !all[$0].isStopped }
    while !left.isEmpty, ProcessStop.monotonic() < end {
      left.removeAll { isStopped($0) }
      if !left.isEmpty { sched_yield() }
    }
  }

  // The news of a stop is left where it is: a signal that waits for its delivery would be lost with it, if this program ended now.
  private func isStopped(_ index: Int) -> Bool {
    let anyChild: Int32 = 0x4000_0000
    var news = siginfo_t()
    let error = waitid(
      P_PID, id_t(all[index].thread), &news, WSTOPPED | WEXITED | WNOHANG | WNOWAIT | anyChild)
    if error == 0, news._sifields._sigchld.si_pid == 0 { return false }
    all[index].isStopped = true
    // A thread that ended is no thread any more. Another stop than ours is the delivery of a signal.
    let status = news._sifields._sigchld.si_status
    if error == 0, news.si_code == Self.trapped, status >> 8 != Trace.stopEvent {
      all[index].signal = status & 0xff
    }
    return true
  }

  func release() {
    let late = all.filter { !$0.isStopped }
    letGo()
    all = late
    wait(ProcessStop.longPatience)
    letGo()
  }

  private func letGo() {
    for held in all where held.isStopped {
      _ = Trace.detach.request(held.thread, Int(held.signal))
    }
  }
}
