// How amounts are written for people.

import Testing
import ToolKit

struct AmountsTests {
  @Test(
    arguments: [
      (nil, "-"), (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (-2048, "-2.0 KiB"),
      (102_400, "100 KiB"), ((1 << 20) - 1, "1.0 MiB"), (5 << 40, "5.0 TiB"), (.max, "8.0 EiB"),
      (.min, "-8.0 EiB"),
    ] as [(Int?, String)])
  func bytes(_ bytes: Int?, _ text: String) {
    #expect(bytesText(bytes) == text)
  }

  @Test(
    arguments: [
      (nil, "-"), (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"),
      (.min, "-9,223,372,036,854,775,808"),
    ] as [(Int?, String)])
  func counts(_ count: Int?, _ text: String) {
    #expect(countText(count) == text)
  }

  @Test func oneIsNotMany() {
    #expect(counted(1, "thread") == "1 thread")
    #expect(counted(0, "thread") == "0 threads")
    #expect(counted(1200, "process runs", "processes run") == "1,200 processes run")
  }

  @Test(
    arguments: [
      (nil, "-"), (-1, "-"), (.nan, "-"), (0, "0.0 s"), (9.96, "10.0 s"), (59.4, "59 s"),
      (61, "1 min 01 s"), (3600, "1 h 00 min"), (90_000, "1 d 01 h"), (1e13, "-"),
    ] as [(Double?, String)])
  func times(_ seconds: Double?, _ text: String) {
    #expect(timeText(seconds) == text)
  }

  @Test func ratesAndShares() {
    #expect(rateText(nil) == "-" && rateText(.infinity) == "-")
    #expect(rateText(1234.5) == "1,235/s")
    #expect(rateText(1e300) == "9,000,000,000,000,000/s")
    #expect(shareText(1, of: 3) == "33.3%" && shareText(-1, of: 4) == "-25.0%")
    #expect(shareText(1, of: 0) == "-")
  }

  @Test func widths() {
    #expect("ab".padded(4) == "ab  " && "ab".padded(4, isRight: true) == "  ab")
    #expect("abcd".padded(2) == "abcd")
    #expect("abcd".shortened(4) == "abcd" && "abcde".shortened(4) == "abc…")
    #expect("abc".shortened(1) == "…" && "abc".shortened(0) == "")
  }
}
