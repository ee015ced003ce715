// The helper thread: it gives freed memory back when the program does nothing that would. It is made in a process that
// has threads already, by whoever leaves a slow path next, and costs a program that is at work one load for each slow path.
//
//   deaf     ──(a second thread has a cache)──> wanted ──(a slow path ends)──> the thread is made; deaf
//   deaf     ──(the helper has looked)──> listens      it looks again when the delay has passed
//   listens  ──(a slow path ends)──> deaf              the program is at work
//   listens  ──(nothing was left to give)──> asleep    the thread sleeps without a timeout
//   asleep   ──(a slow path ends)──> deaf              and the helper is woken
//
// A process whose ear has listened for a delay is idle: then everything goes back that no live block touches.

import CShims
import Platform
import Synchronization

package enum Helper {
  private enum Ear {
    static var deaf: UInt32 { 0 }
    static var listens: UInt32 { 1 }
    static var asleep: UInt32 { 2 }
    static var wanted: UInt32 { 3 }
  }

  /// Why there is no helper, or that there is one.
  package enum State: UInt32 {
    /// Nobody has had a use for one.
    case none
    case runs
    /// The options want none.
    case off
    /// The system refused it: `refusal` is the error number.
    case refused
    /// The process' first thread has ended, and the helper with it.
    case ended
  }

  // Partner is every thread that leaves a slow path.
  private static let ear = Atomic<UInt32>(Ear.deaf)
  // A futex: counts what the helper is woken for. In a process that publishes it is a word of the file instead, by which others
  // wake the helper, too.
  private static let ownAlarm = Atomic<UInt32>(0)
  nonisolated(unsafe) private static var sharedAlarm: UnsafePointer<Atomic<UInt32>>?
  private static let mustEnd = Atomic<Bool>(false)
  private static let stateNumber = Atomic<UInt32>(State.none.rawValue)
  // Held while the helper works: a fork waits, so that the child's heap is whole.
  private static let atWork = Lock()
  // Held while it is made, which may allocate, and while the process' first thread waits for its end.
  private static let making = Lock()

  // Written before there is a heap.
  nonisolated(unsafe) private static var pause: UInt32 = 0
  nonisolated(unsafe) private static var pass: (@convention(c) (Bool) -> Bool)?
  nonisolated(unsafe) private static var tellState: (@convention(c) (Bool) -> Void)?
  // Marks of threads: who is to make it, and the process' first one.
  nonisolated(unsafe) private static var maker: UInt = 0
  nonisolated(unsafe) private static var leader: UInt = 0
  // Written by the thread that makes it.
  nonisolated(unsafe) package private(set) static var refusal = 0

  package static var state: State {
    State(rawValue: stateNumber.load(ordering: .relaxed)) ?? .none
  }

  private static func set(_ state: State) { stateNumber.store(state.rawValue, ordering: .relaxed) }

  /// From now on there may be a helper, which calls `pass` after each `pause` milliseconds: with true when the program was
  /// idle since the last call. The answer is whether something went back, or waits to.
  package static func allow(pause: Int, _ pass: @escaping @convention(c) (_ isIdle: Bool) -> Bool) {
    self.pause = UInt32(pause)
    self.pass = pass
    leader = swiftmalloc_thread_mark()
  }

  /// Others may wake it by a word that they share, a futex, and are told by `tellState` whether it runs.
  package static func share(
    alarm: UnsafeMutableRawPointer, _ tellState: @escaping @convention(c) (_ runs: Bool) -> Void
  ) {
    sharedAlarm = UnsafePointer(alarm.assumingMemoryBound(to: Atomic<UInt32>.self))
    self.tellState = tellState
  }

  /// There will be none.
  package static func forbid() { set(.off) }

  /// The calling thread got its cache, of so many that there are.
  static func noteThreads(_ count: Int) {
    if count < 2 || pass == nil || state != .none { return }
    // Of several the last: those before it may have ended.
    maker = swiftmalloc_thread_mark()
    _ = ear.compareExchange(expected: Ear.deaf, desired: Ear.wanted, ordering: .releasing)
  }

  /// Whether `hear` has something to do. One load, on slow paths.
  @inline(__always)
  package static var listens: Bool { ear.load(ordering: .relaxed) != Ear.deaf }

  /// A thread has left a slow path. It holds no lock and is in no path of a heap.
  @inline(never)
  package static func hear() {
    if ear.load(ordering: .acquiring) == Ear.wanted { return make() }
    let before = ear.exchange(Ear.deaf, ordering: .acquiringAndReleasing)
    if before == Ear.asleep { wake() }
  }

  // By the thread that got its cache, which is at its first call, and so in no handler and no child of vfork. The C
  // library asks malloc for memory for the helper: that is to be the process', and counted as nobody's.
  private static func make() {
    if maker != swiftmalloc_thread_mark() { return }
    if swiftmalloc_live_is_on() != 0, swiftmalloc_own_row() == nil { return }
    _ = ear.compareExchange(expected: Ear.wanted, desired: Ear.deaf, ordering: .releasing)
    // The next thread does it.
    if swiftmalloc_chosen_heap() != nil { return }
    making.lock()
    defer { making.unlock() }
    if state != .none { return }
    refusal = Int(swiftmalloc_start_helper({ Helper.run() }))
    set(refusal == 0 ? .runs : .refused)
    tellState?(refusal == 0)
  }

  // MARK: The thread

  private static func run() {
    var lastTime = System.milliseconds
    sleep(unless: alarms, atMost: pause)
    while true {
      let now = System.milliseconds
      // Signals of the C library, and other processes, wake it earlier.
      let isTime = now &- lastTime >= pause - pause / 8
      let isQuiet = ear.exchange(Ear.listens, ordering: .acquiringAndReleasing) == Ear.listens
      if isTime || !isQuiet { lastTime = now }
      let isIdle = isTime && isQuiet
      let hasMore = work(isIdle)
      // First this: whoever asks for the end then raises the number.
      let alarms = self.alarms
      if mustEnd.load(ordering: .acquiring) { return }
      sleep(unless: alarms, atMost: isIdle && !hasMore && fallAsleep() ? nil : pause)
    }
  }

  private static func work(_ isIdle: Bool) -> Bool {
    atWork.lock()
    defer { atWork.unlock() }
    return pass?(isIdle) ?? false
  }

  // False when somebody came through a slow path meanwhile.
  private static func fallAsleep() -> Bool {
    ear.compareExchange(
      expected: Ear.listens, desired: Ear.asleep, ordering: .acquiringAndReleasing
    ).exchanged
  }

  private static var alarms: UInt32 {
    sharedAlarm?.pointee.load(ordering: .acquiring) ?? ownAlarm.load(ordering: .acquiring)
  }

  private static func wake() {
    if let sharedAlarm {
      _ = sharedAlarm.pointee.wrappingAdd(1, ordering: .releasing)
    } else {
      _ = ownAlarm.wrappingAdd(1, ordering: .releasing)
    }
    futex(1, 1, 0)
  }

  // Sleeps while the alarm has rung `alarms` times, for so many milliseconds; for ever with nil.
  private static func sleep(unless alarms: UInt32, atMost milliseconds: UInt32?) {
    guard let milliseconds else { return futex(0, Int(alarms), 0) }
    // A struct timespec.
    let (seconds, rest) = (Int(milliseconds) / 1000, Int(milliseconds) % 1000)
    var time: InlineArray<2, Int> = [seconds, rest * 1_000_000]
    withUnsafeMutableBytes(of: &time) {
      futex(0, Int(alarms), Int(bitPattern: $0.baseAddress))
    }
  }

  // FUTEX_WAIT (0) and FUTEX_WAKE (1) of futex(2), with FUTEX_PRIVATE_FLAG where no other process has the word.
  private static func futex(_ operation: Int, _ value: Int, _ time: Int) {
    let own = withUnsafePointer(to: ownAlarm) { Int(bitPattern: $0) }
    swiftmalloc_count_call(SWIFTMALLOC_LIVE_FUTEX)
    _ = swiftmalloc_system_call(
      SWIFTMALLOC_CALL_FUTEX, sharedAlarm.map { Int(bitPattern: $0) } ?? own,
      sharedAlarm == nil ? 128 | operation : operation, value, time, 0, 0)
  }

  // MARK: Ends of threads, and fork

  /// The calling thread ends. With the process' first one the helper ends, too: the process is over when its last thread
  /// is, and that is to be one of the program's.
  package static func threadEnds() {
    if pass == nil || swiftmalloc_thread_mark() != leader { return }
    making.lock()
    defer { making.unlock() }
    let before = state
    set(.ended)
    if before != .runs { return }
    mustEnd.store(true, ordering: .releasing)
    wake()
    swiftmalloc_join_helper()
    tellState?(false)
  }

  /// Before any lock of a heap is taken.
  package static func prepareFork() { atWork.lock() }

  package static func finishForkInParent() { atWork.unlock() }

  /// The child has one thread, and no helper until it has others.
  package static func finishForkInChild() {
    atWork.reset()
    making.reset()
    ear.store(Ear.deaf, ordering: .relaxed)
    mustEnd.store(false, ordering: .relaxed)
    if pass == nil { return }
    leader = swiftmalloc_thread_mark()
    set(.none)
    tellState?(false)
  }
}
