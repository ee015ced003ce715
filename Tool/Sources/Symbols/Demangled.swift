// Names of the linker as programmers wrote them: of Swift by the runtime, of C++ by the C++
// library, of Rust by the reader that swiftmalloc's reports have; what none of them knows is the
// name of a C function and stays.

import Glibc
import RustNames

/// Turns names of the linker into names for people.
package enum Demangled {
  /// The name for people.
  package static func name(_ linkerName: String) -> String {
    if linkerName.hasPrefix("_R") { return rustName(linkerName) ?? linkerName }
    if linkerName.hasPrefix("_Z") || linkerName.hasPrefix("__Z") {
      return rustName(linkerName) ?? cxxName(linkerName) ?? linkerName
    }
    if ["$s", "$S", "_$s", "_$S", "_T0", "$e", "_$e"].contains(where: linkerName.hasPrefix) {
      return swiftName(linkerName) ?? linkerName
    }
    return linkerName
  }

  /// Longer ones are cut off, with dots.
  private static let longestRustName = 4096

  private static func rustName(_ linkerName: String) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: longestRustName) { buffer in
      guard let start = buffer.baseAddress,
        RustName.demangle(linkerName, into: start, capacity: buffer.count)
      else { return nil }
      return String(cString: start)
    }
  }

  private static func cxxName(_ linkerName: String) -> String? {
    var status: Int32 = 0
    guard let name = cxxDemangle(linkerName, nil, nil, &status) else { return nil }
    defer { free(name) }
    return String(cString: name)
  }

  private static func swiftName(_ linkerName: String) -> String? {
    guard let name = swiftDemangle(linkerName, linkerName.utf8.count, nil, nil, 0) else {
      return nil
    }
    defer { free(name) }
    let text = String(cString: name)
    // It answers with the same where it cannot.
    return text == linkerName ? nil : text
  }
}

/// Of the C++ ABI: memory of malloc, or nil.
@_silgen_name("__cxa_demangle")
private func cxxDemangle(
  _ name: UnsafePointer<CChar>, _ buffer: UnsafeMutablePointer<CChar>?,
  _ length: UnsafeMutablePointer<Int>?, _ status: UnsafeMutablePointer<Int32>
) -> UnsafeMutablePointer<CChar>?

/// Of the Swift runtime: memory of malloc, or nil.
@_silgen_name("swift_demangle")
private func swiftDemangle(
  _ name: UnsafePointer<CChar>, _ length: Int, _ buffer: UnsafeMutablePointer<CChar>?,
  _ bufferLength: UnsafeMutablePointer<Int>?, _ flags: UInt32
) -> UnsafeMutablePointer<CChar>?
