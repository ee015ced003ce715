// What the sampler knows: for each place that allocates, how many blocks it has made and how many
// of them live, estimated by those that were sampled; and the live sampled blocks themselves.
//
//   site     stack, bytes asked for, name of the thread, heap     allocated, live, live at the peak; it holds its stack
//   sample   address of a live block                              its site, and how many blocks it stands for

import CShims
import Platform
import Synchronization
import Traces

struct Site: ChainedElement {
  var next: UInt32 = 0
  let hash: UInt32
  /// 0: the site was dropped.
  var trace: UInt32
  let thread: UInt32
  let heap: UInt32
  /// Live ones; without them it is idle.
  var samples: UInt32 = 0
  let byteCount: Int
  /// Blocks.
  var allocated = 0.0
  var live = 0.0
  /// Live blocks at the peak with this number.
  var peak = 0.0
  var peakNumber: UInt32 = 0
}

struct Sample: ChainedElement {
  var next: UInt32 = 0
  let address: UInt
  var site: UInt32
  /// Blocks that it stands for.
  let weight: Double

  var hash: UInt32 { Sample.hash(address) }

  static func hash(_ address: UInt) -> UInt32 {
    UInt32(truncatingIfNeeded: (UInt64(address) &* 0x9e37_79b9_7f4a_7c15) >> 32)
  }
}

struct Profile: ~Copyable {
  var sites = ChainedTable<Site>()
  private(set) var samples = ChainedTable<Sample>()
  /// Of threads and of heaps.
  private(set) var names = Names()
  private(set) var liveBytes = 0.0
  private(set) var peakBytes = 0.0
  private(set) var liveBlocks = 0.0
  // Raised with each peak. A site whose number is less has not changed since.
  var peakNumber: UInt32 = 0
  /// Sites without live samples.
  var idleCount = 0
  var dropped = DroppedSites()
  /// Samples so far, and those that there was no room for.
  private(set) var sampleCount = 0
  private(set) var droppedCount = 0

  init() {}

  mutating func start() -> Bool {
    sites.start() && samples.start() && names.start()
  }

  func forEachMapping(_ body: (UInt, Int) -> Void) {
    sites.forEachMapping(body)
    samples.forEachMapping(body)
    names.forEachMapping(body)
  }

  mutating func noteDropped() { droppedCount += 1 }

  /// Notes a sampled block. False when there is no room for it.
  mutating func add(
    _ address: UInt, byteCount: Int, weight: Double, trace: UInt32, thread: Name, heap: Name?
  ) -> Bool {
    // Nobody told of its free: a signal handler freed it.
    remove(address)
    sampleCount += 1
    let heap = heap.map { names.number($0) } ?? Names.none
    let site = site(byteCount, trace, names.number(thread), heap)
    if site == 0 {
      droppedCount += 1
      return false
    }
    sites[site].pointee.allocated += weight
    if samples.add(Sample(address: address, site: site, weight: weight)) == 0 {
      droppedCount += 1
      return false
    }
    enter(site, weight)
    return true
  }

  /// Notes that so many bytes are asked for of a sampled block now.
  mutating func resize(_ address: UInt, _ byteCount: Int) {
    let number = samples.find(Sample.hash(address)) { $0.address == address }
    if number == 0 { return }
    let sample = samples[number]
    let old = sites[sample.pointee.site]
    if old.pointee.byteCount == byteCount { return }
    let new = site(byteCount, old.pointee.trace, old.pointee.thread, old.pointee.heap)
    if new == 0 { return }
    leave(sample.pointee.site, sample.pointee.weight)
    sample.pointee.site = new
    enter(new, sample.pointee.weight)
  }

  /// Forgets a block that is freed, if it is sampled.
  mutating func remove(_ address: UInt) {
    let number = samples.find(Sample.hash(address)) { $0.address == address }
    if number == 0 { return }
    let sample = samples[number].pointee
    samples.remove(number)
    leave(sample.site, sample.weight)
  }

  private mutating func site(
    _ byteCount: Int, _ trace: UInt32, _ thread: UInt32, _ heap: UInt32
  ) -> UInt32 {
    var mixed = UInt64(trace) << 32 | UInt64(thread) << 8 ^ UInt64(heap)
    mixed = (mixed ^ UInt64(byteCount) &* 0x9e37_79b9_7f4a_7c15) &* 0xbf58_476d_1ce4_e5b9
    let hash = UInt32(truncatingIfNeeded: (mixed ^ mixed >> 32) &* 0x94d0_49bb_1331_11eb >> 32)
    let known = sites.find(hash) {
      $0.trace == trace && $0.byteCount == byteCount && $0.thread == thread && $0.heap == heap
    }
    if known != 0 || !makeRoom() { return known }
    let new = sites.add(
      Site(hash: hash, trace: trace, thread: thread, heap: heap, byteCount: byteCount))
    if new == 0 { return 0 }
    StackDepot.retain(trace)
    idleCount += 1
    return new
  }

  private mutating func enter(_ site: UInt32, _ weight: Double) {
    if sites[site].pointee.samples == 0 { idleCount -= 1 }
    sites[site].pointee.samples += 1
    change(site, by: weight)
  }

  private mutating func leave(_ site: UInt32, _ weight: Double) {
    change(site, by: -weight)
    sites[site].pointee.samples -= 1
    if sites[site].pointee.samples > 0 { return }
    idleCount += 1
    // Exactly: the sum of many fractions need not be.
    sites[site].pointee.live = 0
  }

  private mutating func change(_ number: UInt32, by weight: Double) {
    let site = sites[number]
    if site.pointee.peakNumber != peakNumber {
      site.pointee.peak = site.pointee.live
      site.pointee.peakNumber = peakNumber
    }
    site.pointee.live += weight
    liveBlocks += weight
    liveBytes += weight * Double(site.pointee.byteCount)
    if liveBytes > peakBytes {
      peakBytes = liveBytes
      peakNumber &+= 1
      dropped.peakBytes = 0
    }
  }

  /// Blocks of a site that lived when most bytes did.
  func blocksAtPeak(_ number: UInt32) -> Double {
    let site = sites[number]
    return site.pointee.peakNumber == peakNumber ? site.pointee.peak : site.pointee.live
  }
}
