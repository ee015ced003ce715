// RunBins: the list of each length, and random traces against a set of runs.

import Memory
import TestPages
import Testing

@Suite struct RunBinsTests {
  @Test func binIsExactUpTo32SlicesThenAQuarterOfADoubling() {
    var wrong: [Int] = []
    for sliceCount in 1...200_000 {
      var expected = sliceCount - 1
      if sliceCount > 32 {
        // Quarters of (2ᵏ, 2ᵏ⁺¹), counted without bit operations.
        var power = 32
        var list = 32
        while sliceCount >= 2 * power {
          power *= 2
          list += 4
        }
        expected = list + 4 * (sliceCount - power) / power
      }
      if RunBins.bin(sliceCount) != expected { wrong.append(sliceCount) }
    }
    #expect(wrong == [])
  }

  @Test func binNeverFallsAndStaysInTheTable() {
    var last = 0
    for exponent in 0..<48 {
      for offset in [0, 1, 2, 3] {
        let sliceCount = (1 << exponent) + (1 << exponent) * offset / 4
        let bin = RunBins.bin(sliceCount)
        #expect(bin >= last && bin < RunBins.binCount, "\(sliceCount) slices")
        last = bin
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func randomTrace(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let count = 300
    let records = Records(count: count)
    defer { records.deallocate() }
    var bins = RunBins()
    var inBins = Set<Int>()
    for step in 0..<4000 {
      let index = random.below(count)
      let record = records.start + index
      if inBins.remove(index) != nil {
        bins.remove(record)
      } else {
        let limit = [4, 40, 600, 1 << 20][random.below(4)]
        record.pointee.byteCount = (1 + random.below(limit)) * PageMap.sliceSize
        record.pointee.kind = .freeDirty
        bins.insert(record)
        inBins.insert(index)
      }
      let sum = inBins.reduce(0) { $0 + records.start[$1].byteCount }
      let wanted = 1 + random.below([4, 40, 600, 1 << 20][random.below(4)])
      if let violation = bins.checkInvariants({ $0 == .freeDirty })
        ?? checkFind(bins, wanted, records, inBins)
      {
        Issue.record("seed \(seed), step \(step): \(violation)")
        return
      }
      guard bins.byteCount == sum else {
        Issue.record("seed \(seed), step \(step): byteCount \(bins.byteCount), runs \(sum)")
        return
      }
    }
  }

  private func checkFind(
    _ bins: borrowing RunBins, _ wanted: Int, _ records: Records, _ inBins: Set<Int>
  ) -> StaticString? {
    if let run = bins.find(wanted) {
      if run.pointee.byteCount < wanted * PageMap.sliceSize { return "the run found is too short" }
      return inBins.contains(run - records.start) ? nil : "the run found is in no list"
    }
    let bin = RunBins.bin(wanted)
    for index in inBins {
      let length = records.start[index].byteCount / PageMap.sliceSize
      if RunBins.bin(length) > bin || wanted <= 32 && length >= wanted {
        return "a run that fits was not found"
      }
    }
    // A list of mixed lengths is looked through for eight runs only.
    var next = bins.head(bin)
    for _ in 0..<8 {
      guard let run = next else { break }
      if run.pointee.byteCount >= wanted * PageMap.sliceSize {
        return "one of the first eight fits and was not found"
      }
      next = run.pointee.next
    }
    return nil
  }
}

/// Records that stand for slices of no heap.
struct Records {
  let start: UnsafeMutablePointer<SpanRecord>

  init(count: Int) {
    let byteCount = count * MemoryLayout<SpanRecord>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    start = memory.assumingMemoryBound(to: SpanRecord.self)
  }

  func deallocate() { UnsafeMutableRawPointer(start).deallocate() }
}
