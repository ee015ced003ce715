// Why there is no heap.

/// Why a heap could not be made, or a body that uses one could not go on.
public enum HeapError: Error, Equatable {
  /// The source of pages refuses them.
  case noMemory
  /// A heap needs a slice of 64 KiB at least.
  case limitTooSmall(Int)
  /// Other than 1, 2, 4 and 8.
  case badClassSteps(Int)
}
