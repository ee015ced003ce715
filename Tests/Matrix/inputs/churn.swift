// The Swift work of the program matrix without Foundation: classes, dictionaries, strings, existentials, generics.
final class Node {
  let key: Int
  var text: String
  var left: Node?
  var right: Node?
  weak var parent: Node?
  init(_ key: Int, parent: Node?) {
    self.key = key
    self.parent = parent
    text = "node number \(key) with a text that is too long to be stored inline"
  }
}

struct Generator {
  var seed = 1; mutating func next() -> Int { seed = seed * 16807 % 2147483647; return seed }
}

func insert(_ key: Int, into root: Node) {
  var node = root
  while true {
    if key < node.key {
      if let left = node.left { node = left } else { node.left = Node(key, parent: node); return }
    } else if key > node.key {
      if let right = node.right {
        node = right
      } else {
        node.right = Node(key, parent: node); return
      }
    } else {
      node.text += "!"; return
    }
  }
}
func sum(_ node: Node?) -> Int {
  guard let node else { return 0 }
  return node.key &+ node.text.count &+ (node.parent?.key ?? 0) &+ sum(node.left) &+ sum(node.right)
}

protocol Shape { var area: Double { get } }
struct Square: Shape { var side: Double; var area: Double { side * side } }
struct Grid: Shape {
  var cells: [Double]; var name: String; var area: Double { cells.reduce(0, +) }
}
enum Tree<Value> { case leaf; indirect case node(Tree<Value>, Value, Tree<Value>) }
extension Tree {
  var count: Int {
    switch self {
    case .leaf: return 0;
    case let .node(l, _, r): return l.count + 1 + r.count
    }
  }
}
func build(_ depth: Int) -> Tree<String> {
  depth == 0
    ? .leaf : .node(build(depth - 1), String(repeating: "v", count: depth * 3), build(depth - 1))
}

var generator = Generator()
let root = Node(1 << 30, parent: nil)
for _ in 0..<20000 { insert(generator.next(), into: root) }
print("tree", sum(root))

var table: [String: [Int]] = [:]
for _ in 0..<100000 {
  let n = generator.next()
  table["key \(n % 5003)", default: []].append(n % 101)
  if n % 17 == 0 { table["key \(n % 701)"] = nil }
}
print("dictionary", table.count, table.values.reduce(0) { $0 + $1.reduce(0, +) })
var sets = Set<[UInt8]>()
for _ in 0..<20000 {
  let n = generator.next(); sets.insert([UInt8](repeating: UInt8(n % 251), count: n % 90))
}
print("set", sets.count)

var text = ""
for n in 0..<20000 { text += "wörd\(n % 97) " }
print(
  "string", text.count, text.utf8.count,
  text.split(separator: " ").filter { $0.hasSuffix("7") }.count,
  text.uppercased().reversed().prefix(8).count)
var shapes: [any Shape] = []
for n in 0..<20000 {
  if n % 2 == 0 {
    shapes.append(Square(side: Double(n)))
  } else {
    shapes.append(
      Grid(
        cells: [Double](repeating: 1, count: n % 40),
        name: "grid \(n) with a long name, heap allocated"))
  }
}
print("shapes", shapes.reduce(0) { $0 + $1.area })
print("enum", build(14).count)
let closures: [(Int) -> Int] = (0..<20000).map { n in
  let own = [n, n + 1]; return { $0 + own[0] }
}
print("closures", closures.reduce(0) { $0 + $1(1) })
struct Failure: Error { var text: String }
var failures = 0
for n in 0..<20000 {
  do {
    if n % 2 == 0 { throw Failure(text: "failure \(n) of a long and heap allocated description") }
  } catch let failure as Failure { failures += failure.text.count } catch {}
}
print("errors", failures)
