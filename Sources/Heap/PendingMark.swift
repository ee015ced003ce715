// What stands in the second word of a small block while it waits to be freed (ThreadCache+Pending): a number that no
// program knows. A free that finds it there is looked at closely, since it is likely the second one. It is taken away
// before the block is freed, so nobody finds it in a block that malloc gave.
//
// A program that reads a block after it freed it may find the number, and it must tell nothing: neither where memory
// lies nor what the C library makes of the same random words (its canaries). It is their SipHash-2-4, odd as no address
// of a block is (Aumasson, Bernstein: SipHash, a fast short-input PRF).

import CShims

enum PendingMark {
  // Written when the process' heap is made.
  nonisolated(unsafe) private static var secret: UInt = 1

  @inline(__always)
  private static func place(_ block: UInt) -> UnsafeMutablePointer<UInt> {
    UnsafeMutablePointer(bitPattern: block &+ 8).unsafelyUnwrapped
  }

  @inline(__always)
  static func set(_ block: UInt) { place(block).pointee = secret }

  @inline(__always)
  static func clear(_ block: UInt) { place(block).pointee = 0 }

  @inline(__always)
  static func isSet(_ block: UInt) -> Bool { place(block).pointee == secret }

  /// Chooses the process' mark. Before a block can wait.
  static func choose() {
    if secret != 1 { return }
    guard let words = swiftmalloc_random_words() else { return }
    secret = UInt(Self.hash(key: (words[0], words[1]), message: 0x6b72_616d_6c61_6d73)) | 1
  }

  /// SipHash-2-4 of a message of eight bytes.
  static func hash(key: (UInt64, UInt64), message: UInt64) -> UInt64 {
    var state = SipState(
      a: key.0 ^ 0x736f_6d65_7073_6575, b: key.1 ^ 0x646f_7261_6e64_6f6d,
      c: key.0 ^ 0x6c79_6765_6e65_7261, d: key.1 ^ 0x7465_6462_7974_6573)
    state.take(message)
    // The last word holds the message's length in its highest byte.
    state.take(8 << 56)
    state.c ^= 0xff
    for _ in 0..<4 { state.mix() }
    return state.a ^ state.b ^ state.c ^ state.d
  }
}

private struct SipState {
  var a: UInt64
  var b: UInt64
  var c: UInt64
  var d: UInt64

  mutating func take(_ word: UInt64) {
    d ^= word
    mix()
    mix()
    a ^= word
  }

  mutating func mix() {
    a &+= b
    b = rotate(b, 13) ^ a
    a = rotate(a, 32)
    c &+= d
    d = rotate(d, 16) ^ c
    a &+= d
    d = rotate(d, 21) ^ a
    c &+= b
    b = rotate(b, 17) ^ c
    c = rotate(c, 32)
  }

  private func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 {
    word &<< count | word &>> (64 - count)
  }
}
