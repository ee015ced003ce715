// The local table and the arena of ../heaps.c, which tells what they are, by a heap of Swift's:
//
//   SwiftHeaps table local | huge
//   SwiftHeaps arena bump

import Glibc
import SwiftMalloc

let tableCount = 37 * 900
let arenaCount = 10000
let roundCount = 60
typealias Blocks = UnsafeMutablePointer<UnsafeMutableRawPointer>

func seconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func firstDecile(_ values: [Double]) -> Double { values.sorted()[values.count / 10] }

func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

@inline(__always)
func table<Policy: HeapPolicy>(_ heap: borrowing Heap<Policy>, _ blocks: Blocks) {
  var allocating: [Double] = []
  var freeing: [Double] = []
  for _ in 0..<roundCount {
    var begin = seconds()
    for index in 0..<tableCount {
      blocks[index] = heap.allocate(byteCount: 16 * (1 + index % 37)).unsafelyUnwrapped
    }
    allocating.append(seconds() - begin)
    for index in 0..<tableCount {
      let byteCount = 16 * (1 + index % 37)
      blocks[index].initializeMemory(as: UInt8.self, repeating: UInt8(index % 37), count: byteCount)
    }
    begin = seconds()
    for index in 0..<tableCount { heap.deallocate(blocks[index]) }
    freeing.append(seconds() - begin)
  }
  let count = Double(tableCount) / 1e6
  print(rounded(count / firstDecile(allocating)), rounded(count / firstDecile(freeing)))
}

func arena(_ heap: borrowing Heap<Bump>, _ blocks: Blocks) {
  var times: [Double] = []
  let byteCounts = (0..<arenaCount).map { 16 + $0 * 8 % 208 }
  for _ in 0..<roundCount {
    let begin = seconds()
    for index in 0..<arenaCount {
      let block = heap.allocate(byteCount: byteCounts[index]).unsafelyUnwrapped
      block.storeBytes(of: 1, as: UInt8.self)
      blocks[index] = block
    }
    heap.deallocateAll()
    times.append(seconds() - begin)
  }
  print(rounded(firstDecile(times) / Double(arenaCount) * 1e9))
}

let blocks = Blocks.allocate(capacity: tableCount)
switch CommandLine.arguments.dropFirst().joined(separator: " ") {
case "table local": table(try Heap<Local>(), blocks)
case "table huge": table(try Heap<LocalOnHugePages>(), blocks)
case "arena bump": arena(try Heap<Bump>(), blocks)
default: exit(2)
}
