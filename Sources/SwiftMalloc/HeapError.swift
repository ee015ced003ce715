// Why there is no heap.

/// Why a heap could not be made, or a body that uses one could not go on.
public enum HeapError: Error, Equatable {
  /// The source of pages refuses them.
  case noMemory
  /// A heap needs a slice of 64 KiB at least.
  case limitTooSmall(Int)
  /// Other than 1, 2, 4 and 8.
  case badClassSteps(Int)
  /// This one of `sizeClasses` is no multiple of 16 from 16 to 32768, or not longer than the one before it.
  case badSizeClass(Int)
  /// More than 89 of them, with the powers of two.
  case tooManySizeClasses
  /// The system does not lock pages into memory, or not so many.
  case notLocked
  /// The machine has no node of this number, or does not let the process ask.
  case noNode(Int)
}
