// Proves that a leak report tells a retain cycle that hangs below an object that was lost in another way, once: at the objects of the
// cycle, which are indirect leaks.
// report: ^Direct leak of 24 byte\(s\) in 1 object\(s\) of \w+\.Root allocated from:$
// report: ^  retain cycle: (\w+\.Owner\.delegate → \w+\.Handler\.owner → \w+\.Owner|\w+\.Handler\.owner → \w+\.Owner\.delegate → \w+\.Handler)$
// report: ^SUMMARY
// report-not: retain cycle: .*(Root|Leaf)
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23
// env: SWIFTMALLOC_LEAKS=1 SWIFTMALLOC_LEAK_EXIT_CODE=23 SWIFTMALLOC_DEBUG=1
// expect: exit 23
// not-compared: Valgrind knows no types
final class Root {
  var owner: Owner?
}

// Larger objects lie behind it: it is met first.
struct Room {
  var words = (
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  )
}

struct Rooms {
  var all = (Room(), Room(), Room(), Room(), Room(), Room())
}

final class Owner {
  var rooms = Rooms()
  var number = 1
  var delegate: Handler?
  var leaf: Leaf?
}

final class Handler {
  var rooms = (Rooms(), Rooms())
  var owner: Owner?
}

final class Leaf {
  unowned let owner: Owner
  init(_ owner: Owner) { self.owner = owner }
}

@inline(never) func lose() {
  let root = Root()
  let owner = Owner()
  owner.delegate = Handler()
  owner.delegate!.owner = owner
  owner.leaf = Leaf(owner)
  root.owner = owner
  _ = Unmanaged.passRetained(root)
}

/// Runs `work` far down on the stack.
@inline(never) func away(_ depth: Int, _ work: () -> Void) {
  withUnsafeTemporaryAllocation(byteCount: 1000, alignment: 16) { bytes in
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
    if depth > 0 { away(depth - 1, work) } else { work() }
  }
}

away(40) { lose() }
away(80) {}
