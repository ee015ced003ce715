// Proves that a leak report tells no retain cycle where a reference back is weak or unowned, in a field or in a closure, or is an
// unsafe pointer: somebody else has lost the object. So it is where that stands in an enum, a tuple, a generic type, a value of any
// type, an array or a dictionary of such; and where a collection held an object and holds it no more.
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

protocol Value {}

struct Box: Value {
  var number: Int
  unowned var parent: Parent
}

enum Link {
  case none
  case up(Box)
}

struct Wrapped<Content> {
  var content: Content
}

class Kid {}

final class Generic<Content>: Kid {
  var content: Content
  init(_ content: Content) { self.content = content }
}

struct Other: Value {}

final class Mixed: Kid {
  var link = Link.none
  var pair: (Int, Box)?
  var value: any Value = Other()
  var wrapped = Wrapped<Box?>(content: nil)
  var pointer = Wrapped<UnsafeRawPointer?>(content: nil)
  var address = 0
  init(_ parent: Parent, _ part: Int) {
    let box = Box(number: 3, parent: parent)
    let pointer = Unmanaged.passUnretained(parent).toOpaque()
    switch part {
    case 0: link = .up(box)
    case 1: pair = (1, box)
    case 2: value = box
    case 3: wrapped.content = box
    case 4: self.pointer.content = UnsafeRawPointer(pointer)
    default: address = Int(bitPattern: pointer)
    }
  }
}

final class Parent {
  var child: Child?
  var boxes: [Box] = []
  var action: (() -> Void)?
  var kids: [Kid] = []
  var table: [Int: Box] = [:]
  var pairs: [(Int, Box)] = []
  var past: [Parent] = []
  var pastByNumber: [Int: Parent] = [:]
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

/// Each with a parent of its own.
@inline(never) func loseEach() {
  for part in 0..<6 { lose { $0.kids = [Mixed($0, part)] } }
  lose { $0.kids = [Generic(Box(number: 4, parent: $0))] }
  lose { $0.kids = [Generic(Wrapped(content: Box(number: 5, parent: $0)))] }
  lose { $0.kids = [Generic([Box(number: 6, parent: $0)])] }
  lose { $0.kids = [Generic([1: Box(number: 7, parent: $0)])] }
  lose { $0.table = [1: Box(number: 8, parent: $0)] }
  lose { $0.pairs = [(1, Box(number: 9, parent: $0))] }
  lose {
    $0.past = [$0, $0]
    $0.past.removeLast(2)
  }
  lose {
    $0.pastByNumber = [1: $0, 2: $0]
    $0.pastByNumber[1] = nil
    $0.pastByNumber[2] = nil
  }
}

@inline(never) func lose(_ fill: (Parent) -> Void) {
  let parent = Parent()
  fill(parent)
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
away(40) {
  lose(count)
  loseEach()
}
away(80) {}
