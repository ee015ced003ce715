// Classes below those of a library. Each line: the name that the tool should say, the block's address, its size.

import Glibc
import Library

protocol Listener: AnyObject {}

final class Heir: Base, Listener { var next: Heir? }

final class Owner<Item>: Holder<Item> {
  var items: [Item] = []
  weak var listener: (any Listener)?
  unowned(unsafe) var heir: Heir
  init(_ item: Item, _ heir: Heir) {
    self.heir = heir
    super.init(item)
  }
}

/// malloc.h is not in the Swift module of the C library.
@_silgen_name("malloc_usable_size") func usableSize(_ block: UnsafeRawPointer) -> Int

@main struct Program {
  static func main() {
    let heir = Heir()
    let owner = Owner(["x": 1], heir)
    for (name, object) in [("MyApp.Heir", heir), ("MyApp.Owner<[String: Int]>", owner)]
      as [(String, AnyObject)]
    {
      let address = UnsafeRawPointer(Unmanaged.passUnretained(object).toOpaque())
      print(name, UInt(bitPattern: address), usableSize(address), separator: "\t")
    }
    print("ready")
    fflush(stdout)
    while true {
      sleep(1000)
      print(heir, owner)
    }
  }
}
