// Proves that a leak report says a lost object's type, and of a retain cycle which field leads to which: through a closure, a
// delegate, an array of children, a generic class, any object, an enum in a generic struct, a dictionary.
// report: ^Direct leak of [0-9]+ byte\(s\) in 1 object\(s\) of {TYPE} allocated from:$
// report: ^  retain cycle: ({CYCLE})$
// arguments: KIND=1 KIND=2 KIND=3 KIND=4 KIND=5 KIND=6 KIND=7
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env: SWIFTMALLOC_LEAKS=all SWIFTMALLOC_LEAK_EXIT_CODE=23
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// expect: exit 23
// not-compared: Valgrind knows no types
final class Session {
  var number = 1
  var more = (0, 0, 0, 0, 0, 0, 0, 0, 0)
  var onClose: (() -> Void)?
  @inline(never) func start(_ step: Int) {
    onClose = { self.number += step }
  }
}

protocol Delegate: AnyObject {}

final class Handler: Delegate {
  var owner: Owner?
}

final class Owner {
  var delegate: Delegate?
}

final class Tree {
  var parent: Tree?
  var children: [Tree] = []
}

enum State {
  case none
  case of(Holder)
}

struct Wrapped<Content> {
  var content: Content
}

final class Holder {
  var object: AnyObject?
  var state = Wrapped(content: State.none)
  var byNumber: [Int: Holder] = [:]
}

enum Outer<Element> {
  final class Node<Key> {
    var key: Key
    var next: Node<Key>?
    var element: Element
    init(_ key: Key, _ element: Element) { (self.key, self.element) = (key, element) }
  }
}

@inline(never) func lose(_ kind: String?) {
  switch kind {
  case "KIND=1":
    print("type=(.*Session|closure context)")
    print(
      #"cycle=.*.Session.onClose → closure context in .*Session.start\(Swift.Int\) leak_retain_cycles.swift:\d+ → .*Session"#
    )
    Session().start(2)
  case "KIND=2":
    print("type=.*(Owner|Handler)")
    print(
      #"cycle=.*Owner.delegate → .*Handler.owner → .*Owner|.*Handler.owner → .*Owner.delegate → .*Handler"#
    )
    let owner = Owner()
    let handler = Handler()
    handler.owner = owner
    owner.delegate = handler
  case "KIND=3":
    print("type=(.*Tree|.* storage)")
    print(
      #"cycle=.*Tree.children → \[.*\] storage\[\d\] → .*Tree.parent → .*Tree|.*Tree.parent → .*Tree.children → .* storage\[\d\] → .*Tree"#
    )
    let tree = Tree()
    tree.children = [Tree(), Tree()]
    for child in tree.children { child.parent = tree }
  case "KIND=5":
    print("type=.*Holder")
    print("cycle=.*Holder.object → .*Holder")
    let holder = Holder()
    holder.object = holder
  case "KIND=6":
    print("type=.*Holder")
    print("cycle=.*Holder.state → .*Holder")
    let holder = Holder()
    holder.state.content = .of(holder)
  case "KIND=7":
    print("type=.*(Holder|storage)")
    print(
      #"cycle=.*Holder.byNumber → \[Int: .*Holder\] storage\S* → .*Holder|\[Int: .*Holder\] storage\S* → .*Holder.byNumber → .*storage"#
    )
    let holder = Holder()
    holder.byNumber = [7: holder]
  default:
    print(#"type=.*Outer<String>.Node<\[Int: Int\]>"#)
    print(#"cycle=.*Outer<String>.Node<\[Int: Int\]>.next → .*Outer<String>.Node<\[Int: Int\]>"#)
    let node = Outer<String>.Node([1: 2], "x")
    node.next = node
  }
}

/// Runs `work` far down on the stack.
@inline(never) func away(_ depth: Int, _ work: () -> Void) {
  withUnsafeTemporaryAllocation(byteCount: 1000, alignment: 16) { bytes in
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
    if depth > 0 { away(depth - 1, work) } else { work() }
  }
}

let kind = CommandLine.arguments.last
away(40) { lose(kind) }
away(80) {}
