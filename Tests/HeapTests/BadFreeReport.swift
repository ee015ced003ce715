// What tests of bad frees share: the announcement of an address, and the report on it.

import TestPages
import Testing

#if canImport(Glibc)
  import Glibc
#endif

enum BadFreeReport {
  /// Says which address the report is to name.
  static func announce(_ address: UInt) {
    let line = "bad 0x\(String(address, radix: 16))\n"
    line.withCString { _ = write(2, $0, strlen($0)) }
  }

  static func freeBadly(_ test: TestHeap, _ address: UInt) {
    announce(address)
    test.free(address)
  }

  /// Whether there is one report, of this kind, on the announced address, and with this about it.
  static func isIn(_ result: ExitTest.Result?, _ kind: String, _ about: String) -> Bool {
    let lines = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      .split(separator: "\n")
    guard lines.count == 2, lines[0].hasPrefix("bad ") else { return false }
    let address = lines[0].dropFirst(4)
    return lines[1].contains("ERROR: swiftmalloc: \(kind) on address \(address) (\(about)")
  }
}
