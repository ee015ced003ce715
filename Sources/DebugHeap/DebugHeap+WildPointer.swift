// A fault on an address that the program made of bytes which are not its own, as far as the number tells: a pointer that was
// read from freed memory, or the number of elements that delete[] reads in front of an array.
//
//   delete[] p        reads n at p - 8, and begins at the last element: p + (n - 1) · size of one
//   p from new        n is canary bytes
//   p freed           n is freed bytes, in the block

import CShims
import Memory
import Platform
import Traces

extension DebugHeap {
  /// What is known of a fault at an address that is not the heap's; nil when nothing is.
  func wildPointer(_ address: UInt, _ context: UnsafeRawPointer) -> Finding? {
    if !isChecked { return nil }
    if swiftmalloc_context_is_no_address(context) == 0 {
      return usedAddress(address, context, told: UInt(SWIFTMALLOC_TOLD_ADDRESS_BITS))
    }
    var operand: UInt = 0
    if swiftmalloc_context_operand(context, &operand) >= 0 {
      return usedAddress(operand, context, told: 64)
    }
    // The instruction does not tell which it was.
    var number: Int32 = 0
    var value: UInt = 0
    while swiftmalloc_context_register(context, number, &value) != 0 {
      if Pattern.isFreedPointer(value) { return freedPointer(value, context) }
      if let finding = arrayCount(value, told: 64) { return finding }
      number += 1
    }
    return nil
  }

  /// - Parameter told: so many of the address' lower bits are known.
  private func usedAddress(_ address: UInt, _ context: UnsafeRawPointer, told bits: UInt)
    -> Finding?
  {
    Pattern.isFreedPointer(address)
      ? freedPointer(address, context) : arrayCount(address, told: bits)
  }

  // MARK: Pointers from freed memory

  private func freedPointer(_ value: UInt, _ context: UnsafeRawPointer) -> Finding {
    var finding = Finding(.useAfterFree, value, freedBlock(context))
    finding.discovery = .pointer
    return finding
  }

  /// The freed block that a register, or a word near the end of the stack, points into; nil when there is none, or
  /// more than one.
  private func freedBlock(_ context: UnsafeRawPointer) -> BlockDescription? {
    var found: BlockDescription?
    var isOnly = true
    func look(_ value: UInt) {
      guard let block = knownBlock(value), block.isFreed else { return }
      if let known = found, known.start != block.start { isOnly = false }
      found = block
    }
    var frame = swiftmalloc_frame()
    swiftmalloc_context_frame(context, &frame)
    var number: Int32 = 0
    var value: UInt = 0
    while swiftmalloc_context_register(context, number, &value) != 0 {
      look(value)
      number += 1
    }
    let (_, end) = Unwinder.stackBounds(frame.sp)
    for index in 0..<UInt(Self.nearWords) where frame.sp &+ (index + 1) &* 8 <= end {
      look(UnsafePointer<UInt>(bitPattern: frame.sp &+ index &* 8).unsafelyUnwrapped.pointee)
    }
    return isOnly ? found : nil
  }

  // Two or three frames of code that was not optimized.
  private static var nearWords: Int { 32 }

  // MARK: Numbers of elements

  // Longer elements are not looked for.
  private static var elementLimit: UInt { 1 << 14 }

  private func arrayCount(_ address: UInt, told bits: UInt) -> Finding? {
    let mask = UInt.max >> (64 - bits)
    for size in 1...Self.elementLimit {
      // In the first element, as far from its beginning as the address is from that of the last.
      let place = (address &- Pattern.canaryWord &* size &+ size) & mask
      if let block = knownBlock(place), let finding = countBefore(block, size, place) {
        return finding
      }
      let other = (address &- Pattern.freedWord &* size &+ size) & mask
      if let block = knownBlock(other), block.isFreed,
        let finding = countInside(block, size, other)
      {
        return finding
      }
    }
    return nil
  }

  /// delete[] of what has no number in front of it.
  private func countBefore(_ block: BlockDescription, _ size: UInt, _ first: UInt) -> Finding? {
    let offset = first &- block.start
    if offset >= size || Int(size) > block.requested || block.start & 7 != 0 { return nil }
    let isOne = block.requested == Int(size) && block.kind != .operatorNewArray && !block.isFreed
    if isOne, storage.pointee.gate.pointee.checksKinds {
      var finding = Finding(.kindMismatch, block.start, block)
      finding.release = Deallocation(.operatorDeleteArray)
      return finding
    }
    var finding = Finding(block.isFreed ? .useAfterFree : .underflow, block.start &- 8, block)
    finding.discovery = .read
    return finding
  }

  /// delete[] of a freed array: its number is at the block's beginning, or, of elements with a large alignment, behind it.
  private func countInside(_ block: BlockDescription, _ size: UInt, _ first: UInt) -> Finding? {
    let place = first &- block.start
    var header: UInt = 8
    while header <= 64 {
      if place >= header, place - header < size {
        var finding = Finding(.useAfterFree, block.start &+ header &- 8, block)
        finding.discovery = .read
        return finding
      }
      header *= 2
    }
    return nil
  }

  /// The block, live or freed, that holds the address.
  private func knownBlock(_ address: UInt) -> BlockDescription? {
    guard let bucket = storage.pointee.regions.bucket(at: address), bucket.hasHistory else {
      return nil
    }
    let state = lock(Int(bucket.pointee.sizeClass))
    defer { unlock(state) }
    guard let block = nearestBlock(bucket, bucket.index(of: address), address) else { return nil }
    return block.distance(to: address) == 0 ? block : nil
  }
}
