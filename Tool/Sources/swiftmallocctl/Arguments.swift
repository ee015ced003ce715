// What the program was started with. Swift's CommandLine reads it from /proc/self/cmdline and has nothing where /proc is
// not mounted; the C library hands it to every function of the section .init_array.

import Glibc
import ToolKit

/// The words of the command.
enum Arguments {
  // Written once, before main.
  nonisolated(unsafe) fileprivate static var count: Int32 = 0
  nonisolated(unsafe) fileprivate static var values:
    UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?

  /// What the program was called.
  static var program: String? { count > 0 ? values?[0].map { String(system: $0) } : nil }

  /// What stands behind that.
  static var all: [String] {
    (0..<Int(count)).dropFirst().compactMap { values?[$0].map { String(system: $0) } }
  }
}

@section(".init_array")
@used
private let keepArguments:
  @convention(c) (Int32, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Void = {
    Arguments.count = $0
    Arguments.values = $1
  }
