// The caller by the frame pointer, for code that no table describes: what a JIT made, assembler, C that was compiled
// with -fno-asynchronous-unwind-tables. Each function's frame begins with its caller's frame pointer, and the return
// address stands above it (System V ABI, x86-64, 3.2.2). Code that keeps none may lead anywhere, so what is
// found is looked at before it is believed.

import CShims
import Platform

enum FramePointer {
  /// The caller's frame; nil when the frame pointer does not point to the stack above `frame`.
  static func caller(of frame: swiftmalloc_frame, stackEnd: UInt) -> swiftmalloc_frame? {
    let place = frame.fp
    if place < frame.sp || stackEnd < 16 || place > stackEnd - 16 || place & 7 != 0 { return nil }
    return swiftmalloc_frame(
      pc: Unwinder.word(place + 8), sp: place + 16, fp: Unwinder.word(place), saved_fp_at: place,
      is_signal: 0)
  }

  /// Whether an address is in executable memory, behind a call instruction. Without /proc anything is believed that
  /// can be an address.
  static func isReturnAddress(_ address: UInt) -> Bool {
    if address <= 4096 { return false }
    switch ProcessMaps.find(address - 1) {
    case .none: return false
    case .unknown: return true
    case .mapping(let mapping):
      if !mapping.isExecutable { return false }
      let longest: UInt = 7
      return !mapping.isReadable || address < mapping.start + longest || isBehindCall(address)
    }
  }

  private static func isBehindCall(_ address: UInt) -> Bool {
    #if arch(x86_64)
      let code = UnsafePointer<UInt8>(bitPattern: address).unsafelyUnwrapped
      // call rel32: e8. call through a register or memory: ff /2, with up to five bytes behind.
      if code[-5] == 0xe8 { return true }
      var length = 2
      while length <= 7 {
        if code[-length] == 0xff, code[1 - length] & 0x38 == 0x10 { return true }
        length += 1
      }
      return false
    #else
      // bl, blr: all instructions have four bytes.
      let code = UnsafePointer<UInt32>(bitPattern: address).unsafelyUnwrapped[-1]
      return code & 0xfc00_0000 == 0x9400_0000 || code & 0xffff_fc1f == 0xd63f_0000
    #endif
  }
}
