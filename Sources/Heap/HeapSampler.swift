// Who is told of the blocks that are sampled. Such blocks lie where each free of theirs comes to a
// slow path: small ones in spans that no thread owns (Heap+Sampled), others are known by their
// record.

import Memory

/// Called in a slow path or behind one, and by several threads at once.
package protocol HeapSampler {
  /// Whether there is a sampler. Known when the code is compiled.
  static var isThere: Bool { get }
  /// The block at `address` is sampled. `byteCount` bytes were asked for; it stands for `weight`
  /// blocks. `heap` is what the heap's owner notes of it: 0 of the process' heap. The calling
  /// thread is in no path of the heap, and holds no lock but that of who uses a heap of its own.
  static func allocated(_ address: UInt, byteCount: Int, weight: Double, heap: UInt)
  /// So many bytes of a sampled block are asked for now. It stands for as many blocks as before. No lock is held.
  static func resized(_ address: UInt, byteCount: Int, weight: Double)
  /// The sampled block is about to be freed, and nobody has its address again before this returns.
  /// Locks may be held. Where blocks are sampled to be guarded, it may be one that the sampler was
  /// not told of.
  static func freed(_ address: UInt)
  /// Called in a slow path now and then: whether blocks are sampled may change here, as somebody outside wants it.
  static func look()
  /// A block of so many bytes in inaccessible pages of the sampler's, in place of a sampled one,
  /// for the heap whose state is there; 0: this one is not guarded. Its record is of the kind
  /// `guarded`, from `start` so many bytes, until it is freed. The calling thread is as for
  /// `allocated`.
  static func allocateGuarded(
    _ byteCount: Int, alignment: Int, heap: UnsafeMutableRawPointer?
  ) -> UInt
  /// Frees the block that begins at `address`, in memory of such blocks, or reports that none does. No lock is held.
  static func freeGuarded(_ address: UInt)
  /// The block that the address is in, of those.
  static func findGuarded(_ address: UInt) -> FoundBlock?
  /// Calls `body` with the length that was asked for of each live one, and with the addresses of
  /// the sampler's records of them.
  static func forEachGuarded(_ body: (Int) -> Void, records: (UInt, UInt) -> Void)
}

extension HeapSampler {
  package static func allocateGuarded(
    _ byteCount: Int, alignment: Int, heap: UnsafeMutableRawPointer?
  ) -> UInt { 0 }
  package static func freeGuarded(_ address: UInt) {}
  package static func findGuarded(_ address: UInt) -> FoundBlock? { nil }
  package static func forEachGuarded(_ body: (Int) -> Void, records: (UInt, UInt) -> Void) {}
}

/// No block is sampled.
package enum NoSampler: HeapSampler {
  package static var isThere: Bool { false }
  package static func allocated(_ address: UInt, byteCount: Int, weight: Double, heap: UInt) {}
  package static func resized(_ address: UInt, byteCount: Int, weight: Double) {}
  package static func freed(_ address: UInt) {}
  package static func look() {}
}
