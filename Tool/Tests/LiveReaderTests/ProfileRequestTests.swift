// Wishes about profiles, with a thread in the place of the process.

import CLive
import Dispatch
import Glibc
@testable import LiveReader
import TestLiveFiles
import Testing

struct ProfileRequestTests {
  private let folder = TestFolder()

  private func request(
    _ processID: Int32 = getpid(), _ change: (inout LiveFileWriter) -> Void
  ) throws -> (ProfileRequest, path: String) {
    var file = LiveFileWriter.busy(processID: processID)
    change(&file)
    let path = folder.write("live", file.contents)
    return (ProfileRequest(try OwnedFile.file(path)), path)
  }

  /// What was wished for, when it was answered. A task would need a thread of those that the tests wait on.
  private final class Answer: @unchecked Sendable {
    private let isDone = DispatchSemaphore(value: 0)
    private var row = swiftmalloc_live_profile()

    func set(_ row: swiftmalloc_live_profile) {
      self.row = row
      isDone.signal()
    }

    var value: swiftmalloc_live_profile {
      isDone.wait()
      isDone.signal()
      return row
    }
  }

  /// Answers the next wish as a process does.
  @discardableResult
  private func answer(_ path: String, error: Int32 = 0, contents: [UInt8]? = nil) -> Answer {
    let answer = Answer()
    DispatchQueue.global().async {
      let descriptor = open(path, O_RDWR)
      defer { close(descriptor) }
      var header = swiftmalloc_live_header()
      pread(descriptor, &header, MemoryLayout.size(ofValue: header), 0)
      let offset = off_t(header.profile_offset)
      var row = swiftmalloc_live_profile()
      repeat {
        usleep(1000)
        pread(descriptor, &row, 64, offset)
      } while row.wanted == row.done
      if let contents {
        let file = open(path + ".pprof", O_WRONLY | O_CREAT, 0o600)
        _ = contents.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        close(file)
      }
      row.error = error
      row.done = row.wanted
      pwrite(descriptor, &row, 64, offset)
      answer.set(row)
    }
    return answer
  }

  @Test func whatAProcessDoes() throws {
    #expect(
      try request { _ in }.0.state()
        == .unavailable("has an older library, which takes no profiles"))
    #expect(
      try request { $0.setProfile(interval: 0, isServed: false) }.0.state()
        == .unavailable("takes no profiles"))
    let debug = try request {
      $0.setProfile(interval: 0, isServed: false)
      $0.header.mode = SWIFTMALLOC_LIVE_DEBUG.rawValue
    }
    #expect(
      try debug.0.state() == .unavailable("has DEBUG or LEAKS, whose heap takes no profiles"))
    #expect(try request { $0.setProfile(interval: 0) }.0.state() == .off)
    #expect(try request { $0.setProfile(interval: 4096) }.0.state() == .on(4096))
  }

  @Test func samplesTellTheInterval() throws {
    var file = LiveFileWriter.busy()
    #expect(try folder.snapshot(file.contents).profileInterval == nil)
    file.setProfile(interval: 4096)
    #expect(try folder.snapshot(file.contents).profileInterval == 4096)
  }

  @Test func aProfileIsReadAndRemoved() throws {
    let (request, path) = try request { $0.setProfile(interval: 4096) }
    var task = answer(path, contents: [1, 2, 3])
    #expect(try request.profile(peak: false, within: 5000) == [1, 2, 3])
    #expect(task.value.action == SWIFTMALLOC_LIVE_PROFILE_WRITE.rawValue)
    task = answer(path, contents: [4])
    #expect(try request.profile(peak: true, within: 5000) == [4])
    #expect(task.value.action == SWIFTMALLOC_LIVE_PROFILE_WRITE_PEAK.rawValue)
    #expect(access(path + ".pprof", F_OK) != 0)
  }

  @Test func whatAProcessLeftIsRemovedWithItsFile() throws {
    let id: Int32 = 4_999_001
    let folders = LiveFolders(paths: [folder.path], nameSpace: nil)
    folder.write("\(id)", LiveFileWriter.busy(processID: id).contents)
    let left = folder.write("\(id).pprof", [1, 2, 3])
    var errors: [LiveFileError] = []
    let entries = folders.entries(errors: &errors)
    #expect(entries.map(\.name) == ["\(id)"] && errors.isEmpty)
    #expect(folders.remove(entries[0]) == nil && access(left, F_OK) != 0)
  }

  @Test func startAndStop() throws {
    let (request, path) = try request { $0.setProfile(interval: 0) }
    let start = answer(path)
    try request.start(interval: 65536, within: 5000)
    #expect(start.value.action == SWIFTMALLOC_LIVE_PROFILE_START.rawValue)
    #expect(start.value.interval == 65536)
    let stop = answer(path)
    try request.stop(within: 5000)
    #expect(stop.value.action == SWIFTMALLOC_LIVE_PROFILE_STOP.rawValue)
  }

  @Test func whatGoesWrongIsSaid() throws {
    let me = getpid()
    var (request, path) = try request { $0.setProfile(interval: 4096) }
    answer(path, error: ENOSPC)
    #expect(throws: LiveFileError("process \(me)", "could not do it: no space left on device")) {
      try request.profile(peak: false, within: 5000)
    }
    #expect(
      throws: LiveFileError(
        "process \(me)",
        "has not answered within 0 s: it has no helper thread, and made no call that took the slow path"
      )
    ) { try request.start(interval: 0, within: 50) }
    // Somebody else asks all the time.
    let other = open(path, O_RDWR)
    flock(other, LOCK_EX)
    #expect(
      throws: LiveFileError(
        "process \(me)", "is asked by another program all the time")
    ) { try request.stop(within: 50) }
    close(other)
    (request, _) = try self.request(4_999_000) { $0.setProfile(interval: 4096) }
    #expect(throws: LiveFileError("process 4999000", "has ended meanwhile")) {
      try request.profile(peak: false, within: 5000)
    }
    (request, path) = try self.request { $0.setProfile(interval: 4096) }
    // An answer without a file.
    answer(path)
    #expect(throws: LiveFileError.self) { try request.profile(peak: false, within: 5000) }
  }

  @Test func aRowOutsideOfTheFile() throws {
    for offset in [1, 511, UInt64.max, UInt64(LiveFileWriter.busy().contents.count - 63)] {
      let (request, path) = try request { $0.header.profile_offset = offset }
      #expect(throws: LiveFileError(path, "has a profile that lies outside of the file")) {
        try request.state()
      }
    }
  }
}
