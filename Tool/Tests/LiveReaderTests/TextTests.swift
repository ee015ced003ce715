// JSON, CSV and the Prometheus text of a sample say what the snapshot says, whatever a program calls itself.

import CLive
import Foundation
@testable import LiveReader
import TestLiveFiles
import Testing

struct TextTests {
  let folder = TestFolder()
  private let nasty = "a\"b\\c,é"

  private func view(_ program: String = "tested", pid: Int32 = getpid()) throws -> ProcessView {
    var file = LiveFileWriter.busy(processID: pid)
    withUnsafeMutableBytes(of: &file.header.program) {
      $0.copyBytes(from: Array((program + String(repeating: "\0", count: 64)).utf8).prefix(64))
    }
    // A thread of no process here: its name is the file's.
    file.setThread(4, id: .max, name: Array("=1+2,\"x\"".utf8))
    return ProcessView(try folder.snapshot(file.contents), facts: ProcessFacts())
  }

  private struct Decoded: Decodable {
    struct Line: Decodable {
      let key: String
      let bytes: Int
      let peak: Int?
    }
    struct Row: Decodable {
      let row: Int
      let id: Int?
      let name: String
      let state: String
      let startedAt: Int?
      let liveBytes: Int
      let classes: [[Int]]
    }
    struct Class: Decodable {
      let index: Int
      let blockSize: Int?
      let label: String
      let live: Int
      let givenBytes: Int
      let requestedBytes: Int
      let wasteBytes: Int
    }
    let pid: Int
    let program: String
    let state: String
    let requested: Int
    let resident: Int?
    let overhead: Int?
    let uptime: Double?
    let ledger: [Line]
    let allocations: Int
    let frees: Int
    let liveBlocks: Int
    let classes: [Class]
    let threads: [Row]
    let large: [Large]
    let largeBytes: Int
    let systemCalls: [String: Int]

    struct Large: Decodable {
      let address: String
      let given: Int
      let age: Double
    }
  }

  private struct DecodedSample: Decodable {
    let time: Int
    let processes: [Decoded]
    let errors: [[String: String]]
  }

