// The sampled profile of the process: begun when it is loaded or when somebody asks, written at the
// end or when somebody asks.

import CShims
import Heap
import Live
import Platform
import Profiles
import Statistics

extension Process {
  // Written at the first call.
  nonisolated(unsafe) private static var interval = 0
  nonisolated(unsafe) private static var writesProfile = false
  nonisolated(unsafe) private static var firstProcess = 0

  static func prepareProfile(_ options: Options) {
    interval = options.profileInterval
    ProfileSampler.prepare(interval: interval, seed: UInt64(options.profileSeed))
    ProfileSampler.tellsResident = options.profileTellsResident
    if options.writesProfile, options.mode != .production || options.leaks != .none {
      Message.warn("PROFILE has no effect with DEBUG or LEAKS: the debug heap is not sampled")
      return
    }
    writesProfile = options.writesProfile
    if writesProfile { swiftmalloc_at_quick_end({ Process.endsQuickly() }) }
    firstProcess = swiftmalloc_system_call(SWIFTMALLOC_CALL_GETPID, 0, 0, 0, 0, 0, 0)
  }

  /// When the C library can serve everything.
  @inline(__always)
  static func loadedForProfile() {
    if writesProfile || LiveProcess.isPublished { beginProfile() }
  }

  @inline(never)
  private static func beginProfile() {
    guard case .production = active else { return }
    // Without it stacks go by frame pointers.
    _ = swiftmalloc_unwind_tables_prepare()
    if LiveCounts.isOn, LiveProcess.isPublished {
      LiveProfile.allow { Process.answerProfile(LiveProfile.Action(rawValue: $0), UInt($1)) }
    }
    if !writesProfile { return }
    swiftmalloc_watch_quick_exit()
    if !startProfile(interval: interval) {
      writesProfile = false
      Message.warn("there is no room for a profile (ulimit -v): none is written")
    }
  }

  private static func startProfile(interval: Int) -> Bool {
    if !ProfileSampler.start(interval: interval) { return false }
    LiveProfile.noteInterval(interval)
    return true
  }

  // MARK: Writing

  /// At the end. A child of fork has its parent's path: it leaves the file to it, unless the path
  /// has the process' number.
  @inline(__always)
  static func writeProfileAtExit() { if writesProfile { writeProfileNow() } }

  @inline(never)
  private static func writeProfileNow() {
    guard let path = ProfilePath.path else { return }
    let process = swiftmalloc_system_call(SWIFTMALLOC_CALL_GETPID, 0, 0, 0, 0, 0, 0)
    if process != firstProcess && !ProfilePath.tellsProcesses { return }
    tell(writeProfile(to: path), path)
    // Beside a device no file is made.
    if ReplacedFile.isDevice(path) { return }
    ProfilePath.withPeakPath { tell(writeProfile(to: $0, .peak), $0) }
  }

  private static func tell(_ error: Int, _ path: UnsafePointer<CChar>) {
    if error == 0 { return }
    var message = Message()
    message.head("WARNING")
    message.text("cannot write the profile \"")
    message.cString(path)
    message.text("\": ")
    message.error(error)
    message.endLine()
  }

  private struct Wish {
    let path: UnsafePointer<CChar>
    let moment: ProfileSampler.Moment
    // Nothing is sampled in the debug heap.
    var error = 95  // EOPNOTSUPP
  }

  /// The error, as errno(3) has it, or 0. It never waits for what a signal handler interrupted.
  static func writeProfile(
    to path: UnsafePointer<CChar>, _ moment: ProfileSampler.Moment = .now
  ) -> Int {
    var wish = Wish(path: path, moment: moment)
    withUnsafeMutablePointer(to: &wish) {
      swiftmalloc_on_large_stack({ Process.write($0) }, $0)
    }
    return wish.error
  }

  private static func write(_ context: UnsafeMutableRawPointer?) {
    guard let wish = context?.assumingMemoryBound(to: Wish.self),
      case .production(let heap) = active
    else { return }
    let facts = isInterrupted ? nil : facts(heap)
    wish.pointee.error = ProfileSampler.write(to: wish.pointee.path, wish.pointee.moment, facts)
  }

  private static func facts(_ heap: ProductionHeap) -> ProfileFacts {
    let census = heap.census()
    let ownHeaps = OwnHeapsTotal()
    return ProfileFacts(
      liveBlocks: census.liveCount + ownHeaps.liveCount,
      liveBytes: census.liveBytes + ownHeaps.liveBytes,
      committedBytes: census.committedBytes + ownHeaps.committedBytes)
  }

  // MARK: Other processes' wishes

  // The error, or 0.
  private static func answerProfile(_ action: LiveProfile.Action?, _ wanted: UInt) -> Int32 {
    let invalid: Int32 = 22
    switch action {
    case .start:
      let chosen = wanted == 0 ? interval : Int(clamping: wanted)
      return startProfile(interval: chosen) ? 0 : 12
    case .stop:
      ProfileSampler.stop()
      LiveProfile.noteInterval(0)
      return 0
    case .writeNow, .writePeak:
      var error = 0
      let moment: ProfileSampler.Moment = action == .writeNow ? .now : .peak
      LiveProfile.withPath { error = writeProfile(to: $0, moment) }
      return Int32(error)
    case .none: return invalid
    }
  }
}

extension Malloc {
  /// Writes the profile now: 0, or an error number. `swiftmalloc_profile_write`.
  package static func writeProfile(_ path: UnsafePointer<CChar>?) -> Int32 {
    guard let path = path ?? ProfilePath.path else { return invalid }
    return Int32(Process.writeProfile(to: path))
  }
}
