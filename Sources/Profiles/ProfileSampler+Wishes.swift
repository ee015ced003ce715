// Who wants blocks to be sampled, and how often: the profile, and readers of the probes. There is
// one sampler for both, and it samples as often as the one wants who wants most.

import Heap
import Synchronization

extension ProfileSampler {
  // Mean bytes between two samples; 0: none are wanted.
  private static let wishOfProfile = Atomic<Int>(0)
  private static let wishOfProbes = Atomic<Int>(0)
  nonisolated(unsafe) private static var usualInterval = 0
  nonisolated(unsafe) private static var givenSeed: UInt64 = 0

  /// What the options say, before there is a heap: the interval where a reader of the probes is the
  /// only one who wants samples, and the seed, or 0.
  package static func prepare(interval: Int, seed: UInt64) {
    usualInterval = interval
    givenSeed = seed
  }

  /// Whether a profile is taken now.
  @inline(__always)
  static var isRecording: Bool { wishOfProfile.load(ordering: .relaxed) != 0 }

  /// The profile wants samples from now on; 0: no more.
  static func wantForProfile(_ interval: Int) {
    wishOfProfile.store(interval, ordering: .sequentiallyConsistent)
    choose()
  }

  /// Called in slow paths: whether readers of the probes came or went is noticed there.
  @inline(__always)
  package static func look() {
    let areFollowed = wishOfProbes.load(ordering: .relaxed) != 0
    if AllocationProbes.areAttached != areFollowed { followProbes(!areFollowed) }
  }

  @inline(never)
  private static func followProbes(_ areAttached: Bool) {
    wishOfProbes.store(areAttached ? usualInterval : 0, ordering: .sequentiallyConsistent)
    choose()
  }

  // Of threads that come here at once the last one sees all wishes.
  private static func choose() {
    var chosen: Int
    repeat {
      chosen = mostFrequent
      Sampling.start(interval: chosen, seed: givenSeed != 0 ? givenSeed : randomSeed)
    } while chosen != mostFrequent
  }

  private static var mostFrequent: Int {
    let profile = wishOfProfile.load(ordering: .sequentiallyConsistent)
    let probes = wishOfProbes.load(ordering: .sequentiallyConsistent)
    return profile == 0 || probes == 0 ? max(profile, probes) : min(profile, probes)
  }
}
