// Tables, folded stacks and differences of the example.

@testable import ProfileFiles
import Testing
import Wire

struct ProfileTablesTests {
  private let profile = exampleProfile()

  @Test func theTopTable() {
    let table = ProfileTable(profile, type: 3)
    #expect(table.total == 640 && table.rows.reduce(0) { $0 + $1.flat } == 640)
    #expect(
      table.rows == [
        .init(name: "app+0x1010", flat: 384, cumulative: 640),
        .init(name: "app+0x1020", flat: 256, cumulative: 256),
        .init(name: "app+0x1030", flat: 0, cumulative: 640),
      ])
    for type in profile.sampleTypes.indices {
      let table = ProfileTable(profile, type: type)
      #expect(table.rows.reduce(0) { $0 + $1.flat } == profile.sum(type))
    }
  }

  @Test func byWhatFunctionsHoldWithAllThatTheyCall() {
    let names = ProfileTable(profile, type: 3, byCumulative: true).rows.map(\.name)
    #expect(names == ["app+0x1010", "app+0x1030", "app+0x1020"])
  }

  @Test func aSampleWithoutAStackCounts() {
    var profile = profile
    profile.samples.append(.init(locations: [], values: [1, 16, 1, 16]))
    let table = ProfileTable(profile, type: 3)
    #expect(table.rows.contains(.init(name: "(no stack)", flat: 16, cumulative: 16)))
    #expect(FoldedStacks.lines(profile, type: 3).first == "(no stack) 16")
  }

  @Test func foldedStacks() {
    #expect(
      FoldedStacks.lines(profile, type: 3) == [
        "app+0x1030;app+0x1010 320", "app+0x1030;app+0x1010;app+0x1010;app+0x1010 64",
        "app+0x1030;app+0x1010;app+0x1020 256",
      ])
    var named = profile
    named.functions[2].name = "a;b\nc"
    #expect(FoldedStacks.lines(named, type: 3)[0] == "a:b c;app+0x1010 320")
    #expect(
      FoldedStacks.lines(profile, type: 0, base: named, baseType: 3).contains("libx.so+0x40 0 100"))
  }

  @Test func nothingLessItselfIsNothing() throws {
    let difference = try ProfileSum.difference(of: profile, from: profile)
    #expect(difference.samples.isEmpty && difference.comments == profile.comments)
  }

  /// A later run: everything lies elsewhere, a stack has grown, one is gone, one is new.
  @Test func aDifferenceOfTwoRuns() throws {
    var later = profile
    for index in later.mappings.indices {
      later.mappings[index].start += 0x10_0000
      later.mappings[index].limit += 0x10_0000
    }
    for index in later.locations.indices { later.locations[index].address += 0x10_0000 }
    later.samples[0].values = [11, 704, 6, 384]
    later.samples[1].values = [4, 256, 0, 0]
    later.samples[2].locations = [3, 2]
    later.timeNanos += 9_000_000_000
    let difference = try ProfileSum.difference(of: later, from: profile)
    #expect(difference.durationNanos == 9_000_000_000)
    #expect(
      FoldedStacks.lines(difference, type: 3) == [
        "app+0x1030;app+0x1010 64", "app+0x1030;app+0x1010;app+0x1010;app+0x1010 -64",
        "app+0x1030;app+0x1010;app+0x1020 -256", "app+0x1030;libx.so+0x40 64",
      ])
    for type in profile.sampleTypes.indices {
      #expect(difference.sum(type) == later.sum(type) - profile.sum(type))
    }
    #expect(try Profile(difference.file) == difference)
  }

  @Test func whatCountsSomethingElseIsRefused() {
    var other = profile
    other.sampleTypes[3] = .init("cpu", "nanoseconds")
    #expect(throws: FormatError("counts no inuse_space in bytes, which the other profile does")) {
      try ProfileSum.difference(of: profile, from: other)
    }
  }

  @Test func amountsThatHaveNoRoomEndNothing() throws {
    var huge = profile
    for index in huge.samples.indices { huge.samples[index].values = [.max, .max, .min, .max] }
    #expect(huge.sum(0) == .max && huge.sum(2) == .min)
    #expect(ProfileTable(huge, type: 2).total == .min)
    _ = try ProfileSum.difference(of: profile, from: huge)
  }

  @Test func namesTakeThePlaceOfAddresses() {
    var asked: [[UInt64]] = []
    var named = profile
    #expect(named.isUnresolved)
    named.resolve { mapping, addresses in
      asked.append(addresses)
      if mapping.file == "/lib/libx.so" { return [[]] }
      return addresses.map { address in
        let place = Int64(address & 0xff)
        let outer = Profile.NamedFrame(
          name: "f()", systemName: "_Z1fv", file: "/src/f.cpp", line: place)
        return address == 0x5010
          ? [.init(name: "inlined", systemName: "inlined", file: "/src/f.h", line: 2), outer]
          : [outer]
      }
    }
    #expect(asked == [[0x5010, 0x5020, 0x5030], [0x7f00_0040]] && !named.isUnresolved)
    #expect(named.frames(named.samples[1]) == ["f()", "inlined", "f()", "f()"])
    #expect(named.frames(named.samples[3]) == ["libx.so+0x40"])
    #expect(named.functions.map(\.name) == ["libx.so+0x40", "inlined", "f()"])
    #expect(named.functions[2].systemName == "_Z1fv" && named.functions[2].file == "/src/f.cpp")
    #expect(named.locations[0].lines.map(\.line) == [2, 16])
    let (app, library) = (named.mappings[0], named.mappings[1])
    #expect(app.hasFunctions && app.hasFilenames && app.hasLineNumbers && app.hasInlineFrames)
    #expect(library.hasFunctions && !library.hasLineNumbers && !library.hasInlineFrames)
    // Names stay: nothing is asked again, and nothing of a file that has real names.
    let once = named
    named.resolve { _, addresses in
      Issue.record("asked again")
      return addresses.map { _ in [] }
    }
    #expect(named == once)
  }

  @Test func samplesTypesByName() {
    var profile = profile
    #expect(profile.sampleType(nil) == 3 && profile.sampleType("alloc_space") == 1)
    #expect(profile.sampleType("cpu") == nil)
    profile.defaultSampleType = "alloc_objects"
    #expect(profile.sampleType(nil) == 0)
    profile.defaultSampleType = "gone"
    #expect(profile.sampleType(nil) == 3)
  }
}
