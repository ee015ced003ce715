// Guarded blocks of the production heap, by GUARD_SAMPLE: begun when the C library can serve everything.

import CShims
import DebugHeap
import Guards
import Heap
import Platform
import Profiles

extension Process {
  // Written at the first call.
  nonisolated(unsafe) private static var guardInterval = 0
  nonisolated(unsafe) private static var guardSeed: UInt64 = 0
  nonisolated(unsafe) private static var goesOn = false

  static func prepareGuards(_ options: Options) {
    guardInterval = options.guardInterval
    guardSeed = UInt64(options.profileSeed)
    goesOn = !options.stopsAtError
    if guardInterval != 0, options.mode != .production || options.leaks != .none {
      Message.warn(
        "GUARD_SAMPLE has no effect with DEBUG or LEAKS: the debug heap is not sampled")
      guardInterval = 0
    }
  }

  @inline(__always)
  static func loadedForGuards() {
    if guardInterval != 0 { beginGuards() }
  }

  @inline(never)
  private static func beginGuards() {
    guard case .production = active else { return }
    _ = swiftmalloc_unwind_tables_prepare()
    if !GuardedBlocks.start(stopsAtError: !goesOn) {
      return Message.warn("there is no room for guarded blocks (ulimit -v): none is guarded")
    }
    swiftmalloc_watch_faults(
      { address, context in
        guard let context else { return FaultAnswer.unknown.rawValue }
        return GuardedBlocks.explainFault(address, context: context).rawValue
      }, { GuardedBlocks.owns($0) ? 1 : 0 })
    let seed = guardSeed != 0 ? guardSeed : ProfileSampler.randomSeed
    Sampling.startGuards(interval: guardInterval, seed: seed)
  }
}
