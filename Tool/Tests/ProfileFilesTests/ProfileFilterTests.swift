// Samples and frames that a filter leaves in the example.

import ProfileFiles
import Testing

struct ProfileFilterTests {
  private let profile = exampleProfile()

  private func lines(_ change: (inout ProfileFilter) throws -> Void, type: Int = 3) rethrows
    -> [String]
  {
    var filter = ProfileFilter()
    try change(&filter)
    return FoldedStacks.lines(filter.applied(to: profile), type: type)
  }

  @Test func withoutOptionsAllStays() { #expect(ProfileFilter().applied(to: profile) == profile) }

  @Test func focusAndIgnore() throws {
    #expect(
      try lines { $0.focus = try .init("x1020$") } == ["app+0x1030;app+0x1010;app+0x1020 256"])
    #expect(try lines({ $0.focus = try .init("^/lib/") }, type: 1) == ["libx.so+0x40 3200"])
    #expect(
      try lines { $0.ignore = try .init("x1020") } == [
        "app+0x1030;app+0x1010 320", "app+0x1030;app+0x1010;app+0x1010;app+0x1010 64",
      ])
    #expect(try lines { $0.focus = try .init("nothing has it") } == [])
  }

  @Test func hiddenFramesAreTheirCallers() throws {
    #expect(
      try lines { $0.hide = try .init("x10[12]0") } == ["app+0x1030 640"])
    var inlined = profile
    inlined.locations[1].lines = [.init(function: 1), .init(function: 3)]
    var filter = ProfileFilter()
    filter.hide = try .init("libx")
    #expect(
      FoldedStacks.lines(filter.applied(to: inlined), type: 3)[2]
        == "app+0x1030;app+0x1010;app+0x1020 256")
  }

  @Test func labels() throws {
    #expect(try lines({ $0.tagfocus = try .init("thread=^w") }, type: 0) == ["libx.so+0x40 100"])
    #expect(try lines({ $0.tagignore = try .init("thread=main") }, type: 0) == ["libx.so+0x40 100"])
    #expect(try lines { $0.tagfocus = try .init("heap=") } == [])
    #expect(try ProfileFilter.LabelExpression("thread") == nil)
    #expect(try ProfileFilter.LabelExpression("=main") == nil)
    #expect(throws: (any Error).self) { try ProfileFilter.LabelExpression("thread=(") }
    #expect(throws: (any Error).self) { try ProfileFilter.Expression("[") }
  }
}
