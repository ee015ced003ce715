// The patterns of suppressions.

import Leaks
import Testing

@Suite struct NamePatternTests {
  private func matches(_ pattern: String, _ name: String) -> Bool {
    let bytes = Array(pattern.utf8) + [0]
    return bytes.withUnsafeBufferPointer { bytes in
      name.withCString {
        NamePattern(bytes: bytes.baseAddress!, count: bytes.count - 1).matches($0)
      }
    }
  }

  @Test(arguments: [
    ("make", "make_node"), ("node", "make_node"), ("make_node", "make_node"), ("", "x"),
    ("^make", "make_node"), ("node$", "make_node"), ("^make_node$", "make_node"),
    ("m*e", "xx make"), ("^m*node$", "make_node"), ("*", ""), ("^*$", ""), ("a*b*c", "1a2b3c4"),
    ("b$", "ab ab"), ("*b$", "ab ab"), ("^a*b$", "ab ab"), ("a**b", "ab"), ("^", "x"), ("$", "x"),
    ("libc.so", "/usr/lib/libc.so.6"),
  ])
  func matching(pattern: String, name: String) { #expect(matches(pattern, name)) }

  @Test(arguments: [
    ("make", "mak"), ("^node", "make_node"), ("make$", "make_node"), ("^make$", "make_node"),
    ("a*b*c", "1c2b3a"), ("^a*c$", "abcd"), ("^$", "x"), ("x", ""), ("n*z", "node"),
  ])
  func notMatching(pattern: String, name: String) { #expect(!matches(pattern, name)) }
}
