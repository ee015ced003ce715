// A limited heap for what a stranger sends: an input that wants too much memory gets none, and nothing else notices.
// prints: [1,[2,3]] has depth 2
// prints: a bomb is refused: no more than 1 MiB for an input

import SwiftMalloc

/// A list that was read: its depth, and what it holds.
struct List {
  var depth = 1
  var firstInner: UnsafeMutablePointer<List>?
}

enum Refused: Error { case tooMuch }

func read(_ text: [UInt8], in heap: borrowing Heap<Local>) -> Int? {
  var depth = 0
  var deepest = 0
  for byte in text {
    if byte == UInt8(ascii: "[") {
      guard let list = heap.allocateBuffer(of: List.self, count: 1) else { return nil }
      list.initialize(repeating: List(depth: depth))
      depth += 1
      deepest = max(deepest, depth)
    } else if byte == UInt8(ascii: "]") {
      depth -= 1
    }
  }
  return deepest
}

func show(_ name: String, _ text: [UInt8]) throws {
  let depth = try withHeap("input", limit: 1 << 20) { heap in read(text, in: heap) }
  if let depth {
    print("\(name) has depth \(depth)")
  } else {
    print("\(name) is refused: no more than 1 MiB for an input")
  }
}

try show("[1,[2,3]]", Array("[1,[2,3]]".utf8))
try show("a bomb", Array(repeating: UInt8(ascii: "["), count: 10_000_000))
