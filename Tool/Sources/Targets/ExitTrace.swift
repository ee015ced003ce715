// A child of ours that is followed until its end: by ptrace(2) its main thread tells when it is about to end, and waits, with all of
// the process' memory still there. Meanwhile signals reach it as ever: each is told to us first, and we pass it on. A
// program that is stopped (SIGSTOP, ^Z) stays so until SIGCONT, also when we were stopped ourselves: the kernel forgets a
// stop that SIGCONT overtook (ptrace(2), "Group-stop"). When we end, however, the kernel lets go of it.

import Glibc

package struct ExitTrace {
  private static let stopSignals = [SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU]

  private let process: pid_t

  /// Of the thread that calls: it must answer stops as well. Throws when the system refuses.
  package init(following process: pid_t) throws(TargetError) {
    self.process = process
    let error = Trace.seize.request(process, Trace.exitOption)
    if error != 0 { throw TargetError(process, refusal: error) }
  }

  /// Answers the stops that were told up to now, but for that at the end.
  package func answerStops() {
    while true {
      var news = siginfo_t()
      let error = waitid(P_PID, id_t(process), &news, WSTOPPED | WNOHANG)
      if error != 0 || news._sifields._sigchld.si_pid == 0 { return }
      _ = answers(news._sifields._sigchld.si_status << 8 | 0x7f) {}
    }
  }

  /// Takes what waitpid(2) told of the process. True: that was a stop, and the process goes on.
  /// - Parameter atEnd: called while the process waits before it ends.
  package func answers(_ status: Int32, atEnd: () -> Void) -> Bool {
    guard status & 0xff == 0x7f else { return false }
    let signal = status >> 8 & 0xff
    switch status >> 16 {
    case 0:
      _ = Trace.resume.request(process, Int(signal))
    case Trace.stopEvent where Self.stopSignals.contains(signal):
      _ = Trace.listen.request(process)
    case Trace.exitEvent:
      atEnd()
      _ = Trace.resume.request(process)
    default:
      _ = Trace.resume.request(process)
    }
    return true
  }
}
