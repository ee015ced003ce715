// Proves that a program of XCTest's tests is told of the leaks of its tests alone: what XCTest keeps until the end is suppressed.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 48 bytes in 2 blocks$
// report: ^Direct leak of 24 byte\(s\) in 1 object\(s\) of \w+\.Node allocated from:$
// report: ^  [0-9]+ bytes in [0-9]+ blocks? of Swift's own libraries$
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// expect: exit 23
// timeout: 60
// not-compared: Valgrind has no suppressions for XCTest
import XCTest

final class Node {
  var other: Node?
}

final class Tests: XCTestCase {
  func testThatLosesTwo() {
    let node = Node()
    node.other = Node()
    node.other?.other = node
  }

  func testThatLosesNone() { XCTAssertEqual([1, 2].reversed(), [2, 1]) }

  static let allTests = [
    ("testThatLosesTwo", testThatLosesTwo), ("testThatLosesNone", testThatLosesNone),
  ]
}

XCTMain([testCase(Tests.allTests)])
