// What the frame records of AArch64 do not tell by themselves (AAPCS64 6.4.6): where a signal came between. Code that calls
// nothing makes no record, and other code makes it after some instructions: till then x30, the link register, leads to the
// caller. The record of a signal's frame holds x30, but not where the code was interrupted.

import CShims
import Platform

enum FrameRecord {
  /// Whether the address, made of a program counter by adding 1, is where a signal came: instructions have four bytes.
  @inline(__always)
  static func isInterrupted(_ address: UInt) -> Bool {
    swiftmalloc_has_frame_records() != 0 && address & 3 == 1
  }

  /// Whether a signal's handler returns there.
  static func isSignalReturn(_ address: UInt) -> Bool {
    if address & 3 != 0 { return false }
    // No module's code is anything but readable; the kernel's own for this is in none everywhere.
    if swiftmalloc_unwind_table(address) == 0 {
      guard case .mapping(let mapping) = ProcessMaps.find(address), mapping.isExecutable,
        mapping.isReadable, mapping.end - address >= 8
      else { return false }
    }
    return swiftmalloc_returns_from_signal(address) != 0
  }

  /// The caller of code that a signal interrupted before it had made its record, or that makes none; nil for other frames.
  static func callerByLink(of frame: swiftmalloc_frame, stackEnd: UInt) -> swiftmalloc_frame? {
    guard isInterrupted(frame.pc), frame.link != 0 else { return nil }
    // Without a table an address that is not where the record leads to is believed. If it is left from an earlier
    // call the function is named twice.
    let isLink =
      FrameTable.keepsLink(at: frame.pc &- 1)
      ?? (FramePointer.caller(of: frame, stackEnd: stackEnd)?.pc != frame.link
        && FramePointer.isReturnAddress(frame.link))
    if !isLink { return nil }
    return swiftmalloc_frame(
      pc: frame.link, sp: frame.sp, fp: frame.fp, saved_fp_at: 0, link: 0, is_signal: 0)
  }
}
