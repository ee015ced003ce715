// A gzip file (RFC 1952) of stored blocks (RFC 1951, 3.2.4): readers of profiles expect one, and do not mind that it is not
// shorter than what is in it. swiftmallocctl compresses what it writes.

import Platform

struct GzipFile: ~Copyable {
  private var file: ReplacedFile
  // Of a stored block at most 65,535 bytes, behind its head of five.
  private let buffer: UnsafeMutablePointer<UInt8>
  private var count = 0
  private var checksum: UInt32 = .max
  private var length: UInt32 = 0

  /// Bytes of memory that it works in.
  static let bufferByteCount = 65536
  private static let headByteCount = 5
  private static let blockLimit = 65536 - headByteCount

  init(_ path: UnsafePointer<CChar>, buffer: UnsafeMutablePointer<UInt8>) {
    file = ReplacedFile(path)
    self.buffer = buffer
    // Deflate, no name, no time, system unknown.
    let head: InlineArray<10, UInt8> = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
    withUnsafePointer(to: head) { file.write($0, 10) }
  }

  mutating func write(_ bytes: UnsafePointer<UInt8>, _ byteCount: Int) {
    for index in 0..<byteCount {
      if count == Self.blockLimit { endBlock(isLast: false) }
      buffer[Self.headByteCount + count] = bytes[index]
      count += 1
    }
  }

  private mutating func endBlock(isLast: Bool) {
    buffer[0] = isLast ? 1 : 0
    put(UInt32(count) | ~UInt32(count) << 16, at: 1)
    for index in 0..<count { addToChecksum(buffer[Self.headByteCount + index]) }
    length &+= UInt32(count)
    file.write(buffer, Self.headByteCount + count)
    count = 0
  }

  // CRC-32 (RFC 1952, 8), four bits at a time.
  private mutating func addToChecksum(_ byte: UInt8) {
    let table: InlineArray<16, UInt32> = [
      0x0000_0000, 0x1db7_1064, 0x3b6e_20c8, 0x26d9_30ac, 0x76dc_4190, 0x6b6b_51f4, 0x4db2_6158,
      0x5005_713c, 0xedb8_8320, 0xf00f_9344, 0xd6d6_a3e8, 0xcb61_b38c, 0x9b64_c2b0, 0x86d3_d2d4,
      0xa00a_e278, 0xbdbd_f21c,
    ]
    checksum ^= UInt32(byte)
    checksum = checksum >> 4 ^ table[Int(checksum & 15)]
    checksum = checksum >> 4 ^ table[Int(checksum & 15)]
  }

  private func put(_ word: UInt32, at place: Int) {
    for index in 0..<4 { buffer[place + index] = UInt8(truncatingIfNeeded: word >> (8 * index)) }
  }

  /// Ends the file. The error, as errno(3) has it, or 0: then the file is in its place.
  mutating func finish() -> Int {
    endBlock(isLast: true)
    put(~checksum, at: 0)
    put(length, at: 4)
    file.write(buffer, 8)
    return file.finish()
  }
}
