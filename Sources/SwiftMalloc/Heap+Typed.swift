// Blocks with a type: buffers, and a box that frees itself.

import Memory

extension Heap {
  /// Memory for `count` elements, not initialised. Nil when there is no memory for it.
  public borrowing func allocateBuffer<Element>(of type: Element.Type, count: Int)
    -> UnsafeMutableBufferPointer<Element>?
  {
    let (byteCount, overflow) = MemoryLayout<Element>.stride.multipliedReportingOverflow(by: count)
    guard !overflow, count >= 0,
      let block = allocate(byteCount: byteCount, alignment: MemoryLayout<Element>.alignment)
    else { return nil }
    return UnsafeMutableBufferPointer(
      start: block.bindMemory(to: Element.self, capacity: count), count: count)
  }

  /// Frees a buffer, whose elements are deinitialised or need not be.
  public borrowing func deallocate<Element>(_ buffer: UnsafeMutableBufferPointer<Element>) {
    deallocate(UnsafeMutableRawPointer(buffer.baseAddress))
  }
}

/// A value in a block of a heap, which is freed with the box. The heap must live longer, and the box must end before
/// `deallocateAll`.
public struct HeapBox<Value: ~Copyable, Policy: HeapPolicy>: ~Copyable {
  private let place: UnsafeMutablePointer<Value>
  private let parts: HeapParts<Policy>

  /// Puts a value into a block of the heap. Nil, and the value is gone, when there is no memory for it.
  public init?(_ value: consuming Value, in heap: borrowing Heap<Policy>) {
    let block = heap.allocate(
      byteCount: MemoryLayout<Value>.size, alignment: MemoryLayout<Value>.alignment)
    guard let block else { return nil }
    parts = heap.parts
    place = block.bindMemory(to: Value.self, capacity: 1)
    place.initialize(to: value)
  }

  deinit {
    place.deinitialize(count: 1)
    parts.free(UInt(bitPattern: place))
  }

  /// The value.
  public var value: Value {
    _read { yield place.pointee }
    nonmutating _modify { yield &place.pointee }
  }
}
