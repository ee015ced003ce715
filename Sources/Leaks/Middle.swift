// Pointers into the middle of a block that stand for its beginning, by rules that Valgrind's memcheck has, too:
//
//   | count | element element …        new[] of a class with a destructor: pointer behind the count
//   | length | bytes …                 an allocator that keeps the length in front (sqlite)
//   | length | capacity | count | text a std::string of before C++11
//   | base | base | …                  an object by its second base class: both begin with a table of functions

import Platform

package enum Middle {
  /// Whether a pointer so many bytes into a block, and not to its beginning, stands for that.
  @inline(never)
  package static func isBeginning(_ offset: Int, _ block: CheckedBlock, _ roots: Roots) -> Bool {
    let address = block.start + UInt(offset)
    if offset & 7 != 0 || block.byteCount < 16 { return false }
    let first = Roots.word(block.start)
    let rest = UInt(block.byteCount - offset)
    if offset == 8, first == rest || isCount(first, rest) { return true }
    // Where elements are aligned to sixteen bytes the count stands in front of them.
    if offset == 16, rest > 0, isCount(Roots.word(address - 8), rest) { return true }
    return offset == 24 && isText(block, rest) || isBase(address, block, roots)
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
