// The names of this program, for ONLY: that of the file that runs (/proc/self/exe, python3.12), and that by which it was
// started (the first word of its command, python3), both without folders. Of a script these are its interpreter's.
// Without /proc there are neither, and then the program is none of those named.

import CShims
import Leaks
import Platform

enum ProgramName {
  private static let pathLimit = 4096

  /// Whether one of the names is in a list: `name,name`, where `*` is any text.
  static func isIn(_ list: Text) -> Bool {
    var bytes = InlineArray<4097, CChar>(repeating: 0)
    return withUnsafeMutableBytes(of: &bytes) { buffer in
      let path = buffer.baseAddress!.assumingMemoryBound(to: CChar.self)
      return isIn(list, path, readFile(path)) || isIn(list, path, readCommand(path))
    }
  }

  private static func isIn(_ list: Text, _ path: UnsafeMutablePointer<CChar>, _ count: Int) -> Bool
  {
    if count <= 0 { return false }
    path[count] = 0
    var name = UnsafePointer(path)
    for index in 0..<count where path[index] == CChar(UInt8(ascii: "/")) {
      name = UnsafePointer(path + index + 1)
    }
    var rest = list
    while rest.count > 0 {
      let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.count
      if end > 0, rest.prefix(end).namePattern.matches(name) { return true }
      rest = rest.dropFirst(min(end + 1, rest.count))
    }
    return false
  }

  /// The path of the file that runs; its length, below zero where it cannot be told.
  private static func readFile(_ path: UnsafeMutablePointer<CChar>) -> Int {
    let link: StaticString = "/proc/self/exe"
    return swiftmalloc_system_call(
      SWIFTMALLOC_CALL_READLINKAT, 0, Int(bitPattern: link.utf8Start),
      Int(bitPattern: path), pathLimit, 0, 0)
  }

  /// The first word of the command; its length, zero where it cannot be told.
  private static func readCommand(_ path: UnsafeMutablePointer<CChar>) -> Int {
    var file = Message()
    file.text("/proc/self/cmdline")
    guard let descriptor = file.openAsPath() else { return 0 }
    defer { FileDescriptor.close(descriptor) }
    let count = FileDescriptor.read(descriptor, UnsafeMutableRawPointer(path), pathLimit)
    for index in 0..<max(count, 0) where path[index] == 0 { return index }
    return max(count, 0)
  }
}
