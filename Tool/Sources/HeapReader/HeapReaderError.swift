// Why the blocks of a process are not told, as one sentence.

import Targets

/// A heap that cannot be read.
package struct HeapReaderError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The whole sentence.
  package let description: String

  package init(_ description: String) { self.description = description }

  /// The process has no such library, or it is not loaded yet.
  static var noLibrary: HeapReaderError {
    HeapReaderError("the process has no swiftmalloc that tells where its blocks lie")
  }

  /// The loader has mapped the library, and not yet written the addresses into its table.
  static var beginning: HeapReaderError {
    HeapReaderError("the process has only begun, and has no heap yet: ask again")
  }

  /// Its words contradict each other.
  static func damaged(_ what: String, _ address: UInt64) -> HeapReaderError {
    HeapReaderError("the heap is damaged, or has ended: \(what) at 0x\(String(address, radix: 16))")
  }
}
