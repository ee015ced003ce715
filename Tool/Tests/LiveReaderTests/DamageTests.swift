// Whatever is wrong with a file: one sentence that names it, or values within their bounds; never a crash.

import CLive
import Glibc
@testable import LiveReader
import TestLiveFiles
import Testing

struct DamageTests {
  let folder = TestFolder()

  /// Repeatable numbers (splitmix64).
  struct Random {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
  }

  /// Reads and shows a file in every form; tells the error's sentence.
  private func exercise(_ contents: [UInt8]) -> String? {
    do {
      let view = ProcessView(try folder.snapshot(contents), facts: ProcessFacts())
      let sample = Sample(time: 1, processes: [view], errors: [])
      _ = sample.json().bytes.count
      _ = PrometheusText(sample).text
      _ = view.classesCSV() + view.threadsCSV()
      if let resident = view.residentBytes { #expect(view.ledger.total == min(resident, 1 << 49)) }
      #expect(view.ledger.bytes.dropLast().allSatisfy { $0 >= 0 } && view.ledger.bytes.last! <= 0)
      return nil
    } catch let error as LiveFileError {
      #expect(error.description.hasPrefix(folder.path))
      #expect(!error.problem.isEmpty && !error.problem.contains("\n"))
      return error.problem
    } catch {
      Issue.record(error)
      return nil
    }
  }

  @Test func seededDamageOfTheHeader() {
    var random = Random(state: 1)
    var errors = Set<String>()
    let whole = LiveFileWriter.busy().contents
    for _ in 0..<600 {
      var contents = whole
      for _ in 0...random.below(3) {
        let place = random.below(64) * 4
        let value: UInt32 =
          switch random.below(4) {
          case 0: UInt32(truncatingIfNeeded: random.next())
          case 1: .max
          case 2: 1 << UInt32(random.below(32))
          default: UInt32(random.below(9000))
          }
        withUnsafeBytes(of: value) {
          for (index, byte) in $0.enumerated() { contents[place + index] = byte }
        }
      }
      if let problem = exercise(contents) { errors.insert(String(problem.prefix(12))) }
    }
    #expect(errors.count >= 5)
  }

  @Test func seededDamageOfTheTables() {
    var random = Random(state: 2)
    let whole = LiveFileWriter.busy().contents
    for _ in 0..<400 {
      var contents = whole
      for _ in 0..<40 {
        contents[512 + random.below(contents.count - 512)] = UInt8(
          truncatingIfNeeded: random.next())
      }
      #expect(exercise(contents) == nil)
    }
  }

  @Test func everyLengthThatCutsATable() {
    let file = LiveFileWriter.busy()
    let header = file.header
    let contents = file.contents
    let ends = [
      0, 1, 7, 8, 511, 512, Int(header.call_offset), Int(header.class_offset),
      Int(header.arena_offset),
      Int(header.thread_offset), Int(header.large_offset), contents.count,
    ]
    for end in ends {
      for length in [end - 1, end, end + 1] where (0..<contents.count).contains(length) {
        let problem = exercise(Array(contents[..<length]))
        #expect(problem != nil, "\(length) bytes")
      }
    }
    #expect(exercise(Array(contents[..<100])) == "is too short: it has 100 bytes")
    #expect(exercise(Array(contents[..<2000])) == "is cut: it has 2000 of \(contents.count) bytes")
    #expect(exercise(contents) == nil)
  }

  @Test func aFileThatIsCutWhileItIsReadIsAnError() throws {
    let path = folder.write("file", LiveFileWriter.busy().contents)
    let file = try OwnedFile.file(path)
    truncate(path, 600)
    #expect(throws: LiveFileError(path, "ends after 600 bytes, before its tables do")) {
      try Snapshot(reading: file)
    }
  }

  @Test func wrongMagicVersionModeAndState() {
    var file = LiveFileWriter.busy()
    file.header.magic = 1
    #expect(exercise(file.contents) == "does not begin as published counters do")
    file = .busy()
    file.header.version = 2
    #expect(
      exercise(file.contents) == "has version 2 of the layout, and this program reads version 1")
    file = .busy()
    file.header.mode = 9
    #expect(exercise(file.contents) == "has the unknown mode 9")
    file = .busy()
    file.header.state = 0
    #expect(
      exercise(file.contents) == "is not complete: its process is just starting, or ended meanwhile"
    )
    file = .busy()
    file.header.process_id = -1
    #expect(exercise(file.contents) == "has the process id -1")
    for size: UInt32 in [0, 1, 4095, 5000, .max] {
      file = .busy()
      file.header.page_size = size
      #expect(exercise(file.contents) != nil)
    }
  }

  @Test func offsetsCountsAndStridesThatOverflow() {
    let changes: [(inout swiftmalloc_live_header) -> Void] = [
      { $0.thread_offset = .max }, { $0.thread_offset = .max - 100 }, { $0.large_offset = 1 << 63 },
      { $0.thread_limit = .max }, { $0.large_limit = .max }, { $0.thread_stride = .max },
      { $0.large_stride = 0 }, { $0.class_stride = 8 }, { $0.class_count = .max },
      { $0.class_count = 3 }, { $0.small_class_count = .max }, { $0.quantity_count = .max },
      { $0.call_offset = .max }, { $0.arena_limit = .max }, { $0.file_bytes = .max },
      { $0.quantity_offset = 0 }, { $0.header_bytes = 511 }, { $0.thread_stride = 64 },
    ]
    for (index, change) in changes.enumerated() {
      var file = LiveFileWriter.busy()
      change(&file.header)
      #expect(exercise(file.contents) != nil, "change \(index)")
    }
    // More rows in use than there are rows.
    var file = LiveFileWriter.busy()
    file.header.thread_row_end = .max
    file.header.large_row_end = .max
    file.header.arena_count = .max
    #expect(exercise(file.contents) == nil)
  }

  @Test func aFileThatAsksForAllMemoryIsRefused() {
    var file = LiveFileWriter.busy()
    file.header.large_limit = 1 << 30
    file.header.large_row_end = 1 << 30
    file.header.file_bytes = 1 << 37
    let path = folder.write("file", file.contents)
    truncate(path, 1 << 37)
    #expect(throws: LiveFileError(path, "has more than 256 MiB of large blocks")) {
      try Snapshot(reading: OwnedFile.file(path))
    }
  }
}
