// Where a program keeps pointers that nothing need point to: the memory that it wrote to, as /proc/self/maps lists it, without
// ours. That holds the data of all loaded objects, the stacks, with thread-local variables and control blocks, and the
// program's own mappings.
//
//   private, no file            all of it, even what is read-only: the program may have protected it later
//   private, of a file          pages that were written to (the loader protects some of them, too)
//   shared, in memory           all of it (MAP_ANONYMOUS, memfd, /dev/shm, SysV, the rings of io_uring and aio); files on disks
//                               are not
//
// Of a stack only what is in use (Roots+Stacks).

import CShims
import Platform

/// A mapping as it counts for the check.
package struct RootMapping: AddressOrdered {
  package var start: UInt
  package var end: UInt
  package var isRoot: Bool
  package var isShared: Bool
  package var isFile: Bool
  package var isReadable: Bool
  package var isExecutable: Bool
  package var stack: Stack

  /// Whether it may be a stack.
  package enum Stack {
    case none
    /// The initial thread's.
    case initial
    /// Private memory at whose beginning an inaccessible mapping ends, as every stack that the C library makes.
    case possible
  }
}

package struct Roots {
  package private(set) var mappings: MappedArray<RootMapping>
  /// What is ours, sorted: none of it is a root.
  package private(set) var own: MappedArray<AddressRange>

  /// All mappings of the process; nil without /proc or memory. `own` has room for one more.
  package init?(own: MappedArray<AddressRange>) {
    var count = 0
    let isThere = ProcessMaps.forEach { _, _ in
      count += 1
      return true
    }
    // Reading and its own memory add a few.
    guard isThere, count > 0, let mappings = MappedArray<RootMapping>(capacity: count + 64) else {
      return nil
    }
    self.mappings = mappings
    self.own = own
    self.own.append(mappings.addresses.start, mappings.addresses.byteCount)
    self.own.sort()
    read()
  }

  /// Adds to what is ours, which is then to be sorted.
  mutating func leaveOut(_ range: AddressRange) { own.append(range) }

  mutating func sortOwn() { own.sort() }

  private mutating func read() {
    var found = mappings
    var previous = Mapping()
    _ = ProcessMaps.forEach { mapping, name in
      var root = Self.classify(mapping, name)
      let isGuarded =
        previous.end == mapping.start && !previous.isReadable && !previous.isWritable
      if isGuarded, root.isRoot, !root.isShared, !root.isFile { root.stack = .possible }
      found.append(root)
      previous = mapping
      return true
    }
    mappings = found
  }

  private static func classify(_ mapping: Mapping, _ name: UnsafePointer<CChar>)
    -> RootMapping
  {
    var root = RootMapping(
      start: mapping.start, end: mapping.end, isRoot: false, isShared: mapping.isShared,
      isFile: false, isReadable: mapping.isReadable, isExecutable: mapping.isExecutable,
      stack: .none)
    switch mapping.name {
    case .special: return root
    case .stack: root.stack = .initial
    case .file: root.isFile = true
    case .anonymous, .heap: break
    }
    if !mapping.isReadable { return root }
    if mapping.isShared {
      root.isRoot = isMemory(name)
    } else {
      root.isRoot = true
    }
    return root
  }

  /// Whether shared memory of that name has no file on a disk.
  private static func isMemory(_ name: UnsafePointer<CChar>) -> Bool {
    hasPrefix(name, "/dev/zero") || hasPrefix(name, "/memfd:") || hasPrefix(name, "/dev/shm/")
      || hasPrefix(name, "/SYSV") || hasPrefix(name, "[anon_shmem") || hasPrefix(name, "/secretmem")
      || hasPrefix(name, "/anon_hugepage") || hasPrefix(name, "/[aio]")
      || hasPrefix(name, "anon_inode:[io_uring]")
  }

  private static func hasPrefix(_ name: UnsafePointer<CChar>, _ prefix: StaticString)
    -> Bool
  {
    for index in 0..<prefix.utf8CodeUnitCount
    where UInt8(bitPattern: name[index]) != prefix.utf8Start[index] { return false }
    return true
  }

  /// The mapping that holds `address`, or nil.
  @inline(__always)
  package func mapping(at address: UInt) -> RootMapping? {
    let index = mappings.lastIndex(notAbove: address)
    if index < 0 || mappings[index].end <= address { return nil }
    return mappings[index]
  }

  /// Calls `body` with each part of a range that is not ours.
  package func forEachForeign(in range: AddressRange, _ body: (AddressRange) -> Void) {
    var start = range.start
    var index = max(own.lastIndex(notAbove: start), 0)
    while start < range.end, index < own.count {
      let ours = own[index]
      index += 1
      if ours.end <= start { continue }
      if ours.start >= range.end { break }
      if ours.start > start { body(AddressRange(start: start, end: ours.start)) }
      start = max(start, ours.end)
    }
    if start < range.end { body(AddressRange(start: start, end: range.end)) }
  }
}
