// Proves that a weak reference, though it lives, does not keep a cycle of objects: the cycle and its side tables are lost, and
// what is also held strongly is not, nor is the side table of an object that has gone.
// stderr: ^==[0-9]+==ERROR: swiftmalloc: leak of [0-9]+ bytes in 300 blocks$
// report: ^Direct leak of [0-9]+ byte\(s\) in 100 object\(s\) of \w+\.Node allocated from:$
// report: ^Indirect leak of 3200 byte\(s\) in 100 object\(s\) allocated from:$
// report: ^Indirect leak of 2400 byte\(s\) in 100 object\(s\) of \w+\.Node allocated from:$
// report-not: leak of [0-9]+ byte\(s\) in [0-9]{1,2} object
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// env-all: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=guard
// expect: exit 23
// not-compared: Valgrind follows a weak reference
final class Node {
  var other: Node?
}

struct Weak {
  weak var node: Node?
}

nonisolated(unsafe) var registry: [Weak] = []
nonisolated(unsafe) var held: [Node] = []

@inline(never)
func lose(_ count: Int) {
  for _ in 0..<count {
    let first = Node()
    let second = Node()
    first.other = second
    second.other = first
    registry.append(Weak(node: first))
  }
}

@inline(never)
func hold(_ count: Int) {
  for _ in 0..<count {
    let node = Node()
    node.other = Node()
    registry.append(Weak(node: node.other))
    held.append(node)
    // Gone as soon as it is made; its side table stays.
    registry.append(Weak(node: Node()))
  }
}

@inline(never)
func clear(_ depth: Int) -> Int { depth == 0 ? 0 : 1 + clear(depth - 1) }

registry.reserveCapacity(1000)
lose(100)
hold(50)
_ = clear(2000)
print(registry.count { $0.node != nil }, held.count)
