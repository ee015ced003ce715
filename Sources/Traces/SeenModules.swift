// The modules that traces passed through. When a report is written, one may be unloaded, and then nothing else knows
// whose its addresses were: the file's name and the offset still lead to the line.

import CShims
import Platform

/// A module as it was when a trace last met an address of it for the first time.
struct SeenModule {
  var module: swiftmalloc_module
  /// The count of unloaded modules by then.
  var unloads: UInt64
}

package enum SeenModules {
  private static let limit = 4096

  nonisolated(unsafe) private static var table = SystemTable<SeenModule>()
  nonisolated(unsafe) private static var count = 0
  package static let lock = Lock()

  static func start() -> Bool { table.reserve(count: limit, least: 16) }

  /// The table's addresses: start and length in bytes.
  static var addresses: (start: UInt, byteCount: Int) { table.addresses }

  /// Notes the module that holds a return address, after so many modules were unloaded. Takes the loader's lock for a
  /// module that is new.
  static func note(_ address: UInt, unloads: UInt64) {
    if isKnown(address, unloads) { return }
    var seen = SeenModule(module: swiftmalloc_module(), unloads: unloads)
    if swiftmalloc_module_at(address - 1, &seen.module) == 0 { return }
    makeAbsolute(&seen.module)
    lock.lock()
    defer { lock.unlock() }
    if let index = index(of: address), isSame(table.elements[index].module, seen.module) {
      table.elements[index].unloads = unloads
    } else if table.extend(to: count + 1) {
      (table.elements + count).initialize(to: seen)
      count += 1
    }
  }

  // The loader knows a library by the path that it was opened by, which may be relative.
  private static func makeAbsolute(_ module: inout swiftmalloc_module) {
    let start = module.start
    withUnsafeMutableBytes(of: &module.path) { path in
      if path[0] == UInt8(ascii: "/") { return }
      _ = ProcessMaps.forEach { mapping, name in
        if !mapping.contains(start) { return true }
        if strlen(name) < path.count { memcpy(path.baseAddress!, name, strlen(name) + 1) }
        return false
      }
    }
  }

  private static func isKnown(_ address: UInt, _ unloads: UInt64) -> Bool {
    lock.lock()
    defer { lock.unlock() }
    guard let index = index(of: address) else { return false }
    return table.elements[index].unloads == unloads
  }

  // The newest one that holds an address.
  private static func index(of address: UInt) -> Int? {
    var index = count
    while index > 0 {
      index -= 1
      let module = table.elements + index
      if address > module.pointee.module.start, address <= module.pointee.module.end {
        return index
      }
    }
    return nil
  }

  private static func isSame(_ one: swiftmalloc_module, _ other: swiftmalloc_module) -> Bool {
    var one = one
    var other = other
    return memcmp(&one, &other, MemoryLayout<swiftmalloc_module>.size) == 0
  }

  /// The module that held an address of code when it was traced; false when none is known.
  static func find(_ address: UInt, _ module: UnsafeMutablePointer<swiftmalloc_module>) -> Bool {
    lock.lock()
    defer { lock.unlock() }
    guard let index = index(of: address + 1) else { return false }
    module.pointee = table.elements[index].module
    return true
  }
}
