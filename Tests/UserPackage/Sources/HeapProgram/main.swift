// One case of those in run.sh, by name.

import Dispatch
import Glibc
import SwiftMalloc

/// Why a heap of the policy cannot be made.
func refusal<Policy: HeapPolicy>(of policy: Policy.Type) -> String
where Policy.Pages == SystemPages {
  do {
    _ = try Heap<Policy>()
    return "none"
  } catch {
    return "\(error)"
  }
}

func run(_ name: String) throws(HeapError) {
  switch name {
  case "policies":
    print("local:", serves(try Heap<Local>()), "shared:", serves(try Heap<Shared>()))
    print("bump:", serves(try Heap<Bump>()), "huge:", serves(try Heap<LocalOnHugePages>()))
  case "size-classes": try sizeClasses()
  case "wrong-size-classes":
    print(refusal(of: OutOfOrder.self), refusal(of: Odd.self), refusal(of: TooLong.self))
    print(refusal(of: TooMany.self))
  case "zeroing":
    try zeroing()
    try zeroingOfABuffer()
  case "locked":
    let heap = try Heap<LocalLocked>(name: "keys")
    guard let block = heap.allocate(byteCount: 1000) else { return }
    print("locked:", isLocked(block))
  case "not-locked":
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &none)
    // Who may lock as much as he likes is somebody else now.
    if getuid() == 0 { setuid(65534) }
    _ = try Heap<LocalLocked>()
  case "node":
    print("served:", serves(try Heap<LocalOn<NodePages>>(pages: NodePages(node: 0))))
    print("served shared:", serves(try Heap<SharedOn<NodePages>>(pages: NodePages(node: 0))))
  case "no-node": _ = try NodePages(node: 1000)
  case "two-threads":
    // The compiler refuses what it sees: so it does not.
    let place = UnsafeMutablePointer<Heap<Local>>.allocate(capacity: 1)
    place.initialize(to: try Heap<Local>(name: "one"))
    let address = UInt(bitPattern: place)
    _ = place.pointee.allocate(byteCount: 40)
    place.pointee.forEachBlock { _, _ in
      DispatchQueue(label: "second").async {
        let heap = UnsafeMutablePointer<Heap<Local>>(bitPattern: address).unsafelyUnwrapped
        _ = heap.pointee.allocate(byteCount: 40)
      }
      sleep(20)
    }
  case "foreign-block":
    let heap = try Heap<Local>()
    heap.deallocate(malloc(40))
  case "foreign-block-in-a-bump-heap":
    let heap = try Heap<Bump>()
    heap.deallocate(malloc(40))
  case "foreign-block-moved":
    let heap = try Heap<Shared>()
    _ = heap.reallocate(malloc(40), byteCount: 80)
  case "block-of-another-heap":
    let heap = try Heap<Local>()
    let other = try Heap<Local>()
    heap.deallocate(other.allocate(byteCount: 40))
    other.destroy()
  case "inside-a-large-block":
    let heap = try Heap<Local>()
    heap.deallocate(heap.allocate(byteCount: 9_000_000)! + 1000)
  default: exit(2)
  }
}

/// Whether the mapping of the block is locked, by /proc.
func isLocked(_ block: UnsafeMutableRawPointer) -> Bool {
  guard let file = fopen("/proc/self/smaps", "r") else { return false }
  defer { fclose(file) }
  var line: UnsafeMutablePointer<CChar>?
  var length = 0
  var isIt = false
  while getline(&line, &length, file) > 0, let line {
    let text = String(cString: line)
    if let bounds = text.split(separator: " ").first?.split(separator: "-"), bounds.count == 2,
      let start = UInt(bounds[0], radix: 16), let end = UInt(bounds[1], radix: 16)
    {
      isIt = (start..<end).contains(UInt(bitPattern: block))
    } else if isIt, text.hasPrefix("VmFlags:") {
      return text.contains(" lo")
    }
  }
  return false
}

do {
  try run(CommandLine.arguments.dropFirst().first ?? "")
} catch {
  print("refused:", error)
}
