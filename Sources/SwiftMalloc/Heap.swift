// A heap for Swift programs: the allocator that libswiftmalloc.so gives to a process, as a value that a program owns.
//
//   let heap = try Heap<Local>(name: "parser", limit: 64 << 20)
//   let block = heap.allocate(byteCount: 100)
//   heap.deallocate(block)
//   heap.deallocateAll()                 // every block at once
//   heap.destroy()                       // or at the end of its scope; to use it afterwards does not compile
//
import CShims
import Heap
import Memory
import Platform

/// A heap. Its blocks are the program's own business: they must not be used after `deallocateAll` and `destroy`, or given to
/// another heap, or to free.
public struct Heap<Policy: HeapPolicy>: ~Copyable {
  @usableFromInline let parts: HeapParts<Policy>
  /// For messages.
  public let name: StaticString

  /// A new heap whose memory comes from `pages`, or why there is none. `limit` bounds the bytes that its blocks take together,
  /// by slices of 64 KiB.
  public init(name: StaticString = "", limit: Int? = nil, pages: Policy.Pages) throws(HeapError) {
    if let limit, limit < PageMap.sliceSize { throw .limitTooSmall(limit) }
    let steps = Policy.classSteps
    if steps < 1 || steps > 8 || steps & (steps - 1) != 0 { throw .badClassSteps(steps) }
    System.initialize()
    let table = try ClassTable(Policy.sizeClasses, pages: pages)
    let settings = HeapSettings(
      classes: table.address.map { SizeClasses($0) } ?? SizeClasses(steps: steps),
      pages: PageHeapSettings(
        purgeDelay: Policy.recycling.purgeDelay,
        hugePages: Policy.usesHugePages ? .always : .auto),
      limit: limit ?? .max)
    guard let parts = HeapParts<Policy>(name, pages: pages, settings, table) else {
      table.giveBack(to: pages)
      throw .noMemory
    }
    self.parts = parts
    self.name = name
  }

  deinit { parts.destroy() }

  /// Gives all memory back, blocks included. So does the end of the heap's scope.
  public consuming func destroy() {}
}

extension Heap where Policy.Pages == SystemPages {
  /// A new heap in the system's memory, or why there is none. `limit` bounds the bytes that its blocks take together, by
  /// slices of 64 KiB.
  public init(name: StaticString = "", limit: Int? = nil) throws(HeapError) {
    try self.init(name: name, limit: limit, pages: SystemPages())
  }
}

// Every call takes the lock.
extension Heap: @unchecked Sendable where Policy: SharedHeapPolicy {}

/// Makes a heap for one thread, calls `body` with it, and gives all its memory back.
public func withHeap<Result>(
  _ name: StaticString = "", limit: Int? = nil,
  _ body: (borrowing Heap<Local>) throws(HeapError) -> Result
) throws(HeapError) -> Result {
  let heap = try Heap<Local>(name: name, limit: limit)
  return try body(heap)
}
