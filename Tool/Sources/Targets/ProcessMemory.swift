// The memory of a running process, read by way of /proc/PID/mem (proc(5)): no line runs in it, and it goes on meanwhile.
// The open file stands for the process' memory of that moment: of another program in its place, or of another process that
// has got its number, nothing is read.

import Glibc

/// A process that runs.
package final class ProcessMemory: TargetMemory, Sendable {
  package let process: pid_t
  /// The thread by which its files in /proc are reached: the first one, or, when that has ended before the others, one of these.
  package let thread: pid_t
  /// As they were at the beginning.
  package let mappings: [TargetMapping]
  private let file: Int32

  /// Throws a `TargetError` when there is no such process, or when the system does not let us read it.
  package init(process: pid_t) throws(TargetError) {
    self.process = process
    thread = Self.threadWithMemory(process)
    file = open("/proc/\(thread)/mem", O_RDONLY | O_CLOEXEC)
    if file < 0 { throw TargetError(process, refusal: errno) }
    guard let text = ProcFile.text("/proc/\(thread)/maps") else {
      let refusal = errno
      close(file)
      throw TargetError(process, refusal: refusal)
    }
    mappings = TargetMapping.all(in: text)
    if mappings.isEmpty {
      close(file)
      throw TargetError("process \(process) has no memory: it has ended, or is the kernel's own")
    }
  }

  // A program may end its first thread and go on with others (pthread_exit(3)). The kernel then tells nothing of the memory by the
  // process' number, and all of it by theirs.
  private static func threadWithMemory(_ process: pid_t) -> pid_t {
    if ProcFile.state(process) != "Z" { return process }
    return ProcFile.threads(of: process).first { ProcFile.state($0) != "Z" } ?? process
  }

  deinit { close(file) }

  /// Whether there is still something to read: not of a process that has ended or has begun another program.
  package var isThere: Bool {
    mappings.contains { bytes(at: $0.start, count: 1).count == 1 }
  }

  package func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var done = 0
    while done < buffer.count {
      let place = off_t(truncatingIfNeeded: address &+ UInt64(done))
      let count = pread(file, buffer.baseAddress.map { $0 + done }, buffer.count - done, place)
      if count < 0 && errno == EINTR { continue }
      // A piece that meets a page which is not there ends before it.
      if count <= 0 { break }
      done += count
    }
    return done
  }
}
