// Which lines begin a report, as text and as JSON, and what of a line may reach a terminal.

import Testing
import ToolKit

struct ReportLineTests {
  @Test(arguments: [
    ("==1==ERROR: swiftmalloc: double-free on address 0x7f (64-byte block)", "double-free"),
    ("==1==ERROR: swiftmalloc: leak of 75 bytes in 6 blocks", "leak of 75 bytes in 6 blocks"),
    (
      #"{"pid":1,"program":"a","kind":"heap-use-after-free","address":"0x7f"}"#,
      "heap-use-after-free"
    ),
    (
      #"{"pid":1,"program":"a","leaks":[{"kind":"definite"}],"totals":{"definite":{"bytes":70,"blocks":2},"#
        + #""indirect":{"bytes":5,"blocks":1},"possible":{"bytes":9,"blocks":9}}}"#,
      "leak of 75 bytes in 3 blocks"
    ),
    (
      #"{"pid":1,"program":"a","leaks":[{"kind":"definite"}],"totals":{"definite":{"bytes":1,"blocks":1},"#
        + #""indirect":{"bytes":0,"blocks":0}}}"#,
      "leak of 1 byte in 1 block"
    ),
  ])
  func beginnings(_ line: String, _ kind: String) {
    #expect(ReportLine.kind(line) == kind)
    #expect(!ReportLine.isStatistics(line))
  }

  @Test(arguments: [
    "", "    #0 0x1 in f  a.c:5", "==1==WARNING: swiftmalloc: x", "==ERROR", "{}", "{\"pid\":",
    "SUMMARY: swiftmalloc: double-free a.c:6 in twice",
    #"{"pid":1,"program":"a","leaks":[],"totals":{"definite":{"bytes":0,"blocks":0},"indirect":{"bytes":0,"blocks":0}}}"#,
    // A program may call itself anything.
    #"{"pid":1,"program":"a\",\"kind\":\"x\",\"leaks\":[","mode":"production","ledger":[]}"#,
  ])
  func otherLines(_ line: String) {
    #expect(ReportLine.kind(line) == nil)
  }

  @Test func statistics() {
    #expect(ReportLine.isStatistics("==1==STATS: swiftmalloc: app, production heap"))
    #expect(ReportLine.isStatistics(#"{"pid":1,"program":"a","mode":"debug","ledger":[]}"#))
    #expect(!ReportLine.isStatistics("{\"its own\":1}") && !ReportLine.isStatistics(""))
  }

  @Test func nothingMovesTheCursorOrTurnsTheLine() {
    #expect(ReportLine.printable("a\tb é ✓ 👩‍👩‍👧") == "a\tb é ✓ 👩?👩?👧")
    #expect(ReportLine.printable("a\u{1b}[31m\u{7f}\r") == "a?[31m??")
    #expect(
      ReportLine.printable("\u{85}\u{9b}\u{202e}\u{2028}\u{feff}\u{61c}\u{2066}") == "???????")
  }
}
