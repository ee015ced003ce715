// Proves that a cycle of Swift objects is lost with what hangs on it, and that strings, enums, closures, weak references and the side tables that these leave lose nothing.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of 272 bytes in 4 blocks$
// report: ^Direct leak of 40 byte\(s\) in 1 object\(s\) of \w+\.Cycle allocated from:$
// report: in .*makeCycle
// report: ^  definitely lost: 40 bytes in 1 block$
// report: ^  indirectly lost: 232 bytes in 3 blocks$
// env: SWIFTMALLOC_LEAKS=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_DEBUG=1
// not-compared: Valgrind does not know a Swift string's pointer, as it bears a tag
final class Node {
  let name: String
  var children: [Node] = []
  var table: [String: [Int]] = [:]
  weak var parent: Node?
  init(_ name: String) { self.name = name }
}

final class Cycle {
  var other: Cycle?
  let text = String(repeating: "cyclic text ", count: 5)
}

@inline(never)
func makeCycle() {
  let (one, two) = (Cycle(), Cycle())
  (one.other, two.other) = (two, one)
}

enum Shape {
  case node(Node, Int)
  case text(String)
  case none
}

/// A weak reference that is gone leaves the object a side table.
@inline(never)
func look(at node: Node) -> Int {
  weak var reference = node
  return reference?.name.count ?? 0
}

let root = Node("the root's name is too long for its own bytes")
for number in 0..<500 {
  let child = Node("child \(number), whose name is on the heap, too")
  child.parent = root
  child.table["key \(number) of a table of the child's own"] = [1, 2, 3]
  root.children.append(child)
}
let lengths = root.children.map { look(at: $0) }
let shapes: [Shape] = [
  .node(Node("in a case with several values"), 7), .text(String(repeating: "text ", count: 9)),
  .none,
]
let all: [Any] = [root, String(repeating: "x", count: 100), 1.5, shapes, lengths]
let closure = { [root] in print(root.name.count, all.count, shapes.count) }
makeCycle()
closure()
