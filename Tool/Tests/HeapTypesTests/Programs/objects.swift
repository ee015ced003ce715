// Objects of known types. Each line: the name that the tool should say, the block's address, its size.

import Glibc

final class Handler { var number = 1 }

class Session {
  var onClose: (() -> Void)?
  weak var delegate: Handler?
  unowned let owner: Handler
  let number: Int
  init(_ owner: Handler, _ number: Int) {
    self.owner = owner
    self.number = number
    delegate = owner
  }
  @inline(never) func start(_ step: Int) {
    var counter = 0
    onClose = {
      counter += step
      print(counter, self.number)
    }
  }
}

final class Login: Session { var tries = [1, 2, 3] }

struct Outer<Key> {
  class Inner<Value> {
    var key: Key
    var value: Value
    init(_ key: Key, _ value: Value) { (self.key, self.value) = (key, value) }
  }
}

extension Outer { final class Added { var number = 0 } }

final class Pool<Item> { var items: [Item?] = [] }

struct Links {
  weak var weak: Handler?
  unowned let unowned: Handler
  var owned: Handler
}

final class Node {
  var isOpen = true
  var links: Links
  var spare: Links?
  var onEvent: ((Handler) -> Handler)?
  init(_ handler: Handler) {
    links = Links(weak: handler, unowned: handler, owned: handler)
    spare = links
  }
}

private final class Hidden { var number = 7 }

actor Account { var amount = 0 }

final class Buffer: ManagedBuffer<Int, UInt8> {}

enum Refusal: Error { case because(String), never }

struct Item: Hashable {
  var number: Int
  var name: String
}

indirect enum Tree { case leaf, node(Item) }

@inline(never) func plant(_ number: Int) -> Tree {
  number == 0 ? .leaf : .node(Item(number: number, name: "tree"))
}

@inline(never) func refuse(_ text: String) throws { throw Refusal.because(text) }

/// malloc.h is not in the Swift module of the C library.
@_silgen_name("malloc_usable_size") func usableSize(_ block: UnsafeRawPointer) -> Int

func say(_ name: String, _ address: UnsafeRawPointer) {
  print(name, UInt(bitPattern: address), usableSize(address), separator: "\t")
}

func say(_ name: String, all objects: [AnyObject]) {
  for object in objects { say(name, Unmanaged.passUnretained(object).toOpaque()) }
}

func word<Value>(_ value: Value, _ index: Int = 0) -> UnsafeRawPointer {
  withUnsafeBytes(of: value) {
    let word = $0.load(fromByteOffset: index * 8, as: UInt.self)
    return UnsafeRawPointer(bitPattern: word & 0x0fff_ffff_ffff_ffff)!
  }
}

/// What is here lies in the heap, however the compiler optimises.
nonisolated(unsafe) var kept: [Any] = []

@main struct Program {
  static func main() async {
    setvbuf(stdout, nil, _IOLBF, 0)
    let handlers = (0..<5).map { _ in Handler() }
    let sessions = handlers.map { Session($0, 1) }
    let logins = handlers.map { Login($0, 2) }
    let inner = (0..<3).map { Outer<Int>.Inner<String>($0, "x") }
    let odd = [Outer<(Int, String?)>.Inner<[Item: () -> Int]>((1, nil), [:])]
    let many = [Pool<any Error>(), Pool<any Error>()]
    let added = [Outer<Bool>.Added()]
    let hidden = [Hidden()]
    let nodes = [Node(handlers[0])]
    let accounts = [Account(), Account()]
    let buffers = [Buffer.create(minimumCapacity: 5000) { _ in 1 }]
    let tables = [Pool<Int>.self, Pool<Pool<Int>>.self] as [Any.Type]
    kept = [handlers, sessions, logins, inner, odd, many, added, hidden, accounts, buffers, nodes]
    for session in sessions { session.start(3) }
    say("MyApp.Handler", all: handlers)
    say("MyApp.Session", all: sessions)
    say("MyApp.Login", all: logins)
    say("MyApp.Outer<Int>.Inner<String>", all: inner)
    say("MyApp.Outer<(Int, String?)>.Inner<[MyApp.Item: () -> Int]>", all: odd)
    say("MyApp.Pool<any Error>", all: many)
    say("MyApp.Outer<Bool>.Added", all: added)
    say("MyApp.Hidden", all: hidden)
    say("MyApp.Node", all: nodes)
    say("MyApp.Account", all: accounts)
    say("MyApp.Buffer", all: buffers)
    // As it is in the object, where it comes first: a copy would be wrapped.
    let session = UnsafeRawPointer(Unmanaged.passUnretained(sessions[0]).toOpaque())
    say("closure", session.load(fromByteOffset: 24, as: UnsafeRawPointer.self))

    let numbers = (0..<100).map { $0 }
    let items = (0..<30).map { Item(number: $0, name: "\($0)") }
    let optionals: [Handler?] = [handlers[0], nil]
    let table = Dictionary(uniqueKeysWithValues: items.map { ($0, [$0.number]) })
    let set = Set(items)
    let text = String(repeating: "long enough ", count: numbers.count)
    kept += [numbers, items, optionals, tables, table, set, text]
    say("[Int] storage", word(numbers))
    say("[MyApp.Item] storage", word(items))
    say("[MyApp.Handler?] storage", word(optionals))
    say("[Any.Type] storage", word(tables))
    say("[MyApp.Item: [Int]] storage", word(table))
    say("Set<MyApp.Item> storage", word(set))
    say("String storage", word(text, 1))

    var refusal: (any Error)?
    do { try refuse(text) } catch { refusal = error }
    say("error MyApp.Refusal", word(refusal!))
    let tree = plant(handlers.count)
    say("box of MyApp.Item", word(tree))
    let task = Task { try await Task.sleep(nanoseconds: 1 << 50) }
    say("Task", word(task))
    kept += [refusal as Any, task, tree]
    print("ready")
    while true {
      sleep(1000)
      print(kept.count)
    }
  }
}
