// What LeakSanitizer's interface (CShims/sanitizer.c) asks of the heap.

import CShims
import Malloc

/// Whether leaks are looked for at all: else nothing of that interface does anything.
@c(swiftmalloc_tracks_leaks)
public func tracksLeaksC() -> Int32 { Malloc.tracksLeaks ? 1 : 0 }

/// Makes the block that holds an address no leak; 0 when there is none.
@c(swiftmalloc_ignore_leak_at)
public func ignoreLeakC(_ address: UInt) -> Int32 { Malloc.ignoreLeak(address) ? 1 : 0 }

/// Registers a root region, or takes it back.
@c(swiftmalloc_change_root)
public func changeRootC(_ start: UInt, _ byteCount: UInt, _ isAdded: Int32) {
  Malloc.changeRoot(start, byteCount, isAdded: isAdded != 0)
}

/// Says that the leak check was enabled without having been disabled.
@c(swiftmalloc_warn_of_enable)
public func warnOfEnableC() { Malloc.warnOfEnable() }

/// Bytes of the live block that begins at an address, those asked for where they are known; whether there is one.
@c(swiftmalloc_allocated_size)
public func allocatedSizeC(_ address: UInt, _ isBlock: UnsafeMutablePointer<Int32>?) -> UInt {
  guard let byteCount = Malloc.allocatedSize(address) else { return 0 }
  isBlock?.pointee = 1
  return byteCount
}
