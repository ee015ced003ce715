// A fault in the heap's inaccessible memory: which block was meant, and was it freed, or was it left
// behind or in front?

import CShims
import Memory
import Platform
import Synchronization
import Traces

/// What became of a fault.
package enum FaultAnswer: Int32 {
  /// It is none of the heap's.
  case unknown
  /// The program can go on.
  case mended
  /// It was reported, and the program cannot go on.
  case explained
}

extension DebugHeap {
  /// Explains a fault at `address`: in the heap's inaccessible memory, after which the program can go on if the settings
  /// say so, or by a pointer that was made of bytes which are not the program's. The rest is somebody else's.
  ///
  /// - Parameter context: what the signal handler was given: the registers.
  package func explainFault(_ address: UInt, context: UnsafeRawPointer) -> FaultAnswer {
    if ThreadFlags.current & (ThreadFlags.busy | ThreadFlags.isTracing) != 0 { return .unknown }
    let trace = Unwinder.capture(context: context)
    guard enter() else { return .unknown }
    defer { leave() }
    guard let block = blockOfFault(address) else {
      guard var finding = wildPointer(address, context) else { return .unknown }
      finding.trace = trace
      finding.thread = ThreadTable.numberOfThisThread
      report(finding)
      return .explained
    }
    let behind = block.distanceBehind(address)
    let kind: Finding.Kind =
      block.isFreed ? .useAfterFree : behind >= 0 ? .overflow : .underflow
    if kind == .underflow, address >= block.start { return .unknown }
    var finding = Finding(kind, address, block)
    finding.discovery = swiftmalloc_context_is_write(context) != 0 ? .write : .read
    finding.trace = trace
    finding.thread = ThreadTable.numberOfThisThread
    report(finding)
    return unseal(address, context) ? .mended : .explained
  }

  /// The block that the address is in or nearest to: in its slice, in the slices next to it, or large.
  func blockOfFault(_ address: UInt) -> BlockDescription? {
    let pageSize = UInt(System.pageSize)
    var best: BlockDescription?
    if let bucket = storage.pointee.regions.bucket(at: address), bucket.pointee.isGuarded {
      let state = lock(Int(bucket.pointee.sizeClass))
      best = ownBlock(bucket, bucket.index(of: address))
      unlock(state)
    }
    for step in -1...1 {
      let place = address &+ UInt(bitPattern: step) &* pageSize
      guard let bucket = storage.pointee.regions.bucket(at: place) else { continue }
      let state = lock(Int(bucket.pointee.sizeClass))
      let block = nearestBlock(bucket, bucket.index(of: place), address)
      unlock(state)
      guard let block, block.isNearer(to: address, than: best) else { continue }
      // In the inaccessible page of a guarded block nobody means a freed one behind it.
      let isOfOther = bucket.pointee.isGuarded && block.isFreed && block.distance(to: address) > 0
      if isOfOther, let best, !best.isFreed { continue }
      best = block
    }
    if best != nil { return best }
    lockLarge()
    defer { unlockLarge() }
    return nearestLarge(address)
  }

  /// The block of a slot that was given out.
  private func ownBlock(_ bucket: BucketPointer, _ index: Int) -> BlockDescription? {
    if !bucket.hasHistory || index >= Int(bucket.pointee.handedOut) { return nil }
    return BlockDescription(
      bucket.slot(index).pointee,
      start: bucket.block(index, storage.pointee.settings.placement))
  }

  /// Makes the page at `address` accessible and keeps it out of use, so that the program can go on.
  private func unseal(_ address: UInt, _ context: UnsafeRawPointer) -> Bool {
    let pageSize = System.pageSize
    let page = address & ~UInt(pageSize - 1)
    if let bucket = storage.pointee.regions.bucket(at: address) {
      let state = lock(Int(bucket.pointee.sizeClass))
      defer { unlock(state) }
      bucket.pointee.isSetAside = true
      let index = bucket.index(of: address)
      if index < Int(bucket.pointee.handedOut), bucket.slot(index).pointee.state == .freed {
        setAside(bucket, index)
      }
      return open(page, pageSize, context)
    }
    lockLarge()
    defer { unlockLarge() }
    var isOfBlock = false
    storage.pointee.large.forEach { record in
      if address &- record.pointee.mapping < UInt(record.pointee.mappingBytes) {
        record.pointee.isSetAside = true
        isOfBlock = true
      }
    }
    storage.pointee.pools.setAside(address, isTaken: isOfBlock)
    return open(page, pageSize, context)
  }

  /// Makes the page accessible: for the instruction that faulted, if that can be done, so that the next error in it is found, too.
  private func open(_ page: UInt, _ byteCount: Int, _ context: UnsafeRawPointer) -> Bool {
    let gate = storage.pointee.gate
    let pages = storage.pointee.pages
    var index = 0
    while index < gate.pointee.opened.count,
      gate.pointee.opened[index].load(ordering: .relaxed) != page
    {
      index += 1
    }
    let isNew = index == gate.pointee.opened.count
    if isNew {
      let (number, _) = gate.pointee.openedCount.add(1, ordering: .relaxed)
      index = number & 255
      gate.pointee.openedTimes[index].store(0, ordering: .relaxed)
      let oldest = gate.pointee.opened[index].exchange(page, ordering: .relaxed)
      if oldest != 0, pages.seal(oldest, byteCount: byteCount) {
        pages.setDumped(false, oldest, byteCount: byteCount)
      }
    }
    if !pages.commit(page, byteCount: byteCount) { return false }
    if isNew {
      // Where no pages were ever hidden nobody asked whether there can be any.
      if storage.pointee.hiding.load(ordering: .relaxed) == 1 {
        _ = pages.reveal(page, byteCount: byteCount)
      }
      Pattern.fillFreed(page, byteCount)
    }
    // Whoever goes on making errors in one page is let in for good: each costs two signals.
    let (_, times) = gate.pointee.openedTimes[index].add(1, ordering: .relaxed)
    if times >= Gate.pageStepLimit { return true }
    let (_, steps) = gate.pointee.stepCount.add(1, ordering: .relaxed)
    if steps < Gate.stepLimit { _ = swiftmalloc_step(context, page, byteCount) }
    return true
  }
}
