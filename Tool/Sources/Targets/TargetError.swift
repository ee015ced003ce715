// Why a process is not read, as one sentence that names the process and what to do.

import Glibc

/// A process that cannot be looked into.
package struct TargetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The whole sentence.
  package let description: String
  /// The process itself may change it, by prctl(2), PR_SET_PTRACER: Yama forbids it, as far as can be told.
  package let canBeAsked: Bool

  package init(_ description: String, canBeAsked: Bool = false) {
    self.description = description
    self.canBeAsked = canBeAsked
  }

  /// The kernel refused, with an error number of opening a file of /proc.
  package init(_ process: pid_t, refusal: Int32) {
    switch refusal {
    case ESRCH, ENOENT: self.init(missing: process)
    case EPERM, EACCES:
      let (reason, canBeAsked) = Self.reason(process)
      self.init("process \(process) may not be looked into: \(reason)", canBeAsked: canBeAsked)
    default:
      self.init("process \(process) cannot be read: \(String(cString: strerror(refusal)))")
    }
  }

  /// There is no such process, as far as can be told.
  package init(missing process: pid_t) {
    if access("/proc/self/stat", R_OK) != 0 {
      self.init("/proc is not mounted: process \(process) cannot be looked into")
    } else if ProcFile.state(process) == "Z" {
      self.init("process \(process) has ended: its parent has only not asked for its status yet")
    } else {
      self.init("there is no process \(process)")
    }
  }

  // ptrace(2), "Ptrace access mode checking".
  private static func reason(_ process: pid_t) -> (String, canBeAsked: Bool) {
    var facts = stat()
    let isMine = stat("/proc/\(process)", &facts) == 0 && facts.st_uid == geteuid()
    if !isMine {
      return ("it belongs to user \(facts.st_uid); root may, or whoever has CAP_SYS_PTRACE", false)
    }
    if stat("/proc/\(process)", &facts) == 0, facts.st_gid != getegid() {
      return (
        "it belongs to group \(facts.st_gid), and you to group \(getegid()): user and group must be"
          + " the same", false
      )
    }
    // Of a process that is not dumpable the files are root's, and the folder is its user's (proc(5)).
    if stat("/proc/\(process)/mem", &facts) == 0, facts.st_uid != geteuid() {
      return (
        "it is not dumpable: it changed its user, or called prctl(2) with PR_SET_DUMPABLE:"
          + " CAP_SYS_PTRACE is needed", false
      )
    }
    switch yama() {
    case 1:
      return (
        "kernel.yama.ptrace_scope is 1, so only its parents may, and whom it lets in, as it does with"
          + " SWIFTMALLOC_LIVE=1; root may, too, and `sysctl kernel.yama.ptrace_scope=0` lets you",
        true
      )
    case 2: return ("kernel.yama.ptrace_scope is 2: only who has CAP_SYS_PTRACE may", false)
    case 3:
      return ("kernel.yama.ptrace_scope is 3: nobody may until the machine starts anew", false)
    case let scope:
      return (
        "it has capabilities that you have not, is not dumpable, or lives in another user namespace,"
          + " or a filter of this container forbids it: CAP_SYS_PTRACE is needed", scope == nil
      )
    }
  }

  // Nil: there is none, or the container hides it.
  private static func yama() -> Int? {
    guard let text = ProcFile.text("/proc/sys/kernel/yama/ptrace_scope") else { return nil }
    return Int(text.prefix { $0.isNumber })
  }
}
