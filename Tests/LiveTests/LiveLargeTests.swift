// Rows of large blocks: each has one while there are any, and gives it back.

import CShims
import Live
import Platform
import TestPages
import Testing

@Suite struct LiveLargeTests {
  @Test func aRowTellsOfItsBlock() async {
    await #expect(processExitsWith: .success) {
      #expect(Counting.start())
      let number = LiveLarge.add(0x7000_0000, requested: 5_000_001, given: 5_046_272)
      let row = swiftmalloc_live_large_row(Int(number) - 1).unsafelyUnwrapped
      #expect(number == 1 && row.pointee.address == 0x7000_0000)
      #expect(row.pointee.requested_bytes == 5_000_001 && row.pointee.given_bytes == 5_046_272)
      #expect(row.pointee.thread_id == swiftmalloc_thread_id())
      #expect(row.pointee.allocated_boot_ns > 0)
      LiveLarge.change(number, requested: 7, given: 65536)
      #expect(row.pointee.requested_bytes == 7 && row.pointee.given_bytes == 65536)
      LiveLarge.remove(number)
      #expect(row.pointee.address == 0 && Counting.header.large_count == 0)
      #expect(LiveLarge.add(0x7100_0000, requested: 1, given: 65536) == 1)
    }
  }

  @Test func rowsRunOutAndAreUsedAgain() async {
    await #expect(processExitsWith: .success) {
      #expect(Counting.start())
      let limit = Int(SWIFTMALLOC_LIVE_LARGE_BLOCKS)
      var numbers = (0..<limit).map {
        LiveLarge.add(UInt($0 + 1) << 16, requested: $0, given: 1 << 16)
      }
      #expect(numbers == (1...limit).map { UInt32($0) })
      #expect(LiveLarge.add(16, requested: 1, given: 1) == 0)
      LiveLarge.change(0, requested: 2, given: 2)
      #expect(Counting.header.large_unlisted == 1 && Counting.header.large_row_end == limit)
      var random = SeededRandom(seed: 3)
      var freed = Set<UInt32>()
      for _ in 0..<3000 {
        let number = numbers.remove(at: random.below(numbers.count))
        LiveLarge.remove(number)
        freed.insert(number)
      }
      #expect(Counting.header.large_count == limit + 1 - 3000)
      for _ in 0..<3000 {
        #expect(freed.remove(LiveLarge.add(32, requested: 1, given: 1)) != nil)
      }
      LiveLarge.remove(0)
      #expect(Counting.header.large_unlisted == 0 && Counting.header.large_count == limit)
    }
  }

  /// A row is nobody else's as long as it is taken.
  @Test func threadsShareNoRow() async {
    await #expect(processExitsWith: .success) {
      #expect(Counting.start())
      let threads = (1...4).compactMap { thread in
        TestThread {
          var numbers: [UInt32] = []
          for step in 0..<4000 {
            numbers.append(LiveLarge.add(UInt(thread), requested: step, given: 1))
            if step % 3 == 0 { continue }
            let number = numbers.remove(at: step % numbers.count)
            let row = swiftmalloc_live_large_row(Int(number) - 1).unsafelyUnwrapped
            #expect(number != 0 && row.pointee.address == UInt64(thread))
            LiveLarge.remove(number)
          }
          for number in numbers { LiveLarge.remove(number) }
        }
      }
      for thread in threads { thread.join() }
      #expect(Counting.header.large_count == 0 && Counting.header.large_unlisted == 0)
      // Where to begin to look is of no order with the rows: any of them.
      #expect(LiveLarge.add(1, requested: 1, given: 1) != 0)
    }
  }
}
