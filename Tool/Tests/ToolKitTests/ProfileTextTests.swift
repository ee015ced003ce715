// A profile as text and as JSON.

import LiveReader
import ProfileFiles
import Testing
@testable import ToolKit

struct ProfileTextTests {
  private var profile: Profile {
    var profile = Profile()
    profile.sampleTypes = [.init("objects", "count"), .init("space", "bytes")]
    profile.mappings = [.init(start: 0, limit: 1 << 20, file: "/usr/bin/app")]
    profile.functions = [
      .init(name: "leaf", file: "/src/leaf.c"), .init(name: "main"),
      .init(name: "in\u{1b}[31mlined"),
    ]
    profile.locations = [
      .init(mapping: 0, address: 1, lines: [.init(function: 2), .init(function: 0)]),
      .init(mapping: 0, address: 2, lines: [.init(function: 1)]),
      .init(mapping: 0, address: 3, lines: [.init(function: 1, line: 9)]),
    ]
    profile.samples = [
      .init(locations: [0, 1], values: [2, 2048], labels: [.init("thread", text: "a")]),
      .init(locations: [0, 2], values: [1, 1024], labels: [.init("thread", text: "a")]),
      .init(locations: [1], values: [1, 1 << 20]),
    ]
    return profile
  }

  @Test func theTable() {
    let lines = ProfileText(profile, file: "x", type: 1, rows: 2).lines(Style(isOn: false))
    #expect(lines[0] == "space of x: 1.0 MiB in 3 samples")
    #expect(lines[3] == "1.0 MiB  99.7%  1.0 MiB  100.0%  main")
    #expect(lines[4] == "3.0 KiB   0.3%  3.0 KiB    0.3%  in?[31mlined")
    #expect(lines[5] == "and 1 more, 0 B flat: --rows 3 shows all")
    let counts = ProfileText(profile, file: "x", type: 0, rows: 9).lines(Style(isOn: false))
    #expect(counts[0] == "objects of x: 4 in 3 samples" && counts.count == 6)
  }

  @Test func aDifferenceHasSigns() {
    var change = profile
    change.samples[2].values = [-1, -512]
    let lines = ProfileText(change, file: "x", type: 1, rows: 9, baseTotal: 10240)
      .lines(Style(isOn: false))
    #expect(lines[0] == "space of x: +2.5 KiB in 3 samples")
    #expect(lines.contains(" -512 B  -5.0%  2.5 KiB  25.0%  main"))
    // Of nothing there is no share.
    let counts = ProfileText(change, file: "x", type: 0, rows: 9, baseTotal: 0)
      .lines(Style(isOn: false))
    let main = counts.first { $0.hasSuffix(" main") }
    #expect(main?.split(separator: " ") == ["-1", "-", "2", "-", "main"])
  }

  @Test func otherUnits() {
    var cpu = profile
    cpu.sampleTypes[1] = .init("cpu", "nanoseconds")
    cpu.samples[2].values[1] = 2_500_000_000
    #expect(
      ProfileText(cpu, file: "x", type: 1, rows: 9).lines(Style(isOn: false))[0]
        == "cpu of x: 2.5 s in 3 samples")
  }

  @Test func thePagesJSONHasEachStackOnce() {
    let text = ProfileJSON(profile, complaints: ["no symbols"]).text.text
    #expect(
      text.contains(
        #""threads":["a",""],"heaps":[""],"names":[["in\u001b[31mlined","app",""],["leaf","app","/src/leaf.c"],["main","app",""]]"#
      ))
    #expect(text.contains(#""stacks":[[0,0,[2,1,0],3,3072],[1,0,[2],1,1048576]]"#))
    #expect(text.contains(#""complaints":["no symbols"]"#))
  }
}
