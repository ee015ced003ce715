// Memory of a process that does not exist.

import Targets

/// Pieces of memory at addresses that a test chooses.
package struct MadeUpMemory: TargetMemory, Sendable {
  package private(set) var mappings: [TargetMapping] = []
  private var pieces: [(start: UInt64, bytes: [UInt8])] = []

  package init() {}

  package init(_ start: UInt64, _ bytes: [UInt8]) { add(start, bytes) }

  /// Pieces are added in the order of their addresses.
  package mutating func add(_ start: UInt64, _ bytes: [UInt8], mapping: TargetMapping? = nil) {
    pieces.append((start, bytes))
    mappings.append(
      mapping
        ?? TargetMapping(start: start, end: start + UInt64(bytes.count), isWritable: true))
  }

  package mutating func add(_ start: UInt64, words: [UInt64]) {
    add(
      start, words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } })
  }

  package func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var done = 0
    while done < buffer.count {
      let place = address + UInt64(done)
      guard
        let piece = pieces.first(where: {
          place >= $0.start && place < $0.start + UInt64($0.bytes.count)
        })
      else { break }
      let part = piece.bytes[Int(place - piece.start)...].prefix(buffer.count - done)
      UnsafeMutableRawBufferPointer(rebasing: buffer[done...]).copyBytes(from: part)
      done += part.count
    }
    return done
  }
}
