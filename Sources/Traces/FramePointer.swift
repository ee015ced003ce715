// The caller by the frame pointer, for code that no table describes: what a JIT made, assembler, C that was compiled
// with -fno-asynchronous-unwind-tables; and all code of AArch64. Each function's frame begins with its caller's frame
// pointer, and the return address stands above it (System V ABI, x86-64, 3.2.2; AAPCS64 6.4.6). Code that keeps none may lead anywhere, so what is
// found is looked at before it is believed.

import CShims
import Platform

enum FramePointer {
  /// The caller's frame; nil when the frame pointer does not point to the stack above `frame`.
  static func caller(of frame: swiftmalloc_frame, stackEnd: UInt) -> swiftmalloc_frame? {
    let place = frame.fp
    if place < frame.sp || stackEnd < 16 || place > stackEnd - 16 || place & 7 != 0 { return nil }
    return swiftmalloc_frame(
      pc: swiftmalloc_code_address(Unwinder.word(place + 8)), sp: place + 16,
      fp: Unwinder.word(place), saved_fp_at: place,
      link: 0, is_signal: 0)
  }

  /// Whether an address is in executable memory, behind a call instruction, or where a signal's handler returns to. Without
  /// /proc anything is believed that can be an address.
  static func isReturnAddress(_ address: UInt) -> Bool {
    if address <= 4096 { return false }
    switch ProcessMaps.find(address - 1) {
    case .none: return false
    case .unknown: return true
    case .mapping(let mapping):
      if !mapping.isExecutable { return false }
      return !mapping.isReadable || address < mapping.start + UInt(SWIFTMALLOC_LONGEST_CALL)
        || swiftmalloc_is_behind_call(address) != 0
        || mapping.end - address >= 16 && swiftmalloc_returns_from_signal(address) != 0
    }
  }
}

extension Unwinder {
  /// The caller of a function of this library, whose frame begins there.
  @inline(__always)
  static func caller(of frame: UnsafePointer<UInt>) -> swiftmalloc_frame {
    swiftmalloc_frame(
      pc: swiftmalloc_code_address(frame[1]), sp: UInt(bitPattern: frame) + 16, fp: frame[0],
      saved_fp_at: 0, link: 0, is_signal: 0)
  }
}
