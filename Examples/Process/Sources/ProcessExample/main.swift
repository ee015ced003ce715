// A list of objects, which shows that counting references works, and where the objects lie.
// prints: the list has 10000 nodes
// prints: an object is a block of the process' heap: true
// prints: an array's buffer is one: true
// prints: live bytes grew by more than 200000: true
// prints: and went back: true

import SwiftMallocProcess

final class Node {
  let next: Node?
  init(_ next: Node?) { self.next = next }
}

func makeList(_ count: Int) -> Node? {
  var list: Node?
  for _ in 0..<count { list = Node(list) }
  return list
}

func length(_ list: Node?) -> Int {
  var (node, count) = (list, 0)
  while let next = node {
    count += 1
    node = next.next
  }
  return count
}

let before = ProcessHeap.byteCounts.live
var list = makeList(10_000)
print("the list has \(length(list)) nodes")
let node = UnsafeRawPointer(Unmanaged.passUnretained(list!).toOpaque())
print("an object is a block of the process' heap: \(ProcessHeap.hasBlock(at: node))")
let array = (0..<1000).map { $0 }
let buffer = array.withUnsafeBytes { $0.baseAddress! - 32 }
print("an array's buffer is one: \(ProcessHeap.hasBlock(at: buffer))")
let with = ProcessHeap.byteCounts.live
print("live bytes grew by more than 200000: \(with - before > 200_000)")
list = nil
print("and went back: \(ProcessHeap.byteCounts.live < with - 200_000)")
