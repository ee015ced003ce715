// Proves that a leak report tells no retain cycle where a reference back is weak or unowned, in a field or in a closure, or is an
// unsafe pointer: somebody else has lost the object.
// report: object\(s\) of \w+\.Parent allocated from:$
// report: ^  definitely lost:
// report-not: retain cycle
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// expect: exit 23
// not-compared: Valgrind knows no types
final class Child {
  unowned let parent: Parent
  weak var other: Parent?
  unowned(unsafe) let third: Parent
  let fourth: Unmanaged<Parent>
  let fifth: UnsafeMutableRawPointer
  var box: Box
  init(_ parent: Parent) {
    (self.parent, other, third) = (parent, parent, parent)
    fourth = Unmanaged.passUnretained(parent)
    fifth = fourth.toOpaque()
    box = Box(number: 1, parent: parent)
  }
}

struct Box {
  var number: Int
  unowned var parent: Parent
}

final class Parent {
  var child: Child?
  var boxes: [Box] = []
  var action: (() -> Void)?
}

@inline(never) func lose(_ step: Int) {
  let parent = Parent()
  parent.child = Child(parent)
  parent.boxes = [Box(number: 2, parent: parent)]
  parent.action = { [unowned parent, weak child = parent.child] in
    parent.child = step > 1 ? child : nil
  }
  _ = Unmanaged.passRetained(parent)
}

/// Runs `work` far down on the stack.
@inline(never) func away(_ depth: Int, _ work: () -> Void) {
  withUnsafeTemporaryAllocation(byteCount: 1000, alignment: 16) { bytes in
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
    if depth > 0 { away(depth - 1, work) } else { work() }
  }
}

let count = CommandLine.arguments.count
away(40) { lose(count) }
away(80) {}
