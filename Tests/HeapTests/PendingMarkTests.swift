// The mark in blocks that wait to be freed: SipHash-2-4, of whose authors' test vectors one is here.

import Testing

@testable import Heap

@Suite struct PendingMarkTests {
  /// The key 00 01 … 0f and the message 00 01 … 07 (vectors.h of the reference implementation).
  @Test func hashIsSipHash() {
    let key: (UInt64, UInt64) = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
    #expect(PendingMark.hash(key: key, message: key.0) == 0x93f5_f579_9a93_2462)
  }

  @Test func otherKeysGiveOtherMarks() {
    let first = PendingMark.hash(key: (1, 2), message: 3)
    #expect(first != PendingMark.hash(key: (1, 3), message: 3))
    #expect(first != PendingMark.hash(key: (2, 2), message: 3))
  }
}
