// OpenTelemetry's probes (CShims/include/probes.h): while a reader is attached blocks are sampled,
// also in a process that takes no profile, and the reader is told of each sampled block. It walks
// the stack itself.

import CShims

enum AllocationProbes {
  /// Whether a reader is attached. Two instructions, in slow paths.
  @inline(__always)
  static var areAttached: Bool { swiftmalloc_probes_are_attached() != 0 }

  /// A new sampled block of `byteCount` bytes, as they were asked for, which stands for `weight` blocks.
  static func allocated(_ address: UInt, byteCount: Int, weight: Double) {
    // Readers want bytes. Rounded not by rounded(), which is a function of the mathematical library.
    let bytes = min(weight * Double(byteCount), 0x1p62) + 0.5
    swiftmalloc_probe_alloc(address, UInt64(byteCount), UInt64(bytes))
  }

  /// The same block has another length from now on. Readers know no such thing: it is a free and a new block.
  static func resized(_ address: UInt, byteCount: Int, weight: Double) {
    freed(address)
    allocated(address, byteCount: byteCount, weight: weight)
  }

  static func freed(_ address: UInt) { swiftmalloc_probe_free(address) }
}
