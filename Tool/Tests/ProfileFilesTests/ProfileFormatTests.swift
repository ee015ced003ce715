// The format: what was written is read again, by bytes that other writers make, too.

@testable import ProfileFiles
import Testing
import Wire

struct ProfileFormatTests {
  @Test func whatIsWrittenIsReadAgain() throws {
    var profile = exampleProfile()
    #expect(try Profile(profile.file) == profile)
    #expect(try Profile(profile.encoded) == profile)
    profile.dropFrames = "malloc|calloc"
    profile.keepFrames = "main"
    profile.locations[1].isFolded = true
    profile.mappings[1].hasFunctions = true
    profile.mappings[1].hasInlineFrames = true
    profile.locations[3].lines = [.init(function: 3, line: 7), .init(function: 1, line: -8)]
    profile.functions[3] = .init(
      name: "f(int)", systemName: "_Z1fi", file: "/src/f.cpp", startLine: 3)
    profile.samples[0].values = [.max, .min, -1, 0]
    #expect(try Profile(profile.file) == profile)
  }

  @Test func theFirstTextIsEmptyAndOthersStandOnce() throws {
    let bytes = exampleProfile().encoded
    var texts: [String] = []
    try bytes.withUnsafeBufferPointer { bytes in
      var reader = WireReader(bytes, of: "profile")
      while let (field, value) = try reader.next() {
        if field == 6, case .part(let part) = value {
          texts.append(String(decoding: bytes[part], as: UTF8.self))
        }
      }
    }
    #expect(texts.first == "" && Set(texts).count == texts.count)
  }

  /// By hand: numbers that are not packed, tables behind what names them, ids that begin anywhere, unknown fields.
  @Test func otherWritersWriteOtherwise() throws {
    var message = WireWriter()
    message.message(2) {
      $0.number(1, UInt64(900))
      $0.number(1, UInt64(7))
      $0.number(2, UInt64(3))
    }
    message.message(4) {
      $0.number(1, UInt64(900))
      $0.message(4) { $0.number(1, UInt64.max) }
    }
    message.message(4) {
      $0.number(1, UInt64(7))
      $0.number(3, UInt64(0x1234))
    }
    message.message(5) {
      $0.number(1, UInt64.max)
      $0.number(2, UInt64(2))
    }
    message.message(1) { $0.number(1, UInt64(1)) }
    // Fields 99 and 100 of eight and four bytes, 101 of none.
    message.varint(99 << 3 | 1)
    for _ in 0..<8 { message.varint(1) }
    message.varint(100 << 3 | 5)
    for _ in 0..<4 { message.varint(1) }
    message.part(101, [])
    message.number(13, UInt64(2))
    for text in ["", "events", "f"] { message.part(6, text.utf8) }
    let profile = try Profile(message.bytes)
    #expect(profile.frames(profile.samples[0]) == ["f", "0x1234"])
    #expect(profile.samples[0].values == [3] && profile.comments == ["f"])
    #expect(profile.sampleType(nil) == 0 && profile.sampleType("events") == 0)
  }

  @Test func severalPartsOfGzipAreOneFile() throws {
    let bytes = exampleProfile().encoded
    let half = bytes.count / 2
    let parts = Gzip.compressed(Array(bytes[..<half])) + Gzip.compressed(Array(bytes[half...]))
    #expect(try Profile(parts) == exampleProfile())
  }

  /// The library's own: blocks that are only stored.
  @Test func storedBlocksAreRead() throws {
    let bytes = exampleProfile().encoded
    var file: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]
    for start in stride(from: 0, to: bytes.count, by: 100) {
      let block = bytes[start..<min(start + 100, bytes.count)]
      let length = UInt16(block.count)
      file.append(start + 100 >= bytes.count ? 1 : 0)
      file += [length, ~length].flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] } + block
    }
    for number in [crc(bytes), UInt32(bytes.count)] {
      file += (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
    #expect(try Profile(file) == exampleProfile())
  }

  private func crc(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { part, _ in
        part & 1 == 1 ? part >> 1 ^ 0xedb8_8320 : part >> 1
      }
    }
  }
}
