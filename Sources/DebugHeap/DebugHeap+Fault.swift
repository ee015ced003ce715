// A fault in the heap's inaccessible memory: which block was meant, and was it freed, or was it left
// behind or in front?

import CShims
import Memory
import Platform
import Traces

extension DebugHeap {
  /// Explains a fault at `address`. False when it is none of the heap's: then it is somebody else's. Comes
  /// back, when the settings say that the program goes on, after making the page accessible.
  ///
  /// - Parameter context: what the signal handler was given: the registers.
  package func explainFault(_ address: UInt, context: UnsafeRawPointer) -> Bool {
    if ThreadFlags.current & (ThreadFlags.busy | ThreadFlags.isTracing) != 0 { return false }
    let trace = Unwinder.capture(context: context)
    guard enter() else { return false }
    defer { leave() }
    guard let block = blockOfFault(address) else { return false }
    let behind = block.distanceBehind(address)
    let kind: Finding.Kind =
      block.isFreed ? .useAfterFree : behind >= 0 ? .overflow : .underflow
    if kind == .underflow, address >= block.start { return false }
    var finding = Finding(kind, address, block)
    finding.discovery = swiftmalloc_context_is_write(context) != 0 ? .write : .read
    finding.trace = trace
    finding.thread = ThreadTable.numberOfThisThread
    report(finding)
    return letIn(address)
  }

  /// The block nearest to the address: in its slice, in the slices next to it, or large.
  private func blockOfFault(_ address: UInt) -> BlockDescription? {
    let pageSize = UInt(System.pageSize)
    var best: BlockDescription?
    for step in -1...1 {
      let place = address &+ UInt(bitPattern: step) &* pageSize
      guard let bucket = storage.pointee.regions.bucket(at: place) else { continue }
      let state = lock(Int(bucket.pointee.sizeClass))
      let block = nearestBlock(bucket, bucket.index(of: place), address)
      unlock(state)
      if let block, block.distance(to: address) < best?.distance(to: address) ?? Int.max {
        best = block
      }
    }
    if best != nil { return best }
    lockLarge()
    defer { unlockLarge() }
    return nearestLarge(address)
  }

  /// Makes the page at `address` accessible and keeps it out of use, so that the program can go on.
  private func letIn(_ address: UInt) -> Bool {
    let pageSize = System.pageSize
    let page = address & ~UInt(pageSize - 1)
    if let bucket = storage.pointee.regions.bucket(at: address) {
      let state = lock(Int(bucket.pointee.sizeClass))
      defer { unlock(state) }
      bucket.pointee.isSetAside = true
      let record = bucket.slot(bucket.index(of: address))
      if record.pointee.state == .freed { record.pointee.state = .setAside }
      return open(page, pageSize)
    }
    lockLarge()
    defer { unlockLarge() }
    storage.pointee.large.forEach { record in
      if address &- record.pointee.mapping < UInt(record.pointee.mappingBytes) {
        record.pointee.isSetAside = true
      }
    }
    return open(page, pageSize)
  }

  private func open(_ page: UInt, _ byteCount: Int) -> Bool {
    if !storage.pointee.pages.commit(page, byteCount: byteCount) { return false }
    Pattern.fillFreed(page, byteCount)
    return true
  }
}
