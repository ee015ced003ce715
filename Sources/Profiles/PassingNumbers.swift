// Which mapping of a profile is that of a module that may have been unloaded since its code was in
// a stack: the one at its place if it is the module still, and not another one; else one of its
// own.

import CShims
import Traces

struct PassingNumbers {
  // By the module's number; 0: none yet.
  private var numbers = InlineArray<256, UInt16>(repeating: 0)

  /// The number of the module's mapping; nil of code that stays.
  subscript(module: Int) -> Int? {
    let number = Int(numbers[module])
    return number == 0 ? nil : number
  }

  /// Notes a mapping that there is.
  mutating func note(
    _ number: Int, _ mapping: ProfileMapping, _ path: UnsafePointer<CChar>,
    _ module: swiftmalloc_module
  ) {
    for index in 1..<(PassingModules.count + 1) {
      let description = PassingModules.description(index)
      let start = description.pointee.code_start
      if start < mapping.start || start >= mapping.end { continue }
      if Self.isSame(description, path, module) { numbers[index] = UInt16(number) }
    }
  }

  /// Calls `body` with each module that no mapping is of any more: it says what the number is of the one that it makes.
  mutating func forEachGone(_ body: (UnsafePointer<swiftmalloc_passing_module>) -> Int) {
    for index in 1..<(PassingModules.count + 1) where numbers[index] == 0 {
      numbers[index] = UInt16(body(PassingModules.description(index)))
    }
  }

  // By the build id where both have one, or else by the file's name: the loader may know another path than the kernel.
  private static func isSame(
    _ description: UnsafePointer<swiftmalloc_passing_module>, _ path: UnsafePointer<CChar>,
    _ module: swiftmalloc_module
  ) -> Bool {
    let length = description.pointee.module.build_id_length
    if length == 0 || module.build_id_length == 0 {
      return strcmp(fileName(description), fileName(path)) == 0
    }
    if length != module.build_id_length { return false }
    return withUnsafeBytes(of: description.pointee.module.build_id) { first in
      withUnsafeBytes(of: module.build_id) { second in
        memcmp(first.baseAddress!, second.baseAddress!, Int(length)) == 0
      }
    }
  }

  /// The last part of the path of a module's file.
  static func fileName(
    _ description: UnsafePointer<swiftmalloc_passing_module>
  ) -> UnsafePointer<CChar> {
    fileName(swiftmalloc_passing_path(description))
  }

  private static func fileName(_ path: UnsafePointer<CChar>) -> UnsafePointer<CChar> {
    var start = path
    var next = path
    while next.pointee != 0 {
      if next.pointee == CChar(UInt8(ascii: "/")) { start = next + 1 }
      next += 1
    }
    return start
  }
}
