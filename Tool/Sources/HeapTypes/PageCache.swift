// Pages of the process' memory that were read lately. Metadata lies together, and a heap's pointers often lead to the
// page of before: one system call serves many questions.
//
//   the page of number n is in the slot  n mod slotCount,  or is not there
//
// A page is as it was when it was read first: `forget` begins anew.

import Targets

/// Memory of a process, read by the page.
final class PageCache {
  private static let pageBytes = 4096
  private static let slotCount = 2048

  private let memory: any TargetMemory
  private let bytes: UnsafeMutableRawPointer
  /// The page of each slot, plus one; 0: none.
  private let pages: UnsafeMutablePointer<UInt64>
  /// How many bytes of it could be read.
  private let counts: UnsafeMutablePointer<Int>

  init(_ memory: any TargetMemory) {
    self.memory = memory
    bytes = .allocate(byteCount: Self.slotCount * Self.pageBytes, alignment: Self.pageBytes)
    pages = .allocate(capacity: Self.slotCount)
    pages.initialize(repeating: 0, count: Self.slotCount)
    counts = .allocate(capacity: Self.slotCount)
    counts.initialize(repeating: 0, count: Self.slotCount)
  }

  deinit {
    bytes.deallocate()
    pages.deallocate()
    counts.deallocate()
  }

  /// What is asked next is read anew.
  func forget() { pages.update(repeating: 0, count: Self.slotCount) }

  /// The value at an address; nil where it cannot be read whole.
  func load<Value: BitwiseCopyable>(_ address: UInt64, as type: Value.Type = Value.self) -> Value? {
    let place = Int(address % UInt64(Self.pageBytes))
    let end = place + MemoryLayout<Value>.size
    if end > Self.pageBytes { return memory.load(at: address, as: type) }
    let number = address / UInt64(Self.pageBytes) + 1
    let slot = Int(number % UInt64(Self.slotCount))
    let page = bytes + slot * Self.pageBytes
    if pages[slot] != number {
      counts[slot] = memory.read(
        address - UInt64(place),
        into: UnsafeMutableRawBufferPointer(start: page, count: Self.pageBytes))
      pages[slot] = number
    }
    return end <= counts[slot] ? (page + place).loadUnaligned(as: type) : nil
  }

  func word(_ address: UInt64) -> UInt64? { load(address, as: UInt64.self) }

  /// Where a pointer leads that counts from its own place: most of Swift's metadata is written so. Nil for none.
  func relative(_ address: UInt64) -> UInt64? {
    guard let distance = load(address, as: Int32.self), distance != 0 else { return nil }
    return address &+ UInt64(bitPattern: Int64(distance))
  }

  /// The same, where the lowest bit says that a pointer to the thing lies there instead of the thing.
  func relativeIndirectable(_ address: UInt64) -> UInt64? {
    guard let target = relative(address) else { return nil }
    return target & 1 == 0 ? target : word(target & ~1)
  }

  /// A name: text without control characters, ended by a zero; nil for anything else.
  func name(_ address: UInt64, limit: Int = 1024) -> String? {
    var text: [UInt8] = []
    for place in 0..<UInt64(limit) {
      guard let byte = load(address &+ place, as: UInt8.self), byte == 0 || byte >= 0x20 else {
        return nil
      }
      if byte == 0 { return text.isEmpty ? nil : String(validating: text, as: UTF8.self) }
      text.append(byte)
    }
    return nil
  }
}
