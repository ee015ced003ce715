// Memory of which parts were copied at one moment, and that is read on as it is elsewhere: the stacks of threads say something only
// while they stand still.

package struct CopiedMemory<Memory: TargetMemory>: TargetMemory {
  private let memory: Memory
  private var copies: [(start: UInt64, bytes: [UInt8])] = []

  package init(_ memory: Memory) { self.memory = memory }

  package var mappings: [TargetMapping] { memory.mappings }

  /// Copies what can be read of a range, from its beginning on.
  package mutating func copy(_ range: Range<UInt64>) {
    let bytes = memory.bytes(at: range.lowerBound, count: range.count)
    if !bytes.isEmpty { copies.append((range.lowerBound, bytes)) }
  }

  package func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = memory.read(address, into: buffer)
    let end = address &+ UInt64(count)
    for (start, bytes) in copies where start < end && address < start &+ UInt64(bytes.count) {
      let first = max(start, address)
      let behind = min(start + UInt64(bytes.count), end)
      UnsafeMutableRawBufferPointer(rebasing: buffer[Int(first - address)..<Int(behind - address)])
        .copyBytes(from: bytes[Int(first - start)..<Int(behind - start)])
    }
    return count
  }
}
