// The library's line of JSON, whole and damaged.

import Testing

@testable import Tuning

@Suite struct ProcessRecordTests {
  private func line(
    _ program: String = "app", sizes: String = "[[16,3],[48,2]]", requested: Int = 100
  ) -> String {
    "{\"pid\":7,\"program\":\"\(program)\",\"uptime\":1.5,\"userTime\":0.250,\"systemTime\":0.050,\"rss\":null,\"peakRss\":4096,"
      + "\"sizes\":{\"blockBytes\":144,\"requestedBytes\":\(requested),\"counts\":\(sizes)},\"threads\":[{\"name\":\"a\\\"\\u0041\"}]}"
  }

  @Test func aWholeLine() throws {
    let record = try #require(ProcessRecord(line()))
    #expect(record.processID == 7 && record.program == "app" && record.peakResident == 4096)
    #expect(abs(record.seconds - 0.3) < 1e-9)
    #expect(record.sizes.blockBytes == 144 && record.sizes.requestedBytes == 100)
    #expect(record.sizes.counts[1] == 3 && record.sizes.counts[3] == 2)
    #expect(record.sizes.blockCount == 5 && record.sizes.leastBytes == 144)
  }

  @Test func everyBeginningOfALineIsNone() {
    let whole = line()
    for length in 0..<whole.count { #expect(ProcessRecord(String(whole.prefix(length))) == nil) }
    #expect(ProcessRecord(line(sizes: "[[16]]")) == nil && ProcessRecord(line(sizes: "7")) == nil)
    #expect(ProcessRecord("==7==WARNING: swiftmalloc: something") == nil)
    #expect(ProcessRecord("{\"pid\":7,\"program\":\"app\",\"mode\":\"debug\"}") == nil)
    #expect(ProcessRecord(line() + "x") == nil)
  }

  @Test func theGreatestProcess() {
    let lines = [line("sh", requested: 50), "noise", line("app"), line("app", requested: 200)]
    #expect(ProcessRecord.greatest(lines)?.sizes.requestedBytes == 200)
    #expect(ProcessRecord.greatest(lines, program: "sh")?.program == "sh")
    #expect(ProcessRecord.greatest(lines, program: "other")?.program == "app")
    #expect(ProcessRecord.greatest(["noise"]) == nil)
  }

  @Test func valuesOfJSON() {
    #expect(JSONValue(" [1, -2.5e1 ,true,false,null, \"\\n\\/\\u00e9\"] ")?.elements?.count == 6)
    #expect(JSONValue("[1,-25,\"\\n\"]") == .array([.number(1), .number(-25), .string("\n")]))
    #expect(JSONValue("{\"a\":{}}")?["a"] == .object([:]))
    for wrong in [
      "", "[", "[1,]", "{\"a\"}", "{\"a\":1,}", "tru", "\"\\x\"", "\"\\ud8\"", "1 2", "-", "[1}",
    ] {
      #expect(JSONValue(wrong) == nil, "\(wrong)")
    }
    #expect(JSONValue(String(repeating: "[", count: 100_000)) == nil)
    #expect(JSONValue("1.5")?.integer == nil && JSONValue("1e300")?.integer == nil)
  }
}
