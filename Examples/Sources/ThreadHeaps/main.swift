// Heaps and threads: one heap that all threads share, and for a thread that behaves otherwise one of its own, with its own limit.
// prints: shared: 4000 blocks of 4 threads
// prints: own: full after 16 blocks of 64 KiB, nothing left when it ends

import Dispatch
import SwiftMalloc

/// A heap as a global is made at its first use.
let shared = makeShared()

func makeShared() -> Heap<Shared> {
  do { return try Heap<Shared>(name: "messages") } catch { fatalError("no memory for a heap") }
}

DispatchQueue.concurrentPerform(iterations: 4) { thread in
  for _ in 0..<1000 {
    let message = shared.allocate(byteCount: 64)!
    message.storeBytes(of: thread, as: Int.self)
  }
}
print("shared: \(shared.statistics.liveCount) blocks of 4 threads")

DispatchQueue.concurrentPerform(iterations: 1) { _ in
  guard let own = try? Heap<Local>(name: "images", limit: 1 << 20) else { return }
  var count = 0
  while own.allocate(byteCount: 1 << 16) != nil { count += 1 }
  print("own: full after \(count) blocks of 64 KiB, nothing left when it ends")
}
