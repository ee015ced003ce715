// What is done with all tracked blocks of one heap. Other threads may add and remove blocks of other heaps meanwhile, and so move
// entries of this one: a walk by places would miss some.

import Memory
import Platform

extension TrackedBlocks {
  /// Addresses of blocks.
  package typealias Batch = InlineArray<64, UInt>

  /// Forgets some blocks of a heap, and tells how many and which; 0: the heap has no more. `place` is where the last call
  /// ended, 0 for the first. Other threads may add and remove blocks meanwhile, and so move those of the heap.
  package static func takeSome(
    of slot: HeapTable.Slot, from place: inout Int, _ batch: inout Batch
  ) -> Int {
    let begin = place
    var end = 0
    var taken = Batch(repeating: 0)
    let count = locked { () -> Int in
      var count = 0
      end = take(of: slot, from: begin, &taken, &count)
      if count == 0, begin > 0 { end = take(of: slot, from: 0, &taken, &count) }
      return count
    }
    place = end
    batch = taken
    return count ?? 0
  }

  private static func take(
    of slot: HeapTable.Slot, from begin: Int, _ batch: inout Batch, _ count: inout Int
  ) -> Int {
    guard let entries else { return 0 }
    var index = begin
    while index < capacity, count < batch.count {
      let entry = entries[index]
      if entry.key == 0 || entry.slot != slot {
        index += 1
        continue
      }
      // Another entry may lie in its place then.
      removeBlock(entry.key)
      batch[count] = entry.key
      count += 1
    }
    return index
  }

  /// Calls `body` with every block that a heap has now, and what was asked for of it, unless it is freed before its turn.
  /// False without memory for a list of them.
  package static func forEach(of slot: HeapTable.Slot, _ body: (UInt, Int) -> Void) -> Bool {
    guard let list = list(of: slot) else { return slot.pointee.liveCount == 0 }
    defer { list.giveBack() }
    for index in 0..<list.count {
      let address = list[index]
      let byteCount = locked { () -> Int? in
        guard let index = find(address), let entry = entries?[index], entry.slot == slot else {
          return nil
        }
        return entry.byteCount
      }
      if let byteCount = byteCount ?? nil { body(address, byteCount) }
    }
    return true
  }

  // Of the blocks that the heap has at this moment.
  private static func list(of slot: HeapTable.Slot) -> AddressList? {
    locked { () -> AddressList? in
      guard let entries, var list = AddressList(capacity: slot.pointee.liveCount) else {
        return nil
      }
      for index in 0..<capacity where entries[index].key != 0 && entries[index].slot == slot {
        list.append(entries[index].key)
      }
      return list
    } ?? nil
  }
}
