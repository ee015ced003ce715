// What is read of another process: its memory, by address, and where its mappings lie. Commands read a
// running process; tests read memory that they make up.

/// Memory that is read from outside. What it holds may change at any time, and may be damaged.
package protocol TargetMemory {
  /// Copies from `address` on into `buffer`, and says how many bytes at its beginning were read: fewer where
  /// memory ends or cannot be read.
  func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int

  /// In the order of their addresses.
  var mappings: [TargetMapping] { get }
}

extension TargetMemory {
  /// The eight bytes at `address`; nil where they cannot be read.
  package func word(at address: UInt64) -> UInt64? { load(at: address, as: UInt64.self) }

  /// The value at `address`, which may have any alignment; nil where it cannot be read whole.
  package func load<Value: BitwiseCopyable>(at address: UInt64, as type: Value.Type) -> Value? {
    withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { buffer in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      guard read(address, into: bytes) == bytes.count else { return nil }
      return bytes.loadUnaligned(as: Value.self)
    }
  }

  /// So many bytes from `address` on, or fewer where memory ends.
  package func bytes(at address: UInt64, count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = read(address, into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// The text at `address` up to its null byte; nil where none is within `limit` bytes, or what is there is not UTF-8.
  package func string(at address: UInt64, limit: Int = 4096) -> String? {
    var text: [UInt8] = []
    var next = address
    while text.count < limit {
      // Pieces do not cross pages: behind a page there may be none.
      let piece = min(256, 4096 - Int(next % 4096), limit - text.count)
      let found = bytes(at: next, count: piece)
      if let end = found.firstIndex(of: 0) {
        text += found[..<end]
        return String(validating: text, as: UTF8.self)
      }
      if found.count < piece { return nil }
      text += found
      next += UInt64(piece)
    }
    return nil
  }

  /// The mapping of `address`.
  package func mapping(of address: UInt64) -> TargetMapping? {
    let all = mappings
    var low = 0
    var high = all.count
    while low < high {
      let middle = (low + high) / 2
      if all[middle].end <= address { low = middle + 1 } else { high = middle }
    }
    return low < all.count && all[low].start <= address ? all[low] : nil
  }
}
