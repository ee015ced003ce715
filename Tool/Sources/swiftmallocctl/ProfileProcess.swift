// The heap profile of a running process: it is asked for, read and resolved here; the process only writes addresses.

import ArgumentParser
import Glibc
import LiveReader
import ProfileFiles
import ToolKit
import Wire

/// A process that may be asked for its profile.
struct ProfileProcess: Sendable {
  let id: Int32
  let request: ProfileRequest
  /// Milliseconds to wait for an answer.
  let patience: Int

  /// Throws LiveFileError where it publishes nothing.
  init(_ id: Int32, patience: Int) throws {
    self.id = id
    self.patience = patience
    request = ProfileRequest(try LiveFolders().open(id))
  }

  /// Finds names in the files that the process sees, which are others in a container.
  func symbols(folders: [String] = []) -> ProfileSymbols {
    let root = "/proc/\(id)/root"
    let isOurs = link("/proc/\(id)/ns/mnt") == link("/proc/self/ns/mnt")
    return ProfileSymbols(folders: folders, root: isOurs || access(root, X_OK) != 0 ? "" : root)
  }

  private func link(_ path: String) -> String? {
    var target = [UInt8](repeating: 0, count: 256)
    let count = target.withUnsafeMutableBytes { readlink(path, $0.baseAddress!, $0.count) }
    return count < 0 ? nil : String(decoding: target[..<count], as: UTF8.self)
  }

  /// The profile as it is now. Throws LiveFileError where the process takes no samples, or ends meanwhile.
  func profile(peak: Bool = false) throws -> Profile {
    if case .off = try request.state() {
      throw LiveFileError(
        "process \(id)",
        "takes no samples: swiftmallocctl profile \(id) --start begins, and --seconds looks at a while"
      )
    }
    return try read(peak: peak)
  }

  private func read(peak: Bool) throws -> Profile {
    do { return try Profile(try request.profile(peak: peak, within: patience)) } catch let error
      as FormatError
    {
      throw LiveFileError("the profile of process \(id)", error.problem)
    }
  }

  /// The profile at the end of so many seconds, and the one at their beginning. A process that took no samples does so for that
  /// time alone.
  func profiles(seconds: Double) throws -> (Profile, base: Profile) {
    let wasOff = try request.state() == .off
    if wasOff { try request.start(interval: 0, within: patience) }
    // An interrupt ends the time before it is over: sampling that began here ends with it.
    let before = signal(SIGINT) { _ in wasInterrupted = 1 }
    defer {
      signal(SIGINT, before)
      if wasOff { try? request.stop(within: patience) }
    }
    let base = try read(peak: false)
    wasInterrupted = 0
    let end = Clock.boot() + UInt64(seconds * 1e9)
    while Clock.boot() < end, wasInterrupted == 0 {
      usleep(useconds_t(min(100_000, (end - min(end, Clock.boot())) / 1000)))
      if kill(id, 0) != 0, errno == ESRCH {
        throw LiveFileError("process \(id)", "has ended meanwhile")
      }
    }
    return (try read(peak: false), base)
  }
}

nonisolated(unsafe) private var wasInterrupted: sig_atomic_t = 0
