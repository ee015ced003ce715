// Paths that options name: `%p` is the process id, `%e` the program's name.

import CShims

package enum PathTemplate {
  /// Bytes of a path, with the zero at its end.
  package static let limit = 1024

  /// Replaces `%p` and `%e`; false when the path is too long.
  package static func expand(
    _ template: UnsafePointer<CChar>, into path: inout InlineArray<1024, CChar>
  ) -> Bool {
    var count = 0
    var next = template
    func append(_ character: CChar, _ path: inout InlineArray<1024, CChar>) {
      if count < limit { path[count] = character }
      count += 1
    }
    while next.pointee != 0 {
      if next[0] == CChar(UInt8(ascii: "%")), next[1] == CChar(UInt8(ascii: "p")) {
        var process = swiftmalloc_system_call(
          SWIFTMALLOC_CALL_GETPID, 0, 0, 0, 0, 0, 0)
        var divisor = 1
        while process / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
          append(CChar(UInt8(ascii: "0")) + CChar(process / divisor), &path)
          process %= divisor
          divisor /= 10
        }
        next += 2
      } else if next[0] == CChar(UInt8(ascii: "%")), next[1] == CChar(UInt8(ascii: "e")) {
        var name: UnsafePointer<CChar> = swiftmalloc_program_name()
        while name.pointee != 0 {
          append(name.pointee, &path)
          name += 1
        }
        next += 2
      } else {
        append(next.pointee, &path)
        next += 1
      }
    }
    append(0, &path)
    return count <= limit
  }
}
