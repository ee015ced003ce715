// What samples are taken for: the profile and readers of the probes, with one interval, and guarded
// blocks, with theirs. Where both are wanted, blocks are sampled with the shorter interval, and
// each purpose takes so many of these samples that it has its own chance:
//
//   a block of s bytes is sampled with      p = 1 − e^(−s / shorter)
//   and a purpose takes the sample with     (1 − e^(−s / interval)) / p
//
// So each has the samples that it would have alone, and knows nothing of the other.

import Synchronization

extension Sampling {
  private static let toldInterval = Atomic<Int>(0)
  private static let guardInterval = Atomic<Int>(0)

  /// What a sample is taken for: one of these, both, or none.
  struct Purpose {
    let isTold: Bool
    let isGuarded: Bool
  }

  /// From now on blocks are sampled to be told of with this interval; 0 ends it.
  package static func start(interval: Int, seed: UInt64) {
    toldInterval.store(min(interval, longestInterval), ordering: .sequentiallyConsistent)
    restart(seed: seed)
  }

  /// From now on blocks are sampled to be guarded with this interval; 0 ends it.
  package static func startGuards(interval: Int, seed: UInt64) {
    guardInterval.store(min(interval, longestInterval), ordering: .sequentiallyConsistent)
    restart(seed: seed)
  }

  private static func restart(seed: UInt64) {
    let told = toldInterval.load(ordering: .sequentiallyConsistent)
    let guards = guardInterval.load(ordering: .sequentiallyConsistent)
    restart(
      interval: told == 0 || guards == 0 ? told + guards : min(told, guards), seed: seed)
  }

  /// Draws what the sample is for of which the size was that of a block of so many bytes.
  static func purpose(_ byteCount: Int) -> Purpose {
    let told = toldInterval.load(ordering: .relaxed)
    let guards = guardInterval.load(ordering: .relaxed)
    if told == 0 || guards == 0 {
      return Purpose(isTold: told != 0, isGuarded: guards != 0)
    }
    let sampled = chance(Double(byteCount) / Double(min(told, guards)))
    return Purpose(
      isTold: told <= guards || takes(byteCount, told, of: sampled),
      isGuarded: guards <= told || takes(byteCount, guards, of: sampled))
  }

  private static func takes(_ byteCount: Int, _ interval: Int, of sampled: Double) -> Bool {
    Double(random() >> 11) * 0x1p-53 * sampled < chance(Double(byteCount) / Double(interval))
  }

  /// For how many blocks of so many bytes one stands that is told of.
  package static func weight(_ byteCount: Int) -> Double {
    let interval = toldInterval.load(ordering: .relaxed)
    if interval == 0 { return 1 }
    return 1 / chance(Double(byteCount) / Double(interval))
  }
}
