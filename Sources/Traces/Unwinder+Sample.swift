// The stack of a sampled call. Neither libunwind nor the loader is asked, and no lock is taken but
// for what is new: rules come from the modules' own tables (FrameTable), and where there are none
// the frame pointer is followed, within the stack.

import CShims
import Platform
import Synchronization

extension Unwinder {
  nonisolated(unsafe) private static var hasSampleTables = false
  /// Whether a report may name the functions of samples' stacks.
  nonisolated(unsafe) package static var reportsSamples = false

  /// Reserves the tables of stacks for samples, if they are not there; false when there is no room.
  /// In a process that takes no other traces, by one thread at a time.
  package static func startForSamples() -> Bool {
    if hasSampleTables { return true }
    hasSampleTables =
      ReturnAddresses.start(isSmall: true) && StackDepot.start(isSmall: true)
      && PassingModules.start()
    return hasSampleTables
  }

  /// The locks of what samples share, in their order: for forks.
  package static func forEachSampleLock(_ body: (borrowing Lock) -> Void) {
    body(StackDepot.lock)
    body(ReturnAddresses.lock)
    body(ThreadTable.lock)
  }

  /// Whether no lock of samples is held for longer than so many milliseconds: this thread may hold
  /// one, in what a signal interrupted.
  package static func areSampleLocksFree(within milliseconds: Int) -> Bool {
    var areFree = true
    forEachSampleLock { lock in
      if !areFree { return }
      areFree = lock.lock(milliseconds: milliseconds)
      if areFree { lock.unlock() }
    }
    return areFree
  }

  /// The number of the trace that leads to the caller of this library, of `limit` frames at most; 0
  /// when there is no room for it. The caller holds it and releases it (StackDepot+Room). No lock
  /// is held.
  package static func sample(limit: Int) -> UInt32 {
    guard var frame = swiftmalloc_frame_address() else { return 0 }
    while swiftmalloc_is_own_code(frame[1]) != 0 {
      guard let next = UnsafePointer<UInt>(bitPattern: frame[0]) else { return 0 }
      frame = next
    }
    return sample(from: caller(of: frame), limit)
  }

  /// The same of code that a signal interrupted.
  ///
  /// - Parameter context: what the signal handler was given: the registers.
  package static func sample(context: UnsafeRawPointer, limit: Int) -> UInt32 {
    var frame = swiftmalloc_frame()
    swiftmalloc_context_frame(context, &frame)
    // As if it were a return address, which is the address behind its call.
    frame.pc += 1
    return sample(from: frame, limit)
  }

  private static func sample(from frame: swiftmalloc_frame, _ limit: Int) -> UInt32 {
    var walk = SampleWalk(frame)
    var module = PassingModules.Range()
    var numbers = InlineArray<64, UInt32>(repeating: 0)
    var count = 0
    while count < min(limit, numbers.count) {
      let number = ReturnAddresses.numberForSample(walk.frame.pc, &module)
      if number == 0 { break }
      numbers[count] = number
      count += 1
      if !walk.step(ReturnAddresses.element(number)) { break }
    }
    return withUnsafeBytes(of: &numbers) {
      StackDepot.hold($0.baseAddress!.assumingMemoryBound(to: UInt32.self), count: count)
    }
  }
}

/// A walk up a stack, step by step.
private struct SampleWalk {
  var frame: swiftmalloc_frame
  private var stackEnd: UInt

  init(_ frame: swiftmalloc_frame) {
    self.frame = frame
    stackEnd = Self.stackEnd(frame.sp)
  }

  private static func stackEnd(_ address: UInt) -> UInt {
    let thread = (swiftmalloc_sampled_stack_start(), swiftmalloc_sampled_stack_end())
    if address >= thread.0, address < thread.1 { return thread.1 }
    // At the first sample of a thread. Other stacks that it runs on may be gone by the next one.
    let stack = Unwinder.ownStackBounds(address)
    if stack.isOwn { swiftmalloc_set_sampled_stack(stack.start, stack.end) }
    return stack.end
  }

