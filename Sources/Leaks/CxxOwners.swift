// Who owns objects of C++ by std::shared_ptr: every pointer to the count of an object's owners does, as long as there are no weak ones.
// One weak one is known by its place: that of std::enable_shared_from_this, a base of the object's class (Itanium C++ ABI, 2.9.5).
//
//   typeinfo   0 table: of __si_class_type_info   8 name   16 base, at the object's beginning
//              0 table: of __vmi_class_type_info  8 name   16 flags   20 count   24 base, 32 its offset << 8 | flags, …
//
// And a std::vector of them owns its elements: begin, end and end of the memory stand one after another.

import DebugHeap

struct CxxOwners<Policy: DebugPolicy> {
  private static var deepest: Int { 8 }
  private static var mostBases: UInt { 16 }

  let blocks: BlockTable<Policy>
  let memory: TypeMemory

  /// Whether the word at an offset of a block, which leads to the count of an object's owners, is one of these.
  @inline(never)
  func isOwner(
    ofCount count: CheckedBlock, _ type: BlockType, in source: CheckedBlock, _ offset: UInt
  )
    -> Bool
  {
    guard let name = CxxType.name(type.address, memory) else { return false }
    let isLibcxx = CxxType.isLibcxxOwnerCount(name, memory)
    if isLibcxx, count.byteCount < 24 { return false }
    // The second number counts the others, and one for all owners; libc++ counts from 0 on.
    guard let numbers = memory.word(count.start &+ (isLibcxx ? 16 : 8)) else { return false }
    let others = isLibcxx ? numbers : numbers >> 32 &- 1
    if others == 0 { return true }
    let first: UInt = isLibcxx ? 24 : 16
    guard others == 1, UInt(bitPattern: count.byteCount) >= first &+ 8 else { return false }
    let holds = CxxType.holdsObject(name, memory)
    guard let object = holds ? count.start &+ first : memory.word(count.start &+ first) else {
      return false
    }
    let number = blocks.number(object)
    if number < 0 { return false }
    let whole = blocks.block(number)
    let end = whole.start &+ UInt(bitPattern: whole.byteCount)
    guard object >= whole.start, object &+ 24 <= end,
      let information = memory.word(object).flatMap({ information($0) }),
      let own = selfReference(information, 0, 0)
    else { return false }
    let place = object &+ own &+ 8
    return place > object && place &+ 8 <= end && memory.word(place) == count.start
      && source.start &+ offset != place
  }

  /// The typeinfo that a table of functions has.
  private func information(_ table: UInt) -> UInt? {
    CxxType.name(table, memory) == nil ? nil : memory.word(table &- 8)
  }

  /// Where in an object its base std::enable_shared_from_this begins, whose pointer to the object stands first.
  @inline(never)
  private func selfReference(_ information: UInt, _ offset: UInt, _ depth: Int) -> UInt? {
    guard depth < Self.deepest, memory.isModule(information),
      let name = memory.word(information &+ 8)
    else { return nil }
    if memory.hasPrefix(name, "St23enable_shared_from_this")
      || memory.hasPrefix(name, "NSt3__123enable_shared_from_this")
    {
      return offset
    }
    guard let table = memory.word(information), memory.isModule(table &- 8),
      let kind = memory.word(table &- 8), let kindName = memory.word(kind &+ 8)
    else { return nil }
    if memory.hasPrefix(kindName, "N10__cxxabiv120__si") {
      return memory.word(information &+ 16).flatMap { selfReference($0, offset, depth + 1) }
    }
    guard memory.hasPrefix(kindName, "N10__cxxabiv121__vmi"),
      let count = memory.half(information &+ 20), UInt(count) <= Self.mostBases
    else { return nil }
    for index in 0..<UInt(count) {
      guard let base = memory.word(information &+ 24 &+ index &* 16),
        let flags = memory.word(information &+ 32 &+ index &* 16)
      else { return nil }
      // A virtual base lies elsewhere in each class.
      if flags & 1 != 0 { continue }
      let place = offset &+ flags >> 8
      if let found = selfReference(base, place, depth + 1) { return found }
    }
    return nil
  }

  /// Bytes of the elements of a std::vector that begins at an offset of a block and has all of another one; nil: it is none.
  @inline(never)
  func elements(at offset: UInt, of block: CheckedBlock, in target: CheckedBlock) -> UInt? {
    guard offset &+ 24 <= UInt(bitPattern: block.byteCount),
      let used = memory.word(block.start &+ offset &+ 8).map({ $0 &- target.start }),
      let size = memory.word(block.start &+ offset &+ 16).map({ $0 &- target.start }),
      size == UInt(bitPattern: target.byteCount), used > 0, used <= size, used & 15 == 0,
      size & 15 == 0
    else { return nil }
    return used
  }
}
