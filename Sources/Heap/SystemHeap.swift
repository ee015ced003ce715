// The slow paths of a heap of one thread in the memory of the system. Ordinary Swift compiles a generic heap once, for
// whatever pages, and looks each type up when it runs: here it compiles one for these. Embedded Swift does so anyway.

import Memory

/// The heap whose state lies at an address.
package enum SystemHeap {
  private typealias Core = Heap<SolePolicy<SystemPages>>

  private static func core(_ storage: UInt) -> Core {
    Core(storage: UnsafeMutablePointer(bitPattern: storage).unsafelyUnwrapped)
  }

  /// As `Heap.allocate`, aligned to 16; 0 when there is no memory for it.
  @inline(never)
  package static func allocate(_ byteCount: Int, _ storage: UInt) -> UInt {
    core(storage).allocate(byteCount).address
  }

  /// As `Heap.tryFree`.
  @inline(never)
  package static func tryFree(_ address: UInt, _ storage: UInt) -> BadFree? {
    core(storage).tryFree(address)
  }

  /// As `Heap.freeAll`.
  @inline(never)
  package static func freeAll(_ storage: UInt) { core(storage).freeAll() }
}
