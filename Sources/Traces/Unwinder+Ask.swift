// The steps whose rule is not known: libunwind is asked, and its answer remembered. Where no table describes the
// code the frame pointer is followed.

import CShims
import Platform
import Synchronization

extension Unwinder {
  @inline(never)
  static func stepSlowly(
    _ frame: inout swiftmalloc_frame, _ element: UnsafeMutablePointer<ReturnAddress>,
    _ record: UnsafeMutablePointer<ThreadRecord>
  ) -> Bool {
    if FrameRecord.isInterrupted(frame.pc),
      let caller = FrameRecord.callerByLink(
        of: frame, stackEnd: stackBounds(frame.sp, record).1)
    {
      element.pointee.rule.store(ReturnAddress.Rule.ask, ordering: .releasing)
      frame = caller
      return true
    }
    let isLoaderHeld = swiftmalloc_is_loader_held() != 0
    if !isLoaderHeld { noteModule(of: frame.pc, record) }
    let (stackStart, stackEnd) = stackBounds(frame.sp, record)
    if isLoaderHeld || element.pointee.rule.load(ordering: .relaxed) == ReturnAddress.Rule.signal
      || swiftmalloc_unwinder_is_loaded() == 0
    {
      guard let caller = callerByTable(of: frame, element, stackEnd: stackEnd) else { return false }
      frame = caller
      return true
    }
    var question = Question(
      frame: frame, stackStart: max(stackStart, frame.sp &- redZone), stackEnd: stackEnd)
    withUnsafeMutablePointer(to: &question) { swiftmalloc_on_large_stack({ Unwinder.ask($0) }, $0) }
    var caller = question.caller
    // The answer -1: no table describes the code.
    if question.answer < 0 {
      if isSignalReturn(frame.pc) {
        element.pointee.rule.store(ReturnAddress.Rule.signal, ordering: .releasing)
        guard let found = codeInterrupted(by: frame, stackEnd: stackEnd) else { return false }
        frame = found
        return true
      }
      if let found = callerWithoutTable(of: frame, stackEnd: stackEnd) {
        caller = found
        question.answer = 1
      }
    }
    if question.answer <= 0 {
      element.pointee.rule.store(ReturnAddress.Rule.end, ordering: .releasing)
      return false
    }
    learn(element, frame, caller, stackEnd)
    // What a signal interrupted is no return address, which is the address behind its call.
    if caller.is_signal != 0 { caller.pc += 1 }
    frame = caller
    return true
  }

  // The loader tells whether code was unloaded since, and of which module an address is.
  private static func noteModule(of pc: UInt, _ record: UnsafeMutablePointer<ThreadRecord>) {
    let unloads = swiftmalloc_unload_count()
    if unloads != unloadCount {
      unloadCount = unloads
      ReturnAddresses.forgetRules()
      record.pointee.stack?.forget()
    }
    SeenModules.note(pc, unloads: unloads)
  }

  // Below the stack pointer code may keep what it needs until it calls.
  private static let redZone = UInt(SWIFTMALLOC_RED_ZONE)

  /// The stack that `address` is on: the thread's, or another one that it runs on for a while.
  private static func stackBounds(
    _ address: UInt, _ record: UnsafeMutablePointer<ThreadRecord>
  ) -> (UInt, UInt) {
    if address >= record.pointee.stackStart, address < record.pointee.stackEnd {
      return (record.pointee.stackStart, record.pointee.stackEnd)
    }
    // Not by pthread_getattr_np(3): it allocates while it holds a lock that it takes first.
    guard let mapping = readableMapping(from: address) else { return (0, 0) }
    if record.pointee.stackEnd == 0 || record.pointee.stackEnd == mapping.end {
      record.pointee.stackStart = mapping.start
      record.pointee.stackEnd = mapping.end
    }
    return (mapping.start, mapping.end)
  }

  /// Of a frame of this library, or of a function that it calls, the frame that called the library; nil for others. All
  /// functions here keep frame pointers, and there are no unwind tables of them.
  package static func callerOfLibrary(_ frame: swiftmalloc_frame) -> swiftmalloc_frame? {
    let (_, end) = stackBounds(frame.sp)
    var isOwn = swiftmalloc_is_own_code(frame.pc) != 0
    var place = frame.fp
    while place >= frame.sp, place < end &- 16, place & 7 == 0 {
      let address = swiftmalloc_code_address(word(place &+ 8))
      if swiftmalloc_is_own_code(address) == 0 {
        return isOwn
          ? swiftmalloc_frame(
            pc: address, sp: place &+ 16, fp: word(place), saved_fp_at: 0, link: 0, is_signal: 0)
          : nil
      }
      isOwn = true
      place = word(place)
    }
    return nil
  }

