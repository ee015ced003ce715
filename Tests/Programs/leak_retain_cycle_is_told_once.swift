// Proves that a leak report tells a retain cycle once, not at the objects that are found first and again at those that they lead to.
// report: "cycle":\[\{"type":"\w+\.(Owner|Handler)"
// report-not: "cycle":.*"cycle":
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_LEAK_FORMAT=json
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_LEAK_FORMAT=json SWIFTMALLOC_DEBUG=1
// expect: exit 23
// not-compared: Valgrind knows no types
final class Owner {
  var result: Result<Handler, any Error>?
}

final class Handler {
  var numbers = (1, 2, 3, 4, 5, 6)
  var owner: Owner?
}

@inline(never) func lose() {
  for _ in 0..<10 {
    let owner = Owner()
    let handler = Handler()
    handler.owner = owner
    owner.result = .success(handler)
  }
}

/// Runs `work` far down on the stack.
@inline(never) func away(_ depth: Int, _ work: () -> Void) {
  withUnsafeTemporaryAllocation(byteCount: 1000, alignment: 16) { bytes in
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
    if depth > 0 { away(depth - 1, work) } else { work() }
  }
}

away(40) { lose() }
away(80) {}
