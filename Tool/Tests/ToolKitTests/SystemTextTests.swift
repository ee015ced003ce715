// Names that are no UTF-8 come back as they were.

import Testing
import ToolKit

@Suite struct SystemTextTests {
  @Test(
    arguments: [
      [], Array("plain, é, 日本, 🎉".utf8), [0xe9], [0x61, 0xe9, 0x62],
      // Cut characters, a half of a pair, an overlong 0.
      [0xf4, 0x8f], [0xe2, 0x82, 0x41], [0xed, 0xa0, 0x80], [0xc0, 0x80],
      // The scalars that stand for bytes, and those beside them.
      [0xf4, 0x8f, 0xbb, 0xbf], [0xf4, 0x8f, 0xbc, 0x80], [0xf4, 0x8f, 0xbf, 0xbf],
    ] as [[UInt8]])
  func bytesComeBack(_ bytes: [UInt8]) {
    #expect(String(systemBytes: bytes).systemBytes == bytes)
  }

  @Test func textEndsWithZero() {
    let text: [CChar] = [0x61, -23, 0]
    #expect(text.withUnsafeBufferPointer { String(system: $0.baseAddress!) }.systemText == text)
    #expect("é=1".systemText == [-61, -87, 0x3d, 0x31, 0])
  }
}
