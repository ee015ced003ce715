// The sampler of the process' heap: the stack of the call, and then the profile under its lock.
// Nothing here asks the loader or takes a lock that the program may hold.

import CShims
import Guards
import Heap
import Platform
import Synchronization
import Traces

package enum ProfileSampler: HeapSampler {
  @inline(__always)
  package static var isThere: Bool { true }

  nonisolated(unsafe) static var profile = Profile()
  package static let lock = Lock()
  // Addresses that the tables take at first, and the writer.
  private static var leastByteCount: Int { 8 << 20 }
  // Whether there are tables; then they stay.
  static let isReady = Atomic<Bool>(false)
  private static let frameLimit = 64
  /// Whether a profile also tells how much of what is in use is resident.
  nonisolated(unsafe) package static var tellsResident = false
  /// Writes the name of a heap of the program's own, of which this is noted, into 48 bytes of
  /// zeros. Set before there is one.
  nonisolated(unsafe) package static var nameHeap:
    (@convention(c) (UInt, UnsafeMutablePointer<CChar>) -> Void)?

  /// Whether blocks are sampled now, or were.
  package static var hasProfile: Bool { isReady.load(ordering: .acquiring) }

  /// From now on a profile is taken, with a sample for `interval` bytes on average or more. False
  /// when there is no memory for the tables. By one thread at a time.
  package static func start(interval: Int) -> Bool {
    if !hasProfile {
      if !SystemMemory.hasRoom(byteCount: leastByteCount) || !Unwinder.startForSamples()
        || !profile.start() || !ProfileReserve.keep()
      {
        return false
      }
      ProfileClock.start()
      isReady.store(true, ordering: .releasing)
    }
    ProfileClock.interval = interval
    wantForProfile(interval)
    return true
  }

  /// The profile has no further block. Those that were sampled are known until they are freed.
  package static func stop() { wantForProfile(0) }

  package static var randomSeed: UInt64 {
    let word = swiftmalloc_random_words().map { $0[1] } ?? 0
    return word ^ swiftmalloc_monotonic_ns() &* 0x9e37_79b9_7f4a_7c15
  }

  // MARK: Blocks

  @inline(never)
  package static func allocated(_ address: UInt, byteCount: Int, weight: Double, heap: UInt) {
    AllocationProbes.allocated(address, byteCount: byteCount, weight: weight)
    // In a handler that interrupted a sample, the lock may be held.
    if !isRecording || ThreadFlags.current & ThreadFlags.isTracing != 0 { return }
    ThreadFlags.insert(ThreadFlags.isTracing)
    defer { ThreadFlags.remove(ThreadFlags.isTracing) }
    let trace = Unwinder.sample(limit: frameLimit)
    defer { StackDepot.release(trace) }
    let thread = Name.ofThisThread
    let heapName = heap == 0 ? nil : Name { nameHeap?(heap, $0) }
    lock.lock()
    defer { lock.unlock() }
    if trace == 0 {
      profile.noteDropped()
      return
    }
    _ = profile.add(
      address, byteCount: byteCount, weight: weight, trace: trace, thread: thread, heap: heapName)
  }

  @inline(never)
  package static func resized(_ address: UInt, byteCount: Int, weight: Double) {
    AllocationProbes.resized(address, byteCount: byteCount, weight: weight)
    withProfile { $0.resize(address, byteCount) }
  }

  @inline(never)
  package static func freed(_ address: UInt) {
    AllocationProbes.freed(address)
    withProfile { $0.remove(address) }
  }

  private static func withProfile(_ body: (inout Profile) -> Void) {
    // A sample that a handler interrupted is forgotten when its address is sampled again.
    if !hasProfile || ThreadFlags.current & ThreadFlags.isTracing != 0 { return }
    ThreadFlags.insert(ThreadFlags.isTracing)
    lock.lock()
    body(&profile)
    lock.unlock()
    ThreadFlags.remove(ThreadFlags.isTracing)
  }

  // MARK: Guarded blocks

  package static func allocateGuarded(
    _ byteCount: Int, alignment: Int, heap: UnsafeMutableRawPointer?
  ) -> UInt { GuardedBlocks.allocate(byteCount, alignment: alignment, heap: heap) }

  @inline(never)
  package static func freeGuarded(_ address: UInt) {
    freed(address)
    GuardedBlocks.free(address)
  }

  package static func findGuarded(_ address: UInt) -> FoundBlock? { GuardedBlocks.find(address) }
  package static func forEachGuarded(_ body: (Int) -> Void, records: (UInt, UInt) -> Void) {
    GuardedBlocks.forEach(body, records: records)
  }
}

/// When the profile began.
enum ProfileClock {
  nonisolated(unsafe) static var interval = 0
  nonisolated(unsafe) private(set) static var startTime: UInt64 = 0

  static func start() { startTime = swiftmalloc_monotonic_ns() }
  /// Nanoseconds since.
  static var duration: UInt64 { swiftmalloc_monotonic_ns() &- startTime }
}