  /// Goes to the caller; false when there is none.
  @inline(__always)
  mutating func step(_ element: UnsafeMutablePointer<ReturnAddress>) -> Bool {
    var rule = element.pointee.rule.load(ordering: .acquiring)
    if rule == ReturnAddress.Rule.unknown {
      ReturnAddresses.learnFromTables(element)
      rule = element.pointee.rule.load(ordering: .acquiring)
    }
    let top: UInt
    switch rule {
    case ReturnAddress.Rule.stack:
      top = frame.sp &+ UInt(bitPattern: Int(element.pointee.stackOffset))
    case ReturnAddress.Rule.frame:
      top = frame.fp &+ UInt(bitPattern: Int(element.pointee.frameOffset))
    case ReturnAddress.Rule.end: return false
    case ReturnAddress.Rule.signal:
      guard let interrupted = interrupted() else { return false }
      self = interrupted
      return frame.pc > 4096
    default: return stepByFramePointer()
    }
    if top <= frame.sp || top > stackEnd || top & 7 != 0 { return false }
    let saved = UInt(element.pointee.savedFrame)
    if saved != 0 {
      let place = top &- saved &* 8
      if place < frame.sp { return false }
      frame.fp = Unwinder.word(place)
    }
    frame.pc = swiftmalloc_code_address(Unwinder.word(top &- 8))
    frame.sp = top
    return frame.pc > 4096
  }

  private mutating func stepByFramePointer() -> Bool {
    guard
      let caller = FrameRecord.callerByLink(of: frame, stackEnd: stackEnd)
        ?? FramePointer.caller(of: frame, stackEnd: stackEnd)
    else { return false }
    frame = caller
    return frame.pc > 4096
  }

  // The kernel has put the registers on the stack: those of the code that was interrupted, maybe on
  // another stack.
  @inline(never)
  private func interrupted() -> SampleWalk? {
    var interrupted = swiftmalloc_frame()
    var place = frame
    guard let context = swiftmalloc_interrupted_context(&place, stackEnd) else { return nil }
    swiftmalloc_context_frame(context, &interrupted)
    var walk = SampleWalk(interrupted)
    if let caller = walk.callerWithoutTable {
      walk.frame = caller
    } else if swiftmalloc_is_own_code(interrupted.pc) != 0 {
      return nil
    } else {
      // As if it were a return address, which is the address behind its call.
      walk.frame.pc += 1
    }
    return walk
  }

  // Of code that no table describes, and that was interrupted at any instruction. A fast path of
  // malloc and the code that leads there from a program (.plt) keep nothing on the stack: then the
  // return address is the last word there, or in its register.
  private var callerWithoutTable: swiftmalloc_frame? {
    let isOwn = swiftmalloc_is_own_code(frame.pc) != 0
    if swiftmalloc_has_frame_records() != 0 { return isOwn ? callerByLink : nil }
    if !isOwn {
      guard case .none = FrameTable.find(frame.pc &+ 1) else { return nil }
    }
    if stackEnd >= 8, frame.sp <= stackEnd - 8, frame.sp & 7 == 0 {
      let address = Unwinder.word(frame.sp)
      if swiftmalloc_is_own_code(address) == 0, FramePointer.isReturnAddress(address) {
        return swiftmalloc_frame(
          pc: address, sp: frame.sp &+ 8, fp: frame.fp, saved_fp_at: 0, link: 0, is_signal: 0)
      }
    }
    return isOwn ? Unwinder.callerOfLibrary(frame) : nil
  }

  private var callerByLink: swiftmalloc_frame? {
    if swiftmalloc_is_own_code(frame.link) != 0 || !FramePointer.isReturnAddress(frame.link) {
      return Unwinder.callerOfLibrary(frame)
    }
    return swiftmalloc_frame(
      pc: frame.link, sp: frame.sp, fp: frame.fp, saved_fp_at: 0, link: 0, is_signal: 0)
  }
}
