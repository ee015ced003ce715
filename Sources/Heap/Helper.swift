// The helper thread: it gives freed memory back when the program does nothing that would. It is made in a process
// that has threads already, by a thread that allocates for the first time, and costs a program that is at work one
// load for each slow path.
//
//   deaf     ──(a second thread has a cache)──> wanted ──(its slow path of malloc ends)──> the helper is made; deaf
//   deaf     ──(the helper has looked)──> listens      it looks again when the delay has passed
//   listens  ──(a slow path ends)──> deaf              the program is at work
//   listens  ──(nothing was left to give)──> asleep    the thread sleeps without a timeout
//   asleep   ──(a slow path ends)──> deaf              and the helper is woken
//
// It ends with the last thread beside the process' first one, and with that.
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
  private static let mustEnd = Atomic<Bool>(false)
  private static let stateNumber = Atomic<UInt32>(State.none.rawValue)
  // Held while it is made, which may allocate, and while the process' first thread waits for its end.
  private static let making = Lock()

  // Written before there is a heap.
  nonisolated(unsafe) private static var pause: UInt32 = 0
  nonisolated(unsafe) private static var pass: (@convention(c) (Bool) -> Bool)?
  nonisolated(unsafe) private static var takeRow: (@convention(c) () -> Void)?
  nonisolated(unsafe) private static var tellState: (@convention(c) (Bool) -> Void)?
  // Marks of threads: who is to make it, and the process' first one.
  nonisolated(unsafe) private static var maker: UInt = 0
  nonisolated(unsafe) private static var leader: UInt = 0
  // When it was made, and how often one after the other it had less than `shortLife` to live.
  nonisolated(unsafe) private static var madeTime: UInt32 = 0
  nonisolated(unsafe) private static var shortLives = 0
  private static let shortLivesLimit = 3
  /// Milliseconds.
  private static let shortLife: UInt32 = 1000
  // Written by the thread that makes it.
  nonisolated(unsafe) package private(set) static var refusal = 0

  package static var state: State {
    State(rawValue: stateNumber.load(ordering: .relaxed)) ?? .none
  }

  private static func set(_ state: State) { stateNumber.store(state.rawValue, ordering: .relaxed) }

  /// From now on there may be a helper, which calls `pass` after each `pause` milliseconds: with true when the
  /// program was idle since the last call. The answer is whether something went back, or waits to.
  package static func allow(pause: Int, _ pass: @escaping @convention(c) (_ isIdle: Bool) -> Bool) {
    self.pause = UInt32(pause)
    self.pass = pass
    leader = swiftmalloc_thread_mark()
  }

  /// In a process that counts: `takeRow` makes the counters of the calling thread, which are to be there when it is
  /// made.
  package static func count(_ takeRow: @escaping @convention(c) () -> Void) {
    self.takeRow = takeRow
  }

  /// Others may wake it by a word that they share, a futex, and are told by `tellState` whether it runs.
  package static func share(
    alarm: UnsafeMutableRawPointer, _ tellState: @escaping @convention(c) (_ runs: Bool) -> Void
  ) {
    HelperAlarm.share(alarm)
    self.tellState = tellState
  }

  /// There will be none.
  package static func forbid() { set(.off) }

  /// The calling thread got its cache, of so many that there are.
  static func noteThreads(_ count: Int) {
    if count < 2 || pass == nil || state != .none { return }
    // Of a program that starts and ends one thread after the other a helper would take twice the time.
    if shortLives == shortLivesLimit, System.milliseconds &- madeTime < shortLife { return }
    // Of several the last: those before it may have ended.
    maker = swiftmalloc_thread_mark()
    _ = ear.compareExchange(expected: Ear.deaf, desired: Ear.wanted, ordering: .releasing)
  }

  /// Whether `hear` has something to do. One load, on slow paths.
  @inline(__always)
  package static var listens: Bool { ear.load(ordering: .relaxed) != Ear.deaf }

  /// A thread has left a slow path. It holds no lock of ours and is in no path of a heap. `mayMake` is false where
  /// the C library may hold the lock of its stacks: it frees under it (pthread_join), and allocates without.
  @inline(never)
  package static func hear(mayMake: Bool) {
    if ear.load(ordering: .acquiring) == Ear.wanted {
      if mayMake { make() }
      return
    }
    let before = ear.exchange(Ear.deaf, ordering: .acquiringAndReleasing)
    if before == Ear.asleep { HelperAlarm.ring() }
  }

  // By the thread that got its cache, which is at its first call, and so in no handler and no child of vfork. The C
  // library asks malloc for memory for the helper: that is to be the process', and counted as nobody's.
  private static func make() {
    if maker != swiftmalloc_thread_mark() { return }
    if swiftmalloc_live_is_on() != 0, swiftmalloc_own_row() == nil {
      takeRow?()
      if swiftmalloc_own_row() == nil { return }
    }
    _ = ear.compareExchange(expected: Ear.wanted, desired: Ear.deaf, ordering: .releasing)
    // The next thread does it.
    if swiftmalloc_chosen_heap() != nil { return }
    // No wait: this call of malloc may come from the loader, under its lock (dlopen(3), a function of
    // dl_iterate_phdr(3)), for which whoever makes the helper now has to wait. Who ends one looks for threads afterwards.
    if !making.tryLock() { return }
    defer { making.unlock() }
    if state == .none { start() }
  }

  private static func start() {
    // What the C library asks for it is nobody's of the program.
    ThreadFlags.insert(ThreadFlags.isTracing)
    defer { ThreadFlags.remove(ThreadFlags.isTracing) }
    madeTime = System.milliseconds
    refusal = Int(swiftmalloc_start_helper({ Helper.run() }))
    set(refusal == 0 ? .runs : .refused)
    tellState?(refusal == 0)
  }

  // MARK: The thread

  private static func run() {
    var lastTime = System.milliseconds
    rest(unless: HelperAlarm.count, atMost: pause)
    while !mustEnd.load(ordering: .acquiring) {
      let now = System.milliseconds
      // Signals of the C library, and other processes, wake it earlier.
      let isTime = now &- lastTime >= pause - pause / 8
      let isQuiet = ear.exchange(Ear.listens, ordering: .acquiringAndReleasing) == Ear.listens
      if isTime || !isQuiet { lastTime = now }
      let isIdle = isTime && isQuiet
      let hasMore = pass?(isIdle) ?? false
      // Before the ear is asked: who is heard then has rung since.
      let count = HelperAlarm.count
      rest(unless: count, atMost: isIdle && !hasMore && fallAsleep() ? nil : pause)
    }
  }

  // Whoever asks for the end rings afterwards: `count` was read before this looks.
  private static func rest(unless count: UInt32, atMost milliseconds: UInt32?) {
    if mustEnd.load(ordering: .acquiring) { return }
    HelperAlarm.sleep(unless: count, atMost: milliseconds)
  }

  // False when somebody came through a slow path meanwhile.
  private static func fallAsleep() -> Bool {
    ear.compareExchange(
      expected: Ear.listens, desired: Ear.asleep, ordering: .acquiringAndReleasing
    ).exchanged
  }

  // MARK: Ends of threads, and fork

  /// The calling thread is about to end. With the process' first one the helper ends, too: the process is over when
  /// its last thread is, and that is to be one of the program's.
  package static func threadEnds() {
    if pass == nil || swiftmalloc_thread_mark() != leader { return }
    making.lock()
    defer { making.unlock() }
    end(.ended)
  }

  /// The calling thread has given its cache away. With the last one beside the first the helper ends, too: the
  /// process may then do what the kernel refuses to processes with threads (unshare(2), setns(2)). `count` tells how
  /// many caches threads have.
  package static func threadHasEnded(_ count: () -> Int) {
    if state != .runs || count() > 1 { return }
    making.lock()
    defer { making.unlock() }
    let hadShortLife = System.milliseconds &- madeTime < shortLife
    shortLives = hadShortLife ? min(shortLives + 1, shortLivesLimit) : 0
    end(.none)
    // Of a thread that came meanwhile, which has seen a helper.
    if count() > 1, swiftmalloc_chosen_heap() == nil { start() }
  }

  // While it is not made.
  private static func end(_ next: State) {
    let before = state
    if before != .runs && before != .none { return }
    if before == .runs {
      mustEnd.store(true, ordering: .releasing)
      HelperAlarm.ring()
      swiftmalloc_join_helper()
      mustEnd.store(false, ordering: .relaxed)
      ear.store(Ear.deaf, ordering: .releasing)
      tellState?(false)
    }
    set(next)
  }

  /// The child has one thread, and no helper until it has others.
  package static func finishForkInChild() {
    making.reset()
    ear.store(Ear.deaf, ordering: .relaxed)
    mustEnd.store(false, ordering: .relaxed)
    if pass == nil { return }
    leader = swiftmalloc_thread_mark()
    set(.none)
    tellState?(false)
  }
}
