// An arena for each request: what the handling of a request needs lies in one heap, and goes at once when it is answered.
// prints: 1000 requests, 30000 words, 0 blocks left

import SwiftMalloc

/// The words of a request, in the request's heap.
func split(_ text: StaticString, in arena: borrowing Heap<Bump>) -> Int {
  var words = 0
  var word = arena.allocateBuffer(of: UInt8.self, count: 64)!
  var length = 0
  text.withUTF8Buffer { bytes in
    for byte in bytes where length < 64 {
      if byte == UInt8(ascii: " ") {
        words += 1
        word = arena.allocateBuffer(of: UInt8.self, count: 64)!
        length = 0
      } else {
        word[length] = byte
        length += 1
      }
    }
  }
  return words + 1
}

// One arena for each thread of the server, emptied after each request: its pages are warm for the next one.
let arena = try Heap<Bump>(name: "request")
var words = 0
for _ in 0..<1000 {
  for _ in 0..<10 { words += split("GET /index HTTP/1.1", in: arena) }
  arena.deallocateAll()
}
print("1000 requests, \(words) words, \(arena.statistics.liveCount) blocks left")
