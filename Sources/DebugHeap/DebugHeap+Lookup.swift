// What is known of an address.

import Memory
import Platform
import Traces

extension DebugHeap {
  /// Bytes that were asked for of the live block at `address`; 0 when none begins there.
  package func usableSize(_ address: UInt) -> Int {
    guard enter() else { return sizeInHandler(address) }
    defer { leave() }
    return liveBlock(address) ?? emergencySize(address)
  }

  /// Bytes that were asked for of the live block at `address`; nil when none begins there.
  package func requestedSize(_ address: UInt) -> Int? {
    guard enter() else {
      let byteCount = sizeInHandler(address)
      return byteCount == 0 ? nil : byteCount
    }
    defer { leave() }
    if let byteCount = liveBlock(address) { return byteCount }
    let byteCount = emergencySize(address)
    return byteCount == 0 ? nil : byteCount
  }

  /// The size of the live block that begins at `address`, or nil.
  func liveBlock(_ address: UInt) -> Int? {
    guard let bucket = storage.pointee.regions.bucket(at: address) else {
      lockLarge()
      defer { unlockLarge() }
      guard let record = storage.pointee.large.find(address), !record.pointee.isFreed else {
        return nil
      }
      return record.pointee.requested
    }
    return liveSlot(bucket, address)
  }

  /// As `liveBlock`, in a bucket's slice.
  func liveSlot(_ bucket: BucketPointer, _ address: UInt) -> Int? {
    if bucket.pointee.state != .inUse { return nil }
    let index = bucket.index(of: address)
    let record = bucket.slot(index)
    if index >= Int(bucket.pointee.handedOut) || record.pointee.state != .live
      || bucket.block(index, storage.pointee.settings.placement) != address
    {
      return nil
    }
    return record.pointee.requested
  }

  /// The block in a bucket's slice that `address` is in or nearest to; nil when none was ever there.
  func nearestBlock(_ bucket: BucketPointer, _ index: Int, _ address: UInt) -> BlockDescription? {
    let handedOut = Int(bucket.pointee.handedOut)
    if !bucket.hasHistory || handedOut == 0 { return nil }
    let placement = storage.pointee.settings.placement
    let own = min(index, handedOut - 1)
    let block = BlockDescription(bucket.slot(own).pointee, start: bucket.block(own, placement))
    let behind = block.distanceBehind(address)
    let neighbour = address < block.start ? own - 1 : own + 1
    if behind < 0 && address >= block.start || neighbour < 0 || neighbour >= handedOut {
      return block
    }
    let other = BlockDescription(
      bucket.slot(neighbour).pointee, start: bucket.block(neighbour, placement))
    return other.distance(to: address) < block.distance(to: address) ? other : block
  }

  /// The large block that `address` is in or nearest to; nil when it is in no mapping of such blocks. Their lock is held.
  func nearestLarge(_ address: UInt) -> BlockDescription? {
    var isInside = false
    storage.pointee.pools.forEachMapping { start, byteCount in
      if address &- start < UInt(byteCount) { isInside = true }
    }
    var found: BlockDescription?
    storage.pointee.large.forEach { record in
      if address &- record.pointee.mapping < UInt(record.pointee.mappingBytes) { isInside = true }
      let block = BlockDescription(record.pointee)
      if block.isNearer(to: address, than: found) { found = block }
    }
    return isInside ? found : nil
  }
}

extension BlockDescription {
  /// Whether an address is nearer to it than to another one, if there is one; where both are as near, a live block is meant.
  func isNearer(to address: UInt, than other: BlockDescription?) -> Bool {
    guard let other else { return true }
    let (own, others) = (distance(to: address), other.distance(to: address))
    return own < others || own == others && other.isFreed && !isFreed
  }
}
