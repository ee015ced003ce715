// Small facts about the machine and the process, each asked once or cheap to ask.

import CShims

package enum System {
  /// Bytes of a page of the kernel (4, 16 or 64 KiB); set at the first call.
  nonisolated(unsafe) package private(set) static var pageSize = 4096

  /// Bytes of address space that the process may have, `Int.max` without a limit; set at the first call.
  nonisolated(unsafe) package private(set) static var addressLimit = Int.max

  /// Asks the kernel for both. Called once, before any memory is taken.
  package static func initialize() {
    pageSize = swiftmalloc_page_size()
    addressLimit = swiftmalloc_address_limit()
  }

  /// Milliseconds of a clock that never goes back; wraps after 49 days, so compare by subtraction.
  @inline(__always)
  package static var milliseconds: UInt32 {
    UInt32(truncatingIfNeeded: swiftmalloc_milliseconds())
  }

  /// Rounds up to whole pages. The caller has made sure that this does not overflow.
  @inline(__always)
  package static func roundUpToPage(_ byteCount: Int) -> Int {
    (byteCount &+ (pageSize &- 1)) & ~(pageSize &- 1)
  }
}
