// How much of the live blocks of each place is resident: of each sampled block the kernel is asked,
// and it stands for others like it.

import Platform

/// A copy of the live samples, which are asked about without the sampler's lock.
struct ResidentSamples {
  private let samples: UnsafeMutablePointer<Sample>
  private let limit: Int
  private var count = 0
  // By the number of the site.
  private let bytes: UnsafeMutablePointer<Double>

  /// - Parameters:
  ///   - samples: room for `limit` of them.
  ///   - bytes: zeros, one for each site.
  init(
    samples: UnsafeMutablePointer<Sample>, limit: Int, bytes: UnsafeMutablePointer<Double>
  ) {
    self.samples = samples
    self.limit = limit
    self.bytes = bytes
  }

  /// Copies the samples. Under the lock.
  mutating func take(_ table: borrowing ChainedTable<Sample>) {
    table.forEach {
      if count == limit { return }
      (samples + count).initialize(to: $0)
      count += 1
    }
  }

  /// Asks the kernel. What the program frees meanwhile counts as it is found.
  mutating func measure(_ sites: UnsafeMutablePointer<Site>, siteLimit: Int) {
    var resident = ResidentBytes()
    resident.open()
    let page = UInt(System.pageSize)
    for index in 0..<count {
      let sample = samples[index]
      if Int(sample.site) >= siteLimit { continue }
      let length = UInt(sites[Int(sample.site)].byteCount)
      let start = sample.address & ~(page - 1)
      let end = (sample.address + max(length, 1) + page - 1) & ~(page - 1)
      let share = Double(resident.count(start, end)) / Double(end - start)
      bytes[Int(sample.site)] += sample.weight * Double(length) * share
    }
    resident.close()
  }

  /// Resident bytes of the live blocks of a site.
  func ofSite(_ number: Int) -> Double { bytes[number] }
}
