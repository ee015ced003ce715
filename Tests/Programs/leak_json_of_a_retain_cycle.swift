// Proves that a leak report in JSON says a group's type, and its retain cycle with types, fields and offsets.
// report: "kind":"definite".*"type":"\w+\.Node","frames":\[.*\],"cycle":\[\{"type":"\w+\.Node","field":"next","offset":16\}\]\}
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_FORMAT=json SWIFTMALLOC_LEAK_EXIT_CODE=23
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_FORMAT=json SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// expect: exit 23
// not-compared: Valgrind knows no types
final class Node {
  var next: Node?
}

/// Runs `work` far down on the stack.
@inline(never) func away(_ depth: Int, _ work: () -> Void) {
  withUnsafeTemporaryAllocation(byteCount: 1000, alignment: 16) { bytes in
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
    if depth > 0 { away(depth - 1, work) } else { work() }
  }
}

away(40) {
  let node = Node()
  node.next = node
}
away(80) {}
