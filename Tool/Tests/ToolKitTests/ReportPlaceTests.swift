// Places in the lines of reports, and the lines with what a symbolizer knows of them.

import Testing
import ToolKit

struct ReportPlaceTests {
  @Test func ourForm() throws {
    let text = "    #3 0x7f00 in ??  (/usr/lib/lib (1).so+0x1a2B, build id 6E2f)"
    let line = try #require(ReportPlace.line(text))
    #expect(line.place.module.path == "/usr/lib/lib (1).so" && line.place.module.buildID == "6e2f")
    #expect(line.place.offset == 0x1a2b)
    #expect(
      line.lines([SourceFrame(function: "f", place: "a.c:5")]) == ["    #3 0x7f00 in f  a.c:5"])
  }

  @Test func withoutABuildID() throws {
    let line = try #require(ReportPlace.line("    #0 0x1 in main  (app+0x10)"))
    #expect(line.place.module.buildID == nil)
    // Nobody knows better: the name of the report stays, and so does the place.
    #expect(
      line.lines([SourceFrame(function: "??", place: nil)])
        == ["    #0 0x1 in main  (app+0x10)"])
  }

  @Test func addressSanitizersForm() throws {
    let line = try #require(ReportPlace.line("    #1 0x2 in f (/a/b+0x2) (BuildId: ab12) tail"))
    #expect(line.place.module.path == "/a/b" && line.place.module.buildID == "ab12")
    #expect(
      line.lines([SourceFrame(function: "g", place: "b.c:1")]) == ["    #1 0x2 in g  b.c:1 tail"])
  }

  @Test func inlinedFunctionsHaveLinesOfTheirOwn() throws {
    let line = try #require(ReportPlace.line("    #1 0x2 in f  (/a/b+0x2)"))
    let frames = ["inner", "outer"].map { SourceFrame(function: $0, place: "b.c:1") }
    #expect(
      line.lines(frames) == ["    #1 0x2 in inner  b.c:1 (inlined)", "    #1 0x2 in outer  b.c:1"])
  }

  @Test func aSummaryNamesTheInnermost() throws {
    let text = "SUMMARY: swiftmalloc: double-free (/a/b+0x2, build id ab)"
    let line = try #require(ReportPlace.line(text))
    let frames = ["inner", "outer"].map { SourceFrame(function: $0, place: "b.c:1") }
    #expect(line.lines(frames) == ["SUMMARY: swiftmalloc: double-free b.c:1 in inner"])
    let odd = try #require(ReportPlace.line("SUMMARY: swiftmalloc: double-free (/a (2)/b+0x2)"))
    #expect(odd.place.module.path == "/a (2)/b")
  }

  @Test(arguments: [
    "", "#", "a line (with+0x1)", "    #1 0x2 in f  a.c:7", "    #1 0x2 in f  (app+0x)",
    "    #1 0x2 in f  (app+0x1, build id abc)", "    #1 0x2 in f  (app+0x1, build id )",
    "    #1 0x2 in f  (app+0x1ffffffffffffffff)", "    #1 0x2 in f  (app+0x1 more)",
  ])
  func linesWithoutAPlace(_ text: String) {
    #expect(ReportPlace.line(text) == nil)
  }
}
