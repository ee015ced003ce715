// What a program may ask of the allocator that it brought along. It serves without a call: malloc and free of the whole process
// are its functions. The rest of its C interface (swiftmalloc.h) is the module CSwiftMallocProcess.

import CSwiftMallocProcess

/// The heap of the process.
public enum ProcessHeap {
  /// The version of the allocator, such as "0.2.0".
  public static var version: String { String(cString: swiftmalloc_version()) }

  /// Bytes that live blocks take, and bytes of memory that the heap has for them and itself. It takes some milliseconds
  /// for each GiB.
  public static var byteCounts: (live: Int, resident: Int) {
    var lines = swiftmalloc_statistics_lines()
    swiftmalloc_statistics(&lines)
    return (lines.requested, lines.resident)
  }

  /// Whether a live block of this heap begins at `address`. Other threads wait meanwhile, for some milliseconds.
  public static func hasBlock(at address: UnsafeRawPointer) -> Bool {
    var isThere = false
    let start = UInt(bitPattern: address)
    withUnsafeMutablePointer(to: &isThere) { result in
      // Up to one byte behind it: no other block begins there.
      _ = malloc_iterate(
        start, 1, { _, _, result in result!.assumingMemoryBound(to: Bool.self).pointee = true },
        result)
    }
    return isThere
  }
}
