// What the system says of the process: its time and its memory as a whole.

import CShims
import Live
import Platform

package struct StatisticsFacts {
  /// Bytes of the process in memory and at most so far; nil without /proc.
  package var resident: Int?
  package var peakResident: Int?
  /// Nanoseconds; `uptime` since the library began to count, 0 where it does not.
  package var userTime: UInt64 = 0
  package var systemTime: UInt64 = 0
  package var uptime: UInt64 = 0
  /// Of `uptime`, what had passed when counts began again; nil when they did not.
  package var resetTime: UInt64?

  package init() {
    swiftmalloc_process_times(&userTime, &systemTime)
    readStatus()
    // The kernel takes its peak now and then.
    if let resident, let peak = peakResident { peakResident = max(peak, resident) }
    if LiveCounts.isOn {
      uptime =
        swiftmalloc_boot_ns() &- swiftmalloc_live_header_now().pointee.started_boot_ns
      resetTime = LiveReset.age
    }
  }

  // VmRSS and VmHWM of proc_pid_status(5). (A peak of getrusage(2) is that of the programs before an execve, too.) Of the
  // process' first thread nothing is told when that has ended.
  private mutating func readStatus() {
    var path = Message()
    path.text("/proc/thread-self/status")
    guard let descriptor = path.openAsPath() else { return }
    defer { FileDescriptor.close(descriptor) }
    var text = InlineArray<512, UInt8>(repeating: 0)
    let now: StaticString = "VmRSS:"
    let peak: StaticString = "VmHWM:"
    var (column, value, isNow, isPeak) = (0, 0, true, true)
    while true {
      let count = withUnsafeMutableBytes(of: &text) {
        FileDescriptor.read(descriptor, $0.baseAddress!, $0.count)
      }
      if count <= 0 { return }
      for index in 0..<count {
        let byte = text[index]
        if byte == UInt8(ascii: "\n") {
          if isNow { resident = value * 1024 }
          if isPeak { peakResident = value * 1024 }
          (column, value, isNow, isPeak) = (0, 0, true, true)
          continue
        }
        if column < now.utf8CodeUnitCount {
          isNow = isNow && byte == now.utf8Start[column]
          isPeak = isPeak && byte == peak.utf8Start[column]
        } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
          value = value &* 10 &+ Int(byte - UInt8(ascii: "0"))
        }
        column += 1
      }
    }
  }
}

/// A system call of the library, as the counters number them.
package enum SystemCall: Int {
  case mmapCall
  case munmapCall
  case mprotectCall
  case mremapCall
  case madviseCall
  case futexCall

  package static let count = 6

  package var name: StaticString {
    switch self {
    case .mmapCall: "mmap"
    case .munmapCall: "munmap"
    case .mprotectCall: "mprotect"
    case .mremapCall: "mremap"
    case .madviseCall: "madvise"
    case .futexCall: "futex"
    }
  }

  /// How often it was made.
  package var callCount: Int {
    let isCounted = LiveCounts.isOn
    return Int(
      clamping: isCounted ? LiveProcess.callCount(rawValue) : swiftmalloc_call_count(rawValue))
  }
}
