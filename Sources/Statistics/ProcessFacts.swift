// What the system says of the process: its time and its memory as a whole.

import CShims
import Live
import Platform

package struct ProcessFacts {
  /// Bytes of the process in memory and at most so far; nil without /proc.
  package var resident: Int?
  package var peakResident = 0
  /// Nanoseconds; `uptime` since the library began to count, 0 where it does not.
  package var userTime: UInt64 = 0
  package var systemTime: UInt64 = 0
  package var uptime: UInt64 = 0

  package init() {
    swiftmalloc_process_times(&userTime, &systemTime)
    resident = Self.residentPages.map { $0 * System.pageSize }
    // The kernel takes its peak now and then.
    peakResident = max(swiftmalloc_peak_resident(), resident ?? 0)
    if LiveCounts.isOn {
      uptime =
        swiftmalloc_boot_ns() &- swiftmalloc_live_header_now().pointee.started_boot_ns
    }
  }

  // The second number of proc_pid_statm(5).
  private static var residentPages: Int? {
    var path = Message()
    path.text("/proc/self/statm")
    guard let descriptor = path.openAsPath() else { return nil }
    defer { FileDescriptor.close(descriptor) }
    var text = InlineArray<128, UInt8>(repeating: 0)
    let count = withUnsafeMutableBytes(of: &text) {
      FileDescriptor.read(descriptor, $0.baseAddress!, $0.count - 1)
    }
    var index = 0
    while index < count, text[index] != UInt8(ascii: " ") { index += 1 }
    var value = 0
    index += 1
    if index >= count { return nil }
    while index < count, text[index] >= UInt8(ascii: "0"), text[index] <= UInt8(ascii: "9") {
      value = value &* 10 &+ Int(text[index] - UInt8(ascii: "0"))
      index += 1
    }
    return value
  }
}

/// A system call of the library, as the counters number them.
package enum SystemCall: Int {
  case mmap
  case munmap
  case mprotect
  case mremap
  case madvise
  case futex

  package static let count = 6

  package var name: StaticString {
    switch self {
    case .mmap: "mmap"
    case .munmap: "munmap"
    case .mprotect: "mprotect"
    case .mremap: "mremap"
    case .madvise: "madvise"
    case .futex: "futex"
    }
  }

  /// How often it was made.
  package var callCount: Int { Int(clamping: swiftmalloc_call_count(rawValue)) }
}
