// Where the option PROFILE wants the profile.

import CShims
import Platform

package enum ProfilePath {
  /// As it was given, with `%p` and `%e`; nil: nowhere.
  nonisolated(unsafe) package private(set) static var path: UnsafePointer<CChar>?
  nonisolated(unsafe) private static var bytes = InlineArray<1024, CChar>(repeating: 0)
  /// Whether each process has a file of its own by it.
  nonisolated(unsafe) package private(set) static var tellsProcesses = false

  // For the suffix of the second file, and the zero.
  private static let room = 8

  /// Sets `path` to a copy of so many bytes; false when they are too many. Once, at the first call.
  package static func set(_ start: UnsafePointer<CChar>, count: Int) -> Bool {
    if count >= PathTemplate.limit - room { return false }
    for index in 0..<count {
      bytes[index] = start[index]
      if index > 0, bytes[index - 1] == CChar(UInt8(ascii: "%")),
        bytes[index] == CChar(UInt8(ascii: "p"))
      {
        tellsProcesses = true
      }
    }
    bytes[count] = 0
    path = withUnsafeBytes(of: &bytes) {
      $0.baseAddress!.assumingMemoryBound(to: CChar.self)
    }
    return true
  }

  /// Calls `body` with the path of the file for the peak, beside the other.
  package static func withPeakPath(_ body: (UnsafePointer<CChar>) -> Void) {
    guard let path else { return }
    var longer = InlineArray<1032, CChar>(repeating: 0)
    var count = 0
    while path[count] != 0 {
      longer[count] = path[count]
      count += 1
    }
    let suffix: StaticString = ".peak"
    for index in 0..<suffix.utf8CodeUnitCount {
      longer[count + index] = CChar(bitPattern: suffix.utf8Start[index])
    }
    withUnsafeBytes(of: &longer) { body($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
  }
}
