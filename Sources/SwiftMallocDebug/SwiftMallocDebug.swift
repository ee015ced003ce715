// The debug heap for Swift programs: a heap over any source of memory, beside the process' own malloc.
//
//   enum Policy: DebugPolicy { typealias Pages = SystemPages }      what the heap is made of
//   let heap = DebugHeap<Policy>(wrapping: SystemPages())           a handle; copies are the same heap
//
// A caller's stack is taken from the frame of the public method itself: in a program that this is linked
// into, nothing else tells where its code begins. Hence none of them is inlined, and none calls another.

import CShims
@_exported public import DebugHeap
@_exported public import Memory
import Platform
import Traces

// Policies say at compile time which threads may use a heap; a wrong one is reported.
extension DebugHeap: @unchecked Sendable {}

extension DebugHeap {
  /// A new heap in memory from `pages`; nil when they are refused.
  ///
  /// The first heap of a process that takes traces loads libunwind. Nothing of it is freed until `destroy`.
  public init?(wrapping pages: Pages, settings: DebugSettings = DebugSettings(Policy.self)) {
    precondition(
      Policy.canaryByteCount >= 16 && Policy.canaryByteCount & 15 == 0,
      "canaryByteCount is a multiple of 16, at least 16")
    ProcessEvents.start(frames: Policy.frames)
    var settings = settings
    if !pages.canSeal {
      settings.placement = .slots
      settings.protectsRecords = false
    }
    self.init(pages: pages, settings: settings)
  }

  private func origin(_ frame: UnsafePointer<UInt>?) -> Origin {
    // The number first: a trace needs it.
    let thread = ThreadTable.numberOfThisThread
    let trace = Unwinder.capture(frame: frame, limit: Policy.frames)
    return Origin(kind: .cMalloc, thread: thread, trace: trace)
  }

  /// A block of `byteCount` bytes, whatever they hold, at a multiple of `alignment`, a power of two. Every block is
  /// at a multiple of 16, and one of no bytes has an address of its own. Nil when there is no memory for it.
  @inline(never)
  public func allocate(byteCount: Int, alignment: Int = 16) -> UnsafeMutableRawPointer? {
    precondition(alignment > 0 && alignment & (alignment - 1) == 0, "alignment is a power of two")
    let origin = origin(swiftmalloc_frame_address())
    if byteCount < 0 || byteCount > Self.longest || alignment > Self.longest { return nil }
    return UnsafeMutableRawPointer(
      bitPattern: allocate(byteCount, alignment: max(alignment, 16), origin).address)
  }

  // No computation of lengths overflows below it.
  private static var longest: Int { 1 << 47 }

  /// Frees a block; nil is nothing. What is no live block of the heap is reported and left alone, as is a write
  /// around the block.
  ///
  /// - Parameters:
  ///   - byteCount: compared with what was asked for, if given.
  ///   - alignment: compared with what was asked for, if given.
  @inline(never)
  public func deallocate(
    _ block: UnsafeMutableRawPointer?, byteCount: Int? = nil, alignment: Int? = nil
  ) {
    let origin = origin(swiftmalloc_frame_address())
    guard let block else { return }
    let release = Deallocation(
      .cFree, size: byteCount ?? Deallocation.unknown, alignment: alignment ?? Deallocation.unknown)
    free(UInt(bitPattern: block), release, origin)
  }

  /// The block with another size, mostly at another address, where the old one is a freed block's; a new one for
  /// nil. Nil when there is no memory: then the old one stays as it is.
  @inline(never)
  public func reallocate(_ block: UnsafeMutableRawPointer?, byteCount: Int)
    -> UnsafeMutableRawPointer?
  {
    let origin = origin(swiftmalloc_frame_address())
    if byteCount < 0 || byteCount > Self.longest { return nil }
    guard let block else {
      return UnsafeMutableRawPointer(bitPattern: allocate(byteCount, alignment: 16, origin).address)
    }
    return UnsafeMutableRawPointer(
      bitPattern: reallocate(UInt(bitPattern: block), to: byteCount, origin))
  }

  /// The bytes that were asked for of a live block; 0 when none begins there.
  @inline(never)
  public func byteCount(of block: UnsafeMutableRawPointer) -> Int {
    mayUse(origin(swiftmalloc_frame_address())) ? usableSize(UInt(bitPattern: block)) : 0
  }

  /// Looks at the bytes around every live block and in every freed one and reports what was written there. The
  /// number of damaged blocks.
  @inline(never)
  @discardableResult
  public func check() -> Int {
    mayUse(origin(swiftmalloc_frame_address())) ? checkAll("check") : 0
  }

  /// What the heap holds. Traces are counted with every heap: they are the process'.
  @inline(never)
  public func usage() -> DebugStatistics {
    mayUse(origin(swiftmalloc_frame_address())) ? statistics() : DebugStatistics()
  }

  /// Blocks that were allocated and not freed.
  @inline(never)
  public func liveBlockCount() -> Int {
    mayUse(origin(swiftmalloc_frame_address())) ? liveCount : 0
  }

  /// Gives all memory back to the source, blocks included. Neither the heap nor a block of it is used any more, by
  /// any thread.
  public func destroy() {
    ProcessEvents.forget(UInt(bitPattern: storage))
    releaseAll()
  }

  /// From now on the process' SIGSEGV is explained when the address is in this heap: which block was meant, and who
  /// allocated and freed it. Other faults go to who handled the signal before.
  public func explainFaults() {
    ProcessEvents.explain(UInt(bitPattern: storage)) { explainFault($0, context: $1) }
  }
}
