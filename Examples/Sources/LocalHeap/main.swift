// A heap for one thread: no lock, no atomic operation. Powers of two as size classes, and pages that go back only when asked.
// prints: 33300 blocks, 0 left, free pages given back: true

import SwiftMalloc

enum Parser: HeapPolicy {
  typealias Pages = SystemPages
  static var classSteps: Int { 1 }
  static var recycling: Recycling { .whenAsked }
}

let heap = try Heap<Parser>(name: "parser")
var blocks: [UnsafeMutableRawPointer] = []
for _ in 0..<900 {
  for power in 0..<37 { blocks.append(heap.allocate(byteCount: 16 + power * 800)!) }
}
let count = blocks.count
for block in blocks { heap.deallocate(block) }
let statistics = heap.statistics
print(
  "\(count) blocks, \(statistics.liveCount) left, free pages given back: \(heap.recycle() > 1 << 20)"
)
