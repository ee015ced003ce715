// Classes, dictionaries, arrays and strings of an ordinary Swift program: a stock of goods that orders change all the time.
// Argument: the orders.

struct Random {
  var state: UInt64
  mutating func next(_ below: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(below))
  }
}

protocol Priced: AnyObject {
  var name: String { get }
  func price(_ amount: Int) -> Int
}

final class Plain: Priced {
  let name: String
  private let cents: Int
  init(name: String, cents: Int) { (self.name, self.cents) = (name, cents) }
  func price(_ amount: Int) -> Int { cents * amount }
}

final class Reduced: Priced {
  private let base: Priced
  private let rule: (Int) -> Int
  let name: String
  init(_ base: Priced, rule: @escaping (Int) -> Int) {
    self.base = base
    self.rule = rule
    name = base.name + ", reduced in this season"
  }
  func price(_ amount: Int) -> Int { rule(base.price(amount)) }
}

final class Customer {
  let name: String
  var orders: [Order] = []
  var bought: [String: Int] = [:]
  weak var friend: Customer?
  init(name: String) { self.name = name }
}

final class Order {
  unowned let customer: Customer
  var lines: [(good: Priced, amount: Int)]
  var note: String
  init(customer: Customer, lines: [(good: Priced, amount: Int)], note: String) {
    (self.customer, self.lines, self.note) = (customer, lines, note)
  }
  var total: Int { lines.reduce(0) { $0 + $1.good.price($1.amount) } }
}

/// A formula as a tree: made, simplified and thrown away.
indirect enum Formula {
  case number(Int)
  case variable(String)
  case sum(Formula, Formula)
  case product(Formula, Formula)

  static func make(_ depth: Int, _ random: inout Random) -> Formula {
    if depth == 0 {
      return random.next(2) == 0
        ? .number(random.next(3)) : .variable("variable number \(random.next(9))")
    }
    let left = make(depth - 1, &random)
    let right = make(depth - 1 - random.next(depth), &random)
    return random.next(2) == 0 ? .sum(left, right) : .product(left, right)
  }

  var simplified: Formula {
    switch self {
    case .number, .variable: return self
    case .sum(let a, let b):
      switch (a.simplified, b.simplified) {
      case (.number(let x), .number(let y)): return .number(x &+ y)
      case (.number(0), let x), (let x, .number(0)): return x
      case (let x, let y): return .sum(x, y)
      }
    case .product(let a, let b):
      switch (a.simplified, b.simplified) {
      case (.number(let x), .number(let y)): return .number(x &* y)
      case (.number(0), _), (_, .number(0)): return .number(0)
      case (let x, let y): return .product(x, y)
      }
    }
  }

  var text: String {
    switch self {
    case .number(let value): return String(value)
    case .variable(let name): return name
    case .sum(let a, let b): return "(" + a.text + " + " + b.text + ")"
    case .product(let a, let b): return a.text + " * " + b.text
    }
  }
}

var random = Random(state: 1)
var goods: [String: Priced] = [:]
for n in 0..<2000 { goods["good number \(n)"] = Plain(name: "good number \(n)", cents: 100 + n) }
var customers: [String: Customer] = [:]
var recent: [Order] = []
var (cents, characters) = (0, 0)

for n in 0..<(Int(CommandLine.arguments.last ?? "") ?? 100_000) {
  let name = "customer number \(random.next(5000))"
  let customer = customers[name] ?? Customer(name: name)
  customers[name] = customer
  customer.friend = customers["customer number \(random.next(5000))"]
  let lines = (0...random.next(6)).compactMap { _ -> (good: Priced, amount: Int)? in
    goods["good number \(random.next(2000))"].map { ($0, 1 + random.next(9)) }
  }
  let order = Order(
    customer: customer, lines: lines, note: String(repeating: "note ", count: random.next(20)))
  customer.orders.append(order)
  if customer.orders.count > 10 { customer.orders.removeFirst(5) }
  for line in lines { customer.bought[line.good.name, default: 0] += line.amount }
  recent.append(order)
  if recent.count > 3000 {
    recent = recent.suffix(2000).filter { $0.total % 3 != 0 && customers[$0.customer.name] != nil }
  }
  cents &+= order.total
  if n % 20 == 0, let good = goods["good number \(random.next(2000))"] {
    let less = random.next(50)
    goods[good.name] =
      n % 60 == 0
      ? Plain(name: good.name, cents: 100 + less) : Reduced(good) { $0 - $0 * less / 1000 }
  }
  if n % 500 == 0 {
    let gone = "customer number \(random.next(5000))"
    recent.removeAll { $0.customer.name == gone }
    customers[gone] = nil
  }
  if n % 1000 == 0 {
    let best = customers.values.sorted { ($0.orders.count, $0.name) > ($1.orders.count, $1.name) }
      .prefix(10)
    let report = best.map {
      "\($0.name): \($0.bought.count) goods, friend \($0.friend?.name ?? "none")"
    }
    characters &+= report.joined(separator: "\n").utf8.count
    characters &+= Formula.make(9, &random).simplified.text.utf8.count
  }
}
print("customers \(customers.count) cents \(cents) characters \(characters)")
