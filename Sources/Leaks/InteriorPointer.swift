// Pointers into the middle of a block that stand for its beginning, by rules that Valgrind's memcheck has, too:
//
//   | count | element element …        new[] of a class with a destructor: pointer behind the count
//   | … | count | element element …    the same where elements are aligned to more than eight bytes
//   | 0 |                              the same without an element: the pointer is one past the block's end
//   | length | bytes …                 an allocator that keeps the length in front (sqlite)
//   | length | capacity | count | text a std::string of before C++11
//   | base | base | …                  an object by its second base class: both begin with a table of functions

import DebugHeap
import Platform

package enum InteriorPointer {
  /// Whether a pointer so many bytes into a block, and not to its beginning, stands for that.
  @inline(never)
  package static func isBeginning(_ offset: Int, _ block: CheckedBlock, _ roots: Roots) -> Bool {
    let address = block.start + UInt(offset)
    if offset & 7 != 0 || block.byteCount < 8 { return false }
    if offset >= block.byteCount { return offset == block.byteCount && isEmptyArray(block) }
    let first = Roots.word(block.start)
    let rest = UInt(block.byteCount - offset)
    if offset == 8, first == rest || isCount(first, rest) { return true }
    // Where elements are aligned to more bytes than a count has, it stands right in front of them.
    if offset >= 16, isAligned(block.start, to: offset), isCount(Roots.word(address - 8), rest) {
      return true
    }
    return offset == 24 && isText(block, rest) || isBase(address, block, roots)
  }

  /// Whether a block is all that `new T[0]` asked for: the count in front of the elements (Itanium C++ ABI, 2.7), as
  /// long as elements are aligned.
  package static func isEmptyArray(_ block: CheckedBlock) -> Bool {
    if block.byteCount == 8 { return Roots.word(block.start) == 0 }
    return block.kind == .operatorNewArray && block.byteCount >= 16
      && isAligned(block.start, to: block.byteCount)
      && Roots.word(block.start + UInt(block.byteCount) - 8) == 0
  }

  /// Whether an address is a multiple of a power of two.
  private static func isAligned(_ address: UInt, to power: Int) -> Bool {
    power & (power - 1) == 0 && address & UInt(power - 1) == 0
  }

  private static func isCount(_ count: UInt, _ byteCount: UInt) -> Bool {
    count > 0 && count <= byteCount && byteCount % count == 0
  }

  private static func isText(_ block: CheckedBlock, _ room: UInt) -> Bool {
    let length = Roots.word(block.start)
    let capacity = Roots.word(block.start + 8)
    return length <= capacity && room > 0 && capacity == room - 1
  }

  private static func isBase(_ address: UInt, _ block: CheckedBlock, _ roots: Roots) -> Bool {
    if address + 8 > block.start + UInt(block.byteCount) { return false }
    return isFunctionTable(Roots.word(address), roots)
      && isFunctionTable(Roots.word(block.start), roots)
  }

  /// Whether a loaded file's data begin with a function's address there.
  private static func isFunctionTable(_ table: UInt, _ roots: Roots) -> Bool {
    if table & 7 != 0 { return false }
    guard let mapping = roots.mapping(at: table), mapping.isFile, mapping.isReadable,
      table + 8 <= mapping.end, let code = roots.mapping(at: Roots.word(table))
    else { return false }
    return code.isFile && code.isExecutable
  }
}
