// Where a program keeps pointers that nothing need point to: its writable memory, as /proc/self/maps lists it, without
// ours. That holds the data of all loaded objects, the stacks, with thread-local variables and control blocks, and the
// program's own mappings.
//
//   private, writable              all of it
//   private, no file, read-only    all of it: the program may have protected it later
//   read-only piece of a file in front of its writable one: what the loader protects after relocation
//   shared, writable, in memory    all of it (MAP_ANONYMOUS, memfd, /dev/shm, SysV); files are not
//
// Of a stack only what is in use (Roots+Stacks).

import CShims
import Platform

/// A mapping as it counts for the check.
package struct RootMapping: Placed {
  package var start: UInt
  package var end: UInt
  package var isRoot: Bool
  package var isShared: Bool
  package var isFile: Bool
  package var isReadable: Bool
  package var isExecutable: Bool
  /// An inaccessible mapping ends where it begins, or it is the initial thread's stack.
  package var isStackLike: Bool
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

  private mutating func read() {
    var previous = Mapping()
    var previousName: UInt64 = 0
    var found = mappings
    _ = ProcessMaps.forEach { mapping, name in
      let nameHash = Self.hash(name)
      var root = Self.classify(mapping, name)
      let isAdjacent = previous.end == mapping.start
      if isAdjacent, !previous.isReadable, !previous.isWritable { root.isStackLike = true }
      // What the loader protected stands in front of the same file's data.
      if isAdjacent, root.isRoot, root.isFile, previousName == nameHash, found.count > 0,
        previous.isReadable, !previous.isExecutable
      {
        found.elements[found.count - 1].isRoot = true
      }
      found.append(root)
      previous = mapping
      previousName = nameHash
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
      isStackLike: false)
    switch mapping.name {
    case .special: return root
    case .stack: root.isStackLike = true
    case .file: root.isFile = true
    case .anonymous, .heap: break
    }
    if !mapping.isReadable { return root }
    if mapping.isShared {
      root.isRoot = mapping.isWritable && isMemory(name)
    } else {
      root.isRoot = mapping.isWritable || !root.isFile
    }
    return root
  }

  /// Whether shared memory of that name has no file on a disk.
  private static func isMemory(_ name: UnsafePointer<CChar>) -> Bool {
    hasPrefix(name, "/dev/zero") || hasPrefix(name, "/memfd:") || hasPrefix(name, "/dev/shm/")
      || hasPrefix(name, "/SYSV") || hasPrefix(name, "[anon_shmem")
  }

  private static func hasPrefix(_ name: UnsafePointer<CChar>, _ prefix: StaticString)
    -> Bool
  {
    for index in 0..<prefix.utf8CodeUnitCount
    where UInt8(bitPattern: name[index]) != prefix.utf8Start[index] { return false }
    return true
  }

  private static func hash(_ name: UnsafePointer<CChar>) -> UInt64 {
    var hash: UInt64 = 14_695_981_039_346_656_037
    var next = name
    while next.pointee != 0 {
      hash = (hash ^ UInt64(UInt8(bitPattern: next.pointee))) &* 1_099_511_628_211
      next += 1
    }
    return hash
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
