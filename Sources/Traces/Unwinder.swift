// Walks up the stack of the calling thread, from the first frame outside this library. A step is two
// loads when the rule of the return address is known; libunwind is asked for the rule otherwise.
// Without libunwind the modules' tables are read (Unwinder+Tables), and where there are none the walk
// follows frame pointers, as far as the code keeps them.
//
// Never under a lock of ours: libunwind takes the loader's lock, whose holder may allocate.

import CShims
import Platform
import Synchronization

package enum Unwinder {
  /// Frames that a trace keeps, at most 64; 0: no traces are taken.
  nonisolated(unsafe) package private(set) static var frameLimit = 0
  nonisolated(unsafe) static var unloadCount: UInt64 = 0

  // Within a trace; or where a lock of ours may be held, by the call that a signal interrupted.
  private static let cannotTrace = ThreadFlags.isTracing | ThreadFlags.busy

  /// Reserves the tables of traces, at the first call that wants any; a later one may ask for longer traces.
  package static func start(frameLimit: Int) {
    if frameLimit <= self.frameLimit { return }
    if self.frameLimit != 0 {
      self.frameLimit = frameLimit
      return
    }
    if !ReturnAddresses.start() || !LastStackPool.start() || !StackDepot.start()
      || !SeenModules.start()
    {
      var message = Message()
      message.head("WARNING")
      message.text("there is no room for traces (ulimit -v): reports have none")
      message.endLine()
      return
    }
    self.frameLimit = frameLimit
  }

  /// Loads libunwind, or prepares to read tables without it: when the C library can serve dlopen. False when there is neither.
  package static func load() -> Bool {
    ThreadFlags.insert(ThreadFlags.isTracing)
    defer { ThreadFlags.remove(ThreadFlags.isTracing) }
    return swiftmalloc_unwinder_load() != 0 || swiftmalloc_unwind_tables_prepare() != 0
  }

  /// The locks of what all traces share, in their order: for forks.
  package static func forEachLock(_ body: (borrowing Lock) -> Void) {
    body(StackDepot.lock)
    body(ReturnAddresses.lock)
    body(ThreadTable.lock)
    body(LastStackPool.lock)
    body(SeenModules.lock)
    body(SignalStacks.lock)
  }

  /// Calls `body` with every range of addresses that traces take: start and length in bytes.
  package static func forEachMapping(_ body: (UInt, Int) -> Void) {
    body(ThreadTable.addresses.start, ThreadTable.addresses.byteCount)
    SignalStacks.forEachMapping(body)
    if frameLimit == 0 { return }
    StackDepot.forEachMapping(body)
    ReturnAddresses.forEachMapping(body)
    LastStackPool.forEachMapping(body)
    body(SeenModules.addresses.start, SeenModules.addresses.byteCount)
    for index in 0..<Int32.max {
      var start: UInt = 0
      let byteCount = swiftmalloc_large_stack(index, &start)
      if byteCount == 0 { return }
      if start != 0 { body(start, Int(byteCount)) }
    }
  }

  package static func warnOfShortTraces() {
    var message = Message()
    message.head("WARNING")
    message.text("libunwind.so.8 cannot be loaded (Debian's package libunwind8), ")
    message.text("and the loader does not tell of unwind tables: ")
    message.text("traces follow frame pointers and may be short")
    message.endLine()
  }

  /// The number of the trace that leads to the caller of this library; 0 when none is to be taken.
  @inline(__always)
  package static func capture() -> UInt32 { frameLimit == 0 ? 0 : captureCaller() }

  @inline(never)
  private static func captureCaller() -> UInt32 {
    if ThreadFlags.current & cannotTrace != 0 { return 0 }
    guard var frame = swiftmalloc_frame_address() else { return 0 }
    while swiftmalloc_is_own_code(frame[1]) != 0 {
      guard let next = UnsafePointer<UInt>(bitPattern: frame[0]) else { return 0 }
      frame = next
    }
    return capture(from: caller(of: frame), frameLimit)
  }

  /// The trace that leads to the caller of the function whose frame this is, at most `limit` frames of it: for
  /// heaps that are linked into the program itself, where addresses do not tell its code from ours.
  package static func capture(frame: UnsafePointer<UInt>?, limit: Int) -> UInt32 {
    let limit = min(limit, frameLimit)
    guard limit > 0, let frame, ThreadFlags.current & cannotTrace == 0 else { return 0 }
    return capture(from: caller(of: frame), limit)
  }

  /// The trace of code that a signal interrupted.
  package static func capture(context: UnsafeRawPointer) -> UInt32 {
    if frameLimit == 0 || ThreadFlags.current & cannotTrace != 0 { return 0 }
    return capture(from: interruptedFrame(context), frameLimit)
  }

  /// The trace of code that crashed, maybe inside of a call of this library's.
  package static func capture(crash: swiftmalloc_crash) -> UInt32 {
    guard frameLimit != 0, ThreadFlags.current & ThreadFlags.isTracing == 0,
      let context = crash.context
    else { return 0 }
    var frame = swiftmalloc_frame()
    swiftmalloc_context_frame(context, &frame)
    if let caller = callerOfLibrary(frame) {
      frame = caller
    } else if crash.access == SWIFTMALLOC_ACCESS_JUMP, crash.address == frame.pc {
      // There is no code; who called left the return address.
      swiftmalloc_leave_jump(context, &frame)
    } else {
      frame.pc += 1
      frame.is_signal = 1
    }
    return capture(from: frame, frameLimit)
  }

  private static func capture(from first: swiftmalloc_frame, _ wanted: Int) -> UInt32 {
    let thread = ThreadTable.numberOfThisThread
    if thread == 0 { return 0 }
    let record = ThreadTable.record(thread)
    ThreadFlags.insert(ThreadFlags.isTracing)
    defer { ThreadFlags.remove(ThreadFlags.isTracing) }
    if let stack = record.pointee.stack { return walk(first, record, stack, wanted) }
    guard let stack = LastStackPool.take() else { return 0 }
    let trace = walk(first, record, stack, wanted)
    // What a thread frees at its very end is traced with memory that it does not keep.
    if record.pointee.hasEnded {
      LastStackPool.giveBack(stack)
    } else {
      record.pointee.stack = stack
    }
    return trace
  }

  @inline(__always)
  private static func walk(
    _ first: swiftmalloc_frame, _ record: UnsafeMutablePointer<ThreadRecord>,
    _ stack: UnsafeMutablePointer<LastStack>, _ wanted: Int
  ) -> UInt32 {
    var frame = first
    var count = 0
    var index = stack.firstIndex
    // Somewhat more than the trace needs, for the next ones.
    let limit = wanted &+ extraFrames
    var last = (frame: first, number: 0 as UInt32)
    // Of interrupted code, and of its caller, the stack does not hold where they are: the next trace must not look there.
    var isKept = true
    defer { if !isKept { stack.forget() } }
    while true {
      let place = frame.sp &- 8
      if FrameRecord.isInterrupted(frame.pc) { isKept = false }
      if count < wanted {
        index = stack.search(place, from: index)
        let length = stack.frameCount(index, place, frame.pc, fresh: count, wanted: wanted)
        if length != 0 {
          stack.join(count, before: index)
          return StackDepot.number(stack.trace, count: length)
        }
      }
      var number = ReturnAddresses.find(frame.pc)
      if number == 0 {
        if askAgain(&frame, last.frame, last.number, record) {
          last.number = 0
          continue
        }
        number = ReturnAddresses.number(frame.pc)
      }
      var isWhole = number == 0
      if !isWhole {
        stack.add(count, number, place, frame.pc)
        count &+= 1
        last = (frame, number)
        isWhole = !step(&frame, ReturnAddresses.element(number), record)
      }
      if isWhole || count == limit {
        stack.replace(count, isWhole: isWhole)
        return StackDepot.number(stack.trace, count: count < wanted ? count : wanted)
      }
    }
  }

  /// An address that was never met may be none, when the step to it had a rule of which only one answer was
  /// seen: then libunwind takes that step again. Whether it came elsewhere.
  @inline(never)
  private static func askAgain(
    _ frame: inout swiftmalloc_frame, _ last: swiftmalloc_frame, _ number: UInt32,
    _ record: UnsafeMutablePointer<ThreadRecord>
  ) -> Bool {
    if number == 0 { return false }
    let element = ReturnAddresses.element(number)
    if element.pointee.rule.load(ordering: .acquiring) != ReturnAddress.Rule.either { return false }
    var again = last
    if !stepSlowly(&again, element, record) || again.pc == frame.pc { return false }
    frame = again
    return true
  }

  // 64 + 24 is LastStack.walkLimit.
  private static let extraFrames = 24

  /// Goes to the caller; false when there is none.
  @inline(__always)
  static func step(
    _ frame: inout swiftmalloc_frame, _ element: UnsafeMutablePointer<ReturnAddress>,
    _ record: UnsafeMutablePointer<ThreadRecord>
  ) -> Bool {
    let byStack = frame.sp &+ UInt(bitPattern: Int(element.pointee.stackOffset))
    let byFrame = frame.fp &+ UInt(bitPattern: Int(element.pointee.frameOffset))
    var isKnown = true
    var top = byStack
    switch element.pointee.rule.load(ordering: .acquiring) {
    case ReturnAddress.Rule.stack: break
    case ReturnAddress.Rule.frame: top = byFrame
    case ReturnAddress.Rule.either: isKnown = byStack == byFrame
    case ReturnAddress.Rule.end: return false
    default: isKnown = false
    }
    if !isKnown || top <= frame.sp || top > record.pointee.stackEnd || top & 7 != 0 {
      return stepSlowly(&frame, element, record)
    }
    let saved = UInt(element.pointee.savedFrame)
    if saved != 0 { frame.fp = word(top &- saved &* 8) }
    frame.pc = swiftmalloc_code_address(word(top &- 8))
    frame.sp = top
    frame.is_signal = 0
    return frame.pc != 0
  }

  @inline(__always)
  static func word(_ address: UInt) -> UInt {
    UnsafePointer<UInt>(bitPattern: address).unsafelyUnwrapped.pointee
  }
}
