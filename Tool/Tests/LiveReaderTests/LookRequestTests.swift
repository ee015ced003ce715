// Wishes to be let in, with a thread in the place of the process.

import CLive
import Dispatch
import Glibc
@testable import LiveReader
import TestLiveFiles
import Testing

struct LookRequestTests {
  private let folder = TestFolder()

  private func write(
    _ processID: Int32 = getpid(), _ change: (inout LiveFileWriter) -> Void
  ) -> String {
    var file = LiveFileWriter.busy(processID: processID)
    change(&file)
    return folder.write("live", file.contents)
  }

  private func request(_ path: String) throws -> LookRequest {
    try LookRequest(OwnedFile.file(path))
  }

  /// Who was named, one after the other.
  private final class Named: @unchecked Sendable {
    private let isDone = DispatchSemaphore(value: 0)
    private var all: [UInt32] = []

    func add(_ looker: UInt32) { all.append(looker) }
    func end() { isDone.signal() }

    var lookers: [UInt32] {
      isDone.wait()
      return all
    }
  }

  /// Answers so many wishes as a process does.
  private func answer(_ path: String, _ count: Int, error: Int32 = 0) -> Named {
    let named = Named()
    DispatchQueue.global().async {
      let descriptor = open(path, O_RDWR)
      defer { close(descriptor) }
      let length = MemoryLayout<swiftmalloc_live_look>.size
      var status = stat()
      fstat(descriptor, &status)
      // Behind everything else.
      let offset = status.st_size - off_t(length)
      var row = swiftmalloc_live_look()
      for _ in 0..<count {
        repeat {
          usleep(1000)
          pread(descriptor, &row, length, offset)
        } while row.wanted == row.done
        named.add(row.looker)
        row.error = error
        row.done = row.wanted
        pwrite(descriptor, &row, length, offset)
      }
      named.end()
    }
    return named
  }

  @Test func thisProgramIsNamedAndThenNobody() throws {
    let path = write { $0.setLook() }
    let named = answer(path, 4)
    for _ in 0..<2 {
      let request = try request(path)
      try request.begin(within: 5000)
      request.end(within: 5000)
    }
    #expect(named.lookers == [UInt32(getpid()), 0, UInt32(getpid()), 0])
  }

  @Test func othersWaitUntilTheLookIsOver() throws {
    let path = write { $0.setLook() }
    let named = answer(path, 2)
    let (first, second) = (try request(path), try request(path))
    try first.begin(within: 5000)
    #expect(
      throws: LiveFileError("process \(getpid())", "is asked by another program all the time")
    ) {
      try second.begin(within: 50)
    }
    first.end(within: 5000)
    #expect(named.lookers == [UInt32(getpid()), 0])
  }

  @Test func whatGoesWrongIsSaid() throws {
    let process = "process \(getpid())"
    let path = write { $0.setLook() }
    for (error, problem) in [
      (EINVAL, "has no Yama in its kernel, by which it could"),
      (ENOSYS, "could not: function not implemented"),
    ] {
      let named = answer(path, 1, error: error)
      #expect(throws: LiveFileError(process, problem)) {
        try request(path).begin(within: 5000)
      }
      #expect(named.lookers == [UInt32(getpid())])
    }
    // Nobody answers; and then the next one may ask.
    for _ in 0..<2 {
      #expect(
        throws: LiveFileError(process, "has not answered within 0 s")
      ) { try request(path).begin(within: 50) }
    }
    let ended = write(4_999_000) { $0.setLook() }
    #expect(throws: LiveFileError("process 4999000", "has ended meanwhile")) {
      try request(ended).begin(within: 5000)
    }
  }

  @Test func whoWouldNotAnswerIsNotAsked() {
    let process = "process \(getpid())"
    for path in [write { _ in }, write { $0.setProfile(interval: 0) }] {
      #expect(throws: LiveFileError(process, "has an older library, which lets nobody in")) {
        try request(path)
      }
    }
    let debug = write {
      $0.setLook()
      $0.header.trim_state = SWIFTMALLOC_LIVE_TRIM_NEVER.rawValue
    }
    #expect(
      throws: LiveFileError(
        process, "has DEBUG or LEAKS, whose heap is not read from outside: start it without")
    ) { try request(debug) }
  }

  @Test func aRowOutsideOfTheFile() {
    for offset in [1, 511, UInt64.max, UInt64(LiveFileWriter.busy().contents.count - 31)] {
      let path = write {
        $0.setLook()
        var row = swiftmalloc_live_profile()
        row.look_offset = offset
        $0.put(row, at: Int($0.header.profile_offset))
      }
      #expect(throws: LiveFileError(path, "has wishes that lie outside of the file")) {
        try request(path)
      }
    }
  }
}
