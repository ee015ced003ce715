// The Foundation work of the program matrix: JSON, strings, Dispatch, tasks, actors; prints the same on every run.
import Core
import Dispatch
import Foundation

setvbuf(stdout, nil, _IOLBF, 0)

func roundTrip<Record: Codable & Equatable>(_ records: [Record]) throws -> (Int, Bool) {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
  let data = try encoder.encode(records)
  return (data.count, try JSONDecoder().decode([Record].self, from: data) == records)
}
print(
  "json", try roundTrip((0..<4000).map(Record1.init)), try roundTrip((0..<2000).map(Record2.init)))
let list = try PropertyListEncoder().encode((0..<1000).map(Record3.init))
print("property list", try PropertyListDecoder().decode([Record3].self, from: list).count)

// Blocks that one queue allocates and others free.
let lock = NSLock()
var total = 0
var kept: [Int: [String]] = [:]
let group = DispatchGroup()
for n in 0..<400 {
  DispatchQueue.global().async(group: group) {
    let strings = (0..<100).map { "string \($0) of block \(n), long enough for the heap" }
    lock.lock()
    total += strings.reduce(0) { $0 + $1.count }
    kept[n % 50] = strings
    lock.unlock()
  }
}
group.wait()
print("dispatch", total, kept.count)
DispatchQueue.concurrentPerform(iterations: 200) { n in
  let data = Data(repeating: UInt8(n % 256), count: 1000 + n * 97)
  lock.lock(); total += data.base64EncodedString().count; lock.unlock()
}
print("perform", total)
let threads = (0..<100).map { n in
  Thread {
    lock.lock(); total += "thread \(n)".count; lock.unlock()
  }
}
threads.forEach { $0.start() }
while !threads.allSatisfy(\.isFinished) { usleep(1000) }
print("threads", total)

actor Store {
  private var values: [String: [Int]] = [:]
  func add(_ n: Int) { values["key \(n % 101)", default: []].append(n) }
  var sum: Int { values.values.reduce(0) { $0 + $1.reduce(0, +) } }
}
let store = Store()
let answer = await withTaskGroup(of: Int.self) { group in
  for n in 0..<300 {
    group.addTask {
      for k in 0..<50 { await store.add(n * k) }
      try? await Task.sleep(nanoseconds: 1000)
      return (0..<n).map { "item \($0)" }.joined(separator: ",").count
    }
  }
  return await group.reduce(0, +)
}
print("tasks", answer, await store.sum)
let stream = AsyncStream<[Int]> { continuation in
  Task.detached {
    for n in 0..<2000 { continuation.yield([Int](repeating: n, count: n % 30)) };
    continuation.finish()
  }
}
var streamed = 0
for await item in stream { streamed += item.count }
print("stream", streamed)

let text = (0..<3000).map { "user\($0 % 97)@host\($0 % 13)" }.joined(separator: " ")
let pattern = try NSRegularExpression(pattern: "(user\\d+)@(host1\\d?)")
print("regex", pattern.numberOfMatches(in: text, range: NSRange(text.startIndex..., in: text)))
print(
  "strings", text.replacingOccurrences(of: "user", with: "ü").count,
  text.components(separatedBy: " ").sorted().first ?? "", String(format: "%05d %.3f", 42, 3.14159))
print(
  "dates", ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: 1_700_000_000)),
  Decimal(string: "12345678901234567890.5")! * 3)
let file = FileManager.default.temporaryDirectory.appendingPathComponent("matrix-file")
try text.write(to: file, atomically: true, encoding: .utf8)
print(
  "file", try String(contentsOf: file, encoding: .utf8) == text,
  URL(string: "https://example.org/a?b=c")!.query ?? "")
try FileManager.default.removeItem(at: file)
let process = Process()
process.executableURL = URL(fileURLWithPath: "/bin/echo")
process.arguments = ["child", "process"]
let pipe = Pipe()
process.standardOutput = pipe
try process.run()
process.waitUntilExit()
print(
  "process", process.terminationStatus,
  String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    .trimmingCharacters(in: .whitespacesAndNewlines))