  @Test func jsonSaysWhatTheSnapshotSays() throws {
    let view = try view(nasty)
    let sample = Sample(
      time: 1234, processes: [view], errors: [LiveFileError("/x\"y", "is a symbolic link")])
    let decoded = try JSONDecoder().decode(DecodedSample.self, from: Data(sample.json().bytes))
    #expect(decoded.time == 1234)
    #expect(decoded.errors == [["file": "/x\"y", "reason": "/x\"y is a symbolic link"]])
    let process = try #require(decoded.processes.first)
    #expect(process.program == nasty)
    #expect(process.state == "running")
    #expect(process.requested == 5_440_000)
    let untouched = try #require(process.ledger.last).bytes
    #expect(process.overhead == process.resident.map { $0 - 5_440_000 - untouched })
    #expect(process.ledger.map(\.key) == Ledger.Key.allCases.map(\.rawValue))
    #expect(process.ledger.map(\.bytes).reduce(0, +) == process.resident)
    #expect(process.allocations == 4205 && process.frees == 1062 && process.liveBlocks == 3143)
    #expect(process.classes.map(\.label) == ["64", "1024", "medium", "large"])
    #expect(
      process.classes[0].givenBytes == 3060 * 64
        && process.classes[0].wasteBytes == 3060 * 64 - 183_600)
    #expect(process.classes[2].blockSize == nil)
    #expect(process.threads.map(\.row) == [0, 1, 3, 4])
    #expect(process.threads[0].id == nil && process.threads[0].state == "ended totals")
    #expect(process.threads[0].startedAt == nil)
    #expect(process.threads[3].name == "=1+2,\"x\"")
    #expect(
      process.threads[1].classes.first
        == [2, 4000, 1000, 240_000, 60_000, 200_000, 3000, 180_000])
    #expect(process.large.map(\.address) == ["0x7f1000000000"])
    #expect(process.largeBytes == 5 << 20)
    #expect(process.systemCalls["munmap"] == 11)
  }

  @Test func unknownValuesAreNull() throws {
    let json = try folder.snapshot(LiveFileWriter.busy(processID: .max).contents)
    var text = JSONText()
    ProcessView(json, facts: ProcessFacts()).write(to: &text)
    for name in ["uptime", "userTime", "systemTime", "rss", "resident", "overhead", "hugePages"] {
      #expect(text.text.contains("\"\(name)\":null"), "\(name)")
    }
  }

  @Test func jsonNumbersAreExact() {
    var json = JSONText()
    json.array { json in
      for value in [0.0, 1.5, -0.25, 1e15, 0.0004, .infinity, .nan] { json.number(value) }
      json.number(Int.min)
      json.number(nil as Int?)
      json.string("\u{1}\n\t\u{7f}")
    }
    #expect(
      json.text
        == "[0,1.5,-0.25,1000000000000000,0,null,null,\(Int.min),null,\"\\u0001\\u000a\\u0009\u{7f}\"]"
    )
  }

  @Test func csvQuotesAndDisarms() throws {
    let lines = try view().threadsCSV().components(separatedBy: "\r\n")
    #expect(lines.count == 6 && lines.last == "")
    #expect(lines[0] == "row,id,name,allocations,frees,live_bytes,peak_bytes")
    #expect(lines[1].hasPrefix("0,,ended threads,100,40,"))
    #expect(lines[4] == "4,2147483647,\"'=1+2,\"\"x\"\"\",0,0,0,0")
    #expect(
      CSV.line(["a", "b c", "d\ne", "f\rg", "h\"i", "j,k"])
        == "a,b c,\"d\ne\",\"f\rg\",\"h\"\"i\",\"j,k\"")
    let classes = try view().classesCSV().components(separatedBy: "\r\n")
    #expect(classes[1] == "2,64,64,3,4100,1040,3060,195840,183600,12240,205000")
    #expect(classes[3].hasPrefix("6,medium,,2,2,0,2,262144,176400,85744,"))
  }

  @Test func prometheusHasEachFamilyAndSeriesOnce() throws {
    let sample = Sample(
      time: 1, processes: [try view(nasty), try view("second", pid: .max)], errors: [])
    let text = PrometheusText(sample).text
    #expect(text.hasSuffix("\n"))
    var families = Set<String>()
    var series = Set<String>()
    var current = ""
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if line.hasPrefix("# HELP") {
        current = String(words[2])
        #expect(families.insert(current).inserted, "\(current)")
      } else if line.hasPrefix("# TYPE") {
        #expect(String(words[2]) == current)
        #expect((words[3] == "counter") == current.hasSuffix("_total"))
      } else {
        let name = String(line.prefix(while: { $0 != "{" && $0 != " " }))
        #expect(name == current)
        #expect(series.insert(String(line[..<line.lastIndex(of: " ")!])).inserted, "\(line)")
        #expect(Double(words.last!) != nil)
      }
    }
    #expect(families.count >= 14)
    #expect(text.contains("program=\"a\\\"b\\\\c,é\""))
    #expect(
      text.contains(
        "swiftmalloc_allocations_total{pid=\"\(getpid())\",program=\"a\\\"b\\\\c,é\",class=\"64\"} 4100\n"
      ))
    // Nothing is known of the second one's memory.
    #expect(!text.contains("swiftmalloc_resident_bytes{pid=\"\(Int32.max)\""))
  }

  @Test func historyThinsOut() throws {
    var history = History()
    let view = try view()
    for time in 0..<10_000 { history.append(view, time: time) }
    let times = history.moments.map(\.time)
    #expect(times.count <= History.limit && times.count >= History.limit / 2 - 1)
    #expect(times == times.sorted())
    #expect(times.last! > 9_980)
    let steps = Set(zip(times, times.dropFirst()).map { $1 - $0 })
    #expect(steps.count == 1, "\(steps)")
    let json =
      try JSONSerialization.jsonObject(with: Data(history.json(processID: 7).bytes))
      as? [String: Any]
    #expect(json?["pid"] as? Int == 7)
    #expect((json?["samples"] as? [[String: Any]])?.first?["ledger"] as? [Int] == view.ledger.bytes)
  }
}
