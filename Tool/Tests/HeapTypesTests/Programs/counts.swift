// Objects that come and go, and are counted as they do. Each line: the name that the tool should say, and how many there are.

import Glibc

nonisolated(unsafe) var counts: [String: Int] = [:]

func count(_ name: String, _ step: Int) { counts[name, default: 0] += step }

class Session {
  var onClose: (() -> Int)?
  var parent: Session?
  init() { count(name, 1) }
  deinit { count(name, -1) }
  var name: String { "MyApp.Session" }
}

final class Login: Session {
  var tries = [0]
  override var name: String { "MyApp.Login" }
}

final class Pool<Item> {
  var item: Item
  init(_ item: Item) {
    self.item = item
    count("MyApp.Pool<\(Item.self)>", 1)
  }
  deinit { count("MyApp.Pool<\(Item.self)>", -1) }
}

enum Outer {
  final class Inner {
    unowned let owner: Session
    init(_ owner: Session) {
      self.owner = owner
      count("MyApp.Outer.Inner", 1)
    }
    deinit { count("MyApp.Outer.Inner", -1) }
  }
}

actor Account {
  var amount = 0
  init() { count("MyApp.Account", 1) }
  deinit { count("MyApp.Account", -1) }
}

struct Item: Hashable { var number: Int, weight: Double }

@main struct Program {
  static func main() {
    var kept: [Any?] = Array(repeating: nil, count: 5000)
    var arrays: [[Item]] = []
    var tables: [[Int: Item]] = []
    let first = Session()
    var state: UInt64 = 1
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    for _ in 0..<20_000 {
      let place = random(kept.count)
      switch random(8) {
      case 0, 1: kept[place] = Session()
      case 2: kept[place] = Login()
      case 3: kept[place] = Pool<Int>(1)
      case 4: kept[place] = Pool<String>("x")
      case 5: kept[place] = Outer.Inner(first)
      case 6: kept[place] = Account()
      default: kept[place] = nil
      }
      // Memory of other kinds between them, with pointers in it.
      if place % 5 == 0 { free(malloc(random(300))) }
    }
    for number in 0..<300 {
      arrays.append((0...random(20)).map { Item(number: $0, weight: 1) })
      tables.append([number: arrays[number][0], number + 1: arrays[number][0]])
      let step = random(9)
      first.onClose = { [old = first.onClose] in step + (old?() ?? 0) }
    }
    for (name, number) in counts { print(name, number, separator: "\t") }
    print("[MyApp.Item] storage", arrays.count, separator: "\t")
    print("[Int: MyApp.Item] storage", tables.count, separator: "\t")
    print("closure", 300, separator: "\t")
    print("ready")
    fflush(stdout)
    while true { sleep(1000) }
  }
}
