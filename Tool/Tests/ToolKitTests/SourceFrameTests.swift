// What symbolizers answer.

import Testing
import ToolKit

struct SourceFrameTests {
  private func frames(_ lines: String...) -> [[SourceFrame]] {
    SourceFrame.frames(of: lines.joined(separator: "\n") + "\n")
  }

  @Test func oneFunctionOrSeveral() {
    #expect(
      frames("0x10", "main", "/a/b.c:5", "0x20", "inner", "b.h:1", "outer", "b.c:7") == [
        [SourceFrame(function: "main", place: "/a/b.c:5")],
        [
          SourceFrame(function: "inner", place: "b.h:1"),
          SourceFrame(function: "outer", place: "b.c:7"),
        ],
      ])
  }

  @Test func whatIsNotKnown() {
    #expect(
      frames("0x10", "??", "??:0", "0x20", "f", "??:?", "0x30", "??", "b.c:?") == [
        [], [SourceFrame(function: "f", place: nil)],
        [SourceFrame(function: "??", place: "b.c:0")],
      ])
  }

  @Test func columnsAndDiscriminatorsAreLeftOut() {
    #expect(
      frames("0x10", "f", "/a/b.c:5:3", "0x20", "g", "b.c:7 (discriminator 2)") == [
        [SourceFrame(function: "f", place: "/a/b.c:5")],
        [SourceFrame(function: "g", place: "b.c:7")],
      ])
  }

  @Test func whereAFunctionIsInlinedIsLeftOut() {
    #expect(
      frames("0x10", "f inlined at /a/b.c:9:1 in g", "/a/b.c:5:3", "g", "/a/b.c:9:1") == [
        [
          SourceFrame(function: "f", place: "/a/b.c:5"),
          SourceFrame(function: "g", place: "/a/b.c:9"),
        ]
      ])
  }

  @Test func noAnswer() {
    #expect(frames() == [])
    // Lines without an address before them.
    #expect(frames("main", "a.c:5") == [])
  }
}
