// The steps of a process in which libunwind cannot be loaded, as in most that run with musl: by the tables of the code's module.

import CShims
import Platform
import Synchronization

extension Unwinder {
  /// The caller's frame; nil when there is none. What the table says becomes the rule of the return address.
  static func callerByTable(
    of frame: swiftmalloc_frame, _ element: UnsafeMutablePointer<ReturnAddress>, stackEnd: UInt
  ) -> swiftmalloc_frame? {
    var rule = element.pointee.rule.load(ordering: .acquiring)
    if rule == ReturnAddress.Rule.unknown {
      ReturnAddresses.learnFromTables(element)
      rule = element.pointee.rule.load(ordering: .acquiring)
    }
    switch rule {
    case ReturnAddress.Rule.stack, ReturnAddress.Rule.frame:
      let isByFrame = rule == ReturnAddress.Rule.frame
      let offset = isByFrame ? element.pointee.frameOffset : element.pointee.stackOffset
      let top = (isByFrame ? frame.fp : frame.sp) &+ UInt(bitPattern: Int(offset))
      if top <= frame.sp || top > stackEnd || top & 7 != 0 {
        return callerWithoutTable(of: frame, stackEnd: stackEnd)
      }
      var caller = swiftmalloc_frame()
      caller.sp = top
      caller.fp = frame.fp
      if element.pointee.savedFrame != 0 {
        let place = top &- UInt(element.pointee.savedFrame) &* 8
        if place < frame.sp { return nil }
        caller.fp = word(place)
      }
      caller.pc = swiftmalloc_code_address(word(top &- 8))
      return caller.pc > 4096 ? caller : nil
    case ReturnAddress.Rule.signal: return codeInterrupted(by: frame, stackEnd: stackEnd)
    case ReturnAddress.Rule.end: return nil
    default:
      guard let caller = callerWithoutTable(of: frame, stackEnd: stackEnd) else {
        element.pointee.rule.store(ReturnAddress.Rule.end, ordering: .releasing)
        return nil
      }
      learn(element, frame, caller, stackEnd)
      return caller
    }
  }

  /// The caller of code that no table describes; nil when it is not found.
  static func callerWithoutTable(of frame: swiftmalloc_frame, stackEnd: UInt) -> swiftmalloc_frame?
  {
    if frame.is_signal != 0, let caller = callerOfLeaf(frame, stackEnd: stackEnd) { return caller }
    guard let caller = FramePointer.caller(of: frame, stackEnd: stackEnd),
      FramePointer.isReturnAddress(caller.pc)
    else { return nil }
    return caller
  }

  // Code that a signal interrupted may keep nothing on the stack, as strlen in most C libraries: then the return address is the last
  // word there.
  private static func callerOfLeaf(_ frame: swiftmalloc_frame, stackEnd: UInt) -> swiftmalloc_frame?
  {
    if swiftmalloc_has_frame_records() != 0 || stackEnd < 8 { return nil }
    if frame.sp > stackEnd - 8 || frame.sp & 7 != 0 { return nil }
    let address = word(frame.sp)
    if !FramePointer.isReturnAddress(address) { return nil }
    return swiftmalloc_frame(
      pc: address, sp: frame.sp &+ 8, fp: frame.fp, saved_fp_at: 0, link: 0, is_signal: 0)
  }

  /// Whether a signal's handler returns there. A C library may have no table of that code.
  static func isSignalReturn(_ address: UInt) -> Bool {
    guard case .mapping(let mapping) = ProcessMaps.find(address), mapping.isExecutable,
      mapping.isReadable, mapping.end - address >= 16
    else { return false }
    return swiftmalloc_returns_from_signal(address) != 0
  }

  /// What a signal interrupted whose handler returns to the frame: the kernel has put the registers on the stack.
  static func codeInterrupted(
    by frame: swiftmalloc_frame, stackEnd: UInt
  ) -> swiftmalloc_frame? {
    var place = frame
    guard let context = swiftmalloc_interrupted_context(&place, stackEnd) else { return nil }
    var interrupted = swiftmalloc_frame()
    swiftmalloc_context_frame(context, &interrupted)
    if let caller = callerOfLibrary(interrupted) { return caller }
    return interrupted.pc > 4096 ? interruptedFrame(context) : nil
  }

  /// The frame of code that a signal interrupted. Its pc is made as if it were a return address, which is the address behind its call.
  ///
  /// - Parameter context: what the signal's handler was given: the registers.
  static func interruptedFrame(_ context: UnsafeRawPointer) -> swiftmalloc_frame {
    var frame = swiftmalloc_frame()
    swiftmalloc_context_frame(context, &frame)
    frame.pc += 1
    frame.is_signal = 1
    return frame
  }
}