  /// The stack that `address` is on, from its lowest byte to behind its highest; (0, 0) when none is known.
  package static func stackBounds(_ address: UInt) -> (UInt, UInt) {
    readableMapping(from: address).map { ($0.start, $0.end) } ?? (0, 0)
  }

  /// As above, and whether it is the thread's own: it lies there as long as the thread does.
  static func ownStackBounds(_ address: UInt) -> (start: UInt, end: UInt, isOwn: Bool) {
    guard let mapping = readableMapping(from: address) else { return (0, 0, false) }
    // The C library keeps thread-local data at the end of a thread's stack.
    let isOwn =
      mapping.contains(swiftmalloc_thread_mark()) || mapping.contains(swiftmalloc_initial_stack())
    return (mapping.start, mapping.end, isOwn)
  }

  /// The readable mapping that holds `address`, or, when a stack has overflown, begins above it.
  private static func readableMapping(from address: UInt) -> Mapping? {
    var found: Mapping?
    _ = ProcessMaps.forEach { mapping, _ in
      if mapping.end <= address || !mapping.isReadable { return true }
      found = mapping
      return false
    }
    guard let mapping = found, mapping.start < address &+ overflowLimit else { return nil }
    return mapping
  }

  // The longest frame that a stack may overflow by.
  private static let overflowLimit: UInt = 1 << 24

  private struct Question {
    var frame: swiftmalloc_frame
    let stackStart: UInt
    let stackEnd: UInt
    var caller = swiftmalloc_frame()
    var answer: Int32 = 0
  }

  // Threads inside of libunwind, which has locks of its own.
  private static let asking = Atomic<Int>(0)
  // Another thread was inside when the process forked: its lock is held for ever.
  private static let isLost = Atomic<Bool>(false)

  /// In the child of a fork: libunwind is asked no more when it may wait for a thread that is not there.
  package static func forked() {
    if asking.exchange(0, ordering: .relaxed) != 0 { isLost.store(true, ordering: .relaxed) }
  }

  private static func ask(_ context: UnsafeMutableRawPointer?) {
    guard let question = context?.assumingMemoryBound(to: Question.self) else { return }
    if isLost.load(ordering: .relaxed) {
      // As of code without a table: the frame pointer may lead on.
      question.pointee.answer = -1
      return
    }
    asking.add(1, ordering: .sequentiallyConsistent)
    defer { asking.subtract(1, ordering: .sequentiallyConsistent) }
    var caller = swiftmalloc_frame()
    question.pointee.answer = swiftmalloc_unwind_step(
      &question.pointee.frame, &caller, question.pointee.stackStart, question.pointee.stackEnd)
    question.pointee.caller = caller
  }

  /// What an answer of libunwind's, or of the frame pointer, says about the rule of the address.
  static func learn(
    _ element: UnsafeMutablePointer<ReturnAddress>, _ frame: swiftmalloc_frame,
    _ caller: swiftmalloc_frame, _ stackEnd: UInt
  ) {
    let stackOffset = Int(bitPattern: caller.sp &- frame.sp)
    let frameOffset = Int(bitPattern: caller.sp &- frame.fp)
    let saved = caller.saved_fp_at == 0 ? 0 : (caller.sp &- caller.saved_fp_at) / 8
    let isOrdinary =
      caller.is_signal == 0 && stackOffset > 0 && stackOffset <= Int(Int32.max) && saved < 65536
      && caller.sp <= stackEnd && swiftmalloc_code_address(word(caller.sp &- 8)) == caller.pc
      && (saved != 0 || caller.fp == frame.fp)
    if !isOrdinary {
      element.pointee.rule.store(ReturnAddress.Rule.ask, ordering: .releasing)
      return
    }
    let rule = element.pointee.rule.load(ordering: .acquiring)
    if rule == ReturnAddress.Rule.unknown {
      let isNear = frameOffset == Int(Int32(truncatingIfNeeded: frameOffset))
      element.pointee.stackOffset = Int32(truncatingIfNeeded: stackOffset)
      element.pointee.frameOffset = isNear ? Int32(frameOffset) : 0
      element.pointee.savedFrame = UInt16(saved)
      element.pointee.rule.store(
        isNear ? ReturnAddress.Rule.either : ReturnAddress.Rule.stack, ordering: .releasing)
      return
    }
    let fitsStack = Int(element.pointee.stackOffset) == stackOffset
    let fitsFrame = Int(element.pointee.frameOffset) == frameOffset
    var learnt = ReturnAddress.Rule.ask
    if fitsStack, rule != ReturnAddress.Rule.frame {
      learnt =
        fitsFrame && rule == ReturnAddress.Rule.either ? rule : ReturnAddress.Rule.stack
    } else if fitsFrame, rule != ReturnAddress.Rule.stack {
      learnt = ReturnAddress.Rule.frame
    }
    element.pointee.rule.store(learnt, ordering: .releasing)
  }
}
