// How often blocks are sampled. Distances between samples are exponential in bytes, with the mean
// `interval`: then a byte is as likely to be the next sampling point wherever the last one was, and
// each size of each thread may draw for itself.
//
//   a block of s bytes is sampled with the chance   p = 1 − e^(−s / interval)
//   it stands for                                   1 / p blocks like it
//
// Sums of the latter are unbiased for any mix of sizes.

import Synchronization

/// Of the process: there is one sampler.
package enum Sampling {
  /// Mean bytes between two samples, for whatever purpose (Sampling+Purpose); 0: none are taken.
  package static let interval = Atomic<Int>(0)
  /// Raised whenever `interval` changes: threads then draw again.
  package static let epoch = Atomic<UInt32>(0)
  private static let seed = Atomic<UInt64>(0)
  private static let draws = Atomic<UInt64>(0)

  /// Bytes of the longest interval.
  package static var longestInterval: Int { 1 << 40 }

  /// Blocks are sampled with this interval from now on; 0 ends it.
  static func restart(interval: Int, seed: UInt64) {
    if interval != 0 { self.seed.store(seed, ordering: .relaxed) }
    self.interval.store(interval, ordering: .sequentiallyConsistent)
    epoch.add(1, ordering: .sequentiallyConsistent)
  }

  /// Whether blocks are sampled now, or were.
  static var hasBegun: Bool { epoch.load(ordering: .relaxed) != 0 }

  @inline(__always)
  package static var isOn: Bool { interval.load(ordering: .relaxed) != 0 }

  /// Whether a block of so many bytes is sampled that is allocated by itself.
  static func takes(_ byteCount: Int) -> Bool {
    let interval = interval.load(ordering: .relaxed)
    return interval != 0 && exponential(random()) * Double(interval) < Double(byteCount)
  }

  /// Blocks of so many bytes until the next one that is sampled: 0 for the very next.
  static func distance(blockSize: UInt) -> UInt64 {
    let interval = interval.load(ordering: .relaxed)
    let blocks = exponential(random()) * Double(interval) / Double(blockSize)
    return blocks < 0x1p60 ? UInt64(blocks) : 1 << 60
  }

  // SplitMix64 (Steele, Lea, Flood 2014) of a counter that all threads share.
  package static func random() -> UInt64 {
    let number = draws.add(1, ordering: .relaxed).newValue
    var bits = seed.load(ordering: .relaxed) &+ number &* 0x9e37_79b9_7f4a_7c15
    bits = (bits ^ bits >> 30) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
    return bits ^ bits >> 31
  }

  // MARK: Functions of the C library's mathematical part, which this library does not load

  /// −ln u for the number u in (0, 1] that 53 of the bits stand for.
  package static func exponential(_ bits: UInt64) -> Double {
    let number = Double(bits >> 11 + 1) * 0x1p-53
    // number = m · 2^e with m in [1, 2).
    let pattern = number.bitPattern
    let exponent = Int(pattern >> 52) - 1023
    let mantissa = Double(bitPattern: pattern & 0xf_ffff_ffff_ffff | 0x3ff0_0000_0000_0000)
    // ln m = 2 · artanh((m − 1) / (m + 1)), where the fraction is below 1/3.
    let fraction = (mantissa - 1) / (mantissa + 1)
    let square = fraction * fraction
    var sum = 0.0
    var divisor = 19.0
    while divisor > 0 {
      sum = sum * square + 1 / divisor
      divisor -= 2
    }
    return -(Double(exponent) * 0.693_147_180_559_945_3 + 2 * fraction * sum)
  }

  /// 1 − e^(−x) for x ≥ 0.
  package static func chance(_ x: Double) -> Double {
    if x > 40 { return 1 }
    // By the series for an x below 1/16, then (1 − q) → (1 − q)² as often as x was halved.
    var small = x
    var halvings = 0
    while small > 0.0625 {
      small *= 0.5
      halvings += 1
    }
    var term = small
    var result = small
    var number = 2.0
    while number < 9 {
      term *= -small / number
      result += term
      number += 1
    }
    while halvings > 0 {
      result *= 2 - result
      halvings -= 1
    }
    return result
  }
}
