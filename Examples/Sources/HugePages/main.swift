// A heap on huge pages where the system has them, and on ordinary ones where it has none: fewer misses of the processor's table
// of pages for data that is used all over.
// prints: the sum is 8386560

import SwiftMalloc

func sumOfTable() throws(HeapError) -> Int {
  let heap = try Heap<LocalOnHugePages>(name: "table")
  let table = heap.allocateBuffer(of: Int.self, count: 4 << 20)!
  table.initialize(repeating: 0)
  var sum = 0
  for index in 0..<4096 { table[index &* 1021 % table.count] = index }
  for number in table { sum += number }
  heap.deallocate(table)
  // Or at the end of its scope.
  heap.destroy()
  return sum
}

print("the sum is \(try sumOfTable())")
