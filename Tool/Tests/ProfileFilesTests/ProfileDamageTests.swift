// Whatever is wrong with a file: one sentence, or a profile whose tables can be made; never a crash, never without end.

@testable import ProfileFiles
import Testing
import Wire

struct ProfileDamageTests {
  /// Reads it, and makes all that is made of a profile; what is wrong with it.
  @discardableResult
  private func problem(_ bytes: [UInt8]) -> String? {
    do {
      var profile = try Profile(bytes)
      for type in profile.sampleTypes.indices {
        _ = ProfileTable(profile, type: type)
        _ = FoldedStacks.lines(profile, type: type)
      }
      profile.resolve { _, addresses in addresses.map { _ in [] } }
      let difference = try ProfileSum.difference(of: profile, from: profile)
      #expect(
        difference.samples.allSatisfy { $0.values.contains(.min) || $0.values.contains(.max) })
      _ = try Profile(profile.file)
      return nil
    } catch {
      #expect(!error.problem.isEmpty && !error.problem.contains("\n"))
      return error.problem
    }
  }

  @Test func everyLengthIsTried() {
    let bytes = exampleProfile().encoded
    for count in 0..<bytes.count { problem(Array(bytes[..<count])) }
    let file = exampleProfile().file
    for count in 2..<file.count {
      #expect(problem(Array(file[..<count])) == "is cut: its compressed data has no end")
    }
    #expect(problem([]) == "is empty: there is no profile in it")
    #expect(problem(file + [0, 0]) == nil)
  }

  @Test func everyByteIsTried() {
    let bytes = exampleProfile().encoded
    for place in bytes.indices {
      for value in [0, 1, 0x7f, 0x80, 0xff, bytes[place] ^ 1, bytes[place] ^ 8] {
        var damaged = bytes
        damaged[place] = value
        problem(damaged)
      }
    }
    let file = exampleProfile().file
    for place in file.indices {
      var damaged = file
      damaged[place] ^= 0x10
      problem(damaged)
    }
  }

  @Test func seededNoise() {
    var state: UInt64 = 19
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    let bytes = exampleProfile().encoded
    for _ in 0..<4000 {
      var damaged = bytes
      for _ in 0...next() % 6 {
        damaged[Int(next()) % damaged.count] = UInt8(truncatingIfNeeded: next())
      }
      if next() % 4 == 0 { damaged.removeSubrange(0..<Int(next()) % damaged.count) }
      problem(damaged)
      problem((0..<Int(next() % 200)).map { _ in UInt8(truncatingIfNeeded: next()) })
    }
  }

  @Test func sentencesNameWhatIsWrong() {
    func edited(_ change: (inout Profile) -> Void) -> [UInt8] {
      var profile = exampleProfile()
      change(&profile)
      return profile.encoded
    }
    #expect(
      problem(edited { $0.samples[0].locations = [55] })
        == "is damaged: it names a location with the id 56, which is not there")
    #expect(
      problem(edited { $0.locations[0].mapping = 7 })
        == "is damaged: it names a mapping with the id 8, which is not there")
    #expect(
      problem(edited { $0.locations[0].lines[0].function = 9 })
        == "is damaged: it names a function with the id 10, which is not there")
    #expect(
      problem(edited { $0.samples[1].values.append(1) })
        == "is damaged: a sample has 5 values for 4 sample types")
    #expect(
      problem(edited { $0.sampleTypes = [] })
        == "is no profile: it does not say what its samples count")
    var message = WireWriter()
    message.message(1) { $0.number(1, UInt64(77)) }
    #expect(problem(message.bytes) == "is damaged: it names text 77 of 0")
    message = WireWriter()
    message.message(1) { $0.number(1, UInt64(0)) }
    message.message(3) { $0.number(2, UInt64(1)) }
    #expect(problem(message.bytes) == "is damaged: a mapping has no id")
    message.message(4) { $0.number(1, UInt64(1)) }
    #expect(
      problem(Array("heap profile: 1: 2 [3: 4] @".utf8))?.hasPrefix(
        "is no profile, or damaged: it ")
        == true)
    #expect(
      problem([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1])
        == "is no profile, or damaged: it has a number of more than 64 bits (at byte 10)")
    #expect(
      problem([0x32, 0xff, 0xff, 0xff, 0xff, 0x0f])
        == "is no profile, or damaged: it names 4294967295 bytes where 0 are left (at byte 6)")
    #expect(
      problem([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff])
        == "is damaged: its compressed data cannot be decompressed")
  }

  @Test func aBombIsNotDecompressed() {
    let bomb = Gzip.compressed([UInt8](repeating: 0, count: 1 << 22))
    #expect(throws: FormatError("is longer than 1 MiB when it is decompressed")) {
      try Gzip.decompressed(bomb, limit: 1 << 20)
    }
  }
}
