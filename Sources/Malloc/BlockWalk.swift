// malloc_disable, malloc_iterate, malloc_enable: every live block is told while no other thread gets past malloc and free.
// Between the first and the last the calling thread is in a slow path, as a signal handler finds it that interrupted
// malloc: what it allocates meanwhile is mapped apart, and waits for no lock.

import CShims
import DebugHeap
import Guards
import Heap
import Heaps
import Live
import Memory
import Platform
import Synchronization

package enum BlockWalk {
  // Held by the thread with this mark, so often.
  private static let turn = Lock()
  private static let holder = Atomic<UInt>(0)
  nonisolated(unsafe) private static var depth = 0

  private static var isOwn: Bool {
    holder.load(ordering: .relaxed) == swiftmalloc_thread_mark()
  }

  /// Keeps all other threads out of malloc and free. Nested, it counts. False in a signal handler that interrupted malloc.
  @discardableResult
  package static func disable() -> Bool {
    if isOwn {
      depth += 1
      return true
    }
    if ThreadFlags.current & ThreadFlags.busy != 0 { return false }
    turn.lock()
    if !hold() {
      turn.unlock()
      return false
    }
    holder.store(swiftmalloc_thread_mark(), ordering: .relaxed)
    depth = 1
    return true
  }

  /// Lets them go on; nothing in a thread that did not keep them out.
  package static func enable() {
    if !isOwn { return }
    depth -= 1
    if depth > 0 { return }
    holder.store(0, ordering: .relaxed)
    letGo()
    turn.unlock()
  }

  private static func hold() -> Bool {
    switch Process.active {
    case .production(let heap):
      guard heap.enterSlowPath() else { return false }
      HeapTable.hold()
      heap.hold()
      return true
    case .debug(let heap):
      heap.prepareFork()
      return true
    case .none: return false
    }
  }

  private static func letGo() {
    switch Process.active {
    case .production(let heap):
      heap.letGo()
      HeapTable.letGo()
      heap.threads.leaveSlowPath()
    case .debug(let heap): heap.finishForkInParent()
    case .none: break
    }
  }

  /// Calls `tell` with every live block that begins at one of `size` bytes from `base` on, and its usable bytes.
  package static func iterate(_ base: UInt, _ size: UInt, _ tell: (UInt, Int) -> Void) {
    if !disable() { return }
    defer { enable() }
    func body(_ address: UInt, _ byteCount: Int) {
      if address >= base, address - base < size { tell(address, byteCount) }
    }
    switch Process.active {
    case .production(let heap):
      PageMap.forEachHolder { record, slice in forEachBlock(record, slice, heap, body) }
    case .debug(let heap): heap.forEachLiveBlock(body)
    case .none: break
    }
  }

  // The blocks of a span, or the block that is none.
  private static func forEachBlock(
    _ record: UnsafeMutablePointer<SpanRecord>, _ slice: UInt, _ process: ProductionHeap,
    _ body: (UInt, Int) -> Void
  ) {
    if record.kind == .guarded {
      if record.start != 0 { body(record.start, record.byteCount) }
      return
    }
    if record.start != slice { return }
    let isProcess = record.heap == UnsafeMutableRawPointer(process.storage)
    let other = isProcess ? nil : HeapTable.holder(of: record)
    if !isProcess, other == nil { return }
    if record.kind != .small {
      if other?.forEachBlock(inChunk: record, body) ?? false { return }
      return body(slice, record.asBlock.usableByteCount)
    }
    guard let state = record.state else { return }
    let waits = other?.waits(record) ?? process.waits(record)
    for index in 0..<state.capacity {
      if !state.isOpened(index) || state.isFree(index) { continue }
      if waits, other?.isWaiting(record, index) ?? process.isWaiting(record, index) { continue }
      body(record.firstBlock + UInt(index) * state.blockSize, Int(state.blockSize))
    }
  }
}
