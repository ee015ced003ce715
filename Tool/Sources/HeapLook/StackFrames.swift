// Which function a word on a stack belongs to. Without unwind rules, by what calls leave there: a word that is an address behind
// a call instruction is a return address, and what lies above it, up to the next one, is the frame of the function that it leads
// back into.
//
//   stack pointer → … locals of h │ return address into g │ … locals of g … │ return address into f │ … locals of f …
//
// A return address of a call that has ended may still stand in a frame; then the frame is called by the name of an earlier
// function.

import HeapTypes
import Targets

struct StackFrames {
  /// Where return addresses stand, and which.
  private var places: [UInt64] = []
  private var counters: [UInt64] = []
  private let first: UInt64

  private static var longestStack: UInt64 { 8 << 20 }

  /// Of the stack from a thread's stack pointer up to `end`; `counter` is the instruction that it stands at.
  init(
    _ memory: some TargetMemory, _ finder: TypeFinder, from pointer: UInt64, to end: UInt64,
    counter: UInt64
  ) {
    first = counter
    let start = pointer & ~7
    let count = Int(min(end &- start, Self.longestStack))
    if end <= start { return }
    let bytes = memory.bytes(at: start, count: count)
    bytes.withUnsafeBytes { buffer in
      for offset in stride(from: 0, through: bytes.count - 8, by: 8) {
        let word = buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        if word < 4096 || !finder.isCode(word) || !Self.isBehindCall(word, memory) { continue }
        places.append(start + UInt64(offset))
        counters.append(word)
      }
    }
  }

  /// An instruction of the function that has the frame in which an address lies.
  func counter(of address: UInt64) -> UInt64 {
    var low = 0
    var high = places.count
    while low < high {
      let middle = (low + high) / 2
      if places[middle] < address { low = middle + 1 } else { high = middle }
    }
    // The call, not what follows it, which may be another function.
    return low > 0 ? counters[low - 1] - 1 : first
  }

  // Calls of x86-64: E8 and a distance of four bytes, FF /2 of two to seven bytes. Of AArch64: BL, BLR.
  private static func isBehindCall(_ counter: UInt64, _ memory: some TargetMemory) -> Bool {
    let bytes = memory.bytes(at: counter - 8, count: 8)
    if bytes.count < 8 { return false }
    #if arch(x86_64)
      if bytes[3] == 0xe8 { return true }
      return (2...7).contains { bytes[8 - $0] == 0xff && bytes[9 - $0] >> 3 & 7 == 2 }
    #else
      return bytes[7] >> 2 == 0x25 || bytes[7] == 0xd6 && bytes[6] == 0x3f
    #endif
  }
}
