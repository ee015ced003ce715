// What the system knows of a process: /proc/PID/stat, statm, smaps_rollup, task/TID/comm. The folder can be another one
// than /proc, for the tests.
//
// Whether a process id still means the process that published: a later process with the same number started after the
// counters began,
//
//   start time (ticks since boot)  >  started_boot_ns + one tick

import Glibc

/// Looks at processes.
package struct ProcessFacts: Sendable {
  package let root: String

  /// - Parameter root: where the system's files lie.
  package init(root: String = "/proc") { self.root = root }

  /// What /proc/PID/stat says.
  package struct Status: Sendable, Equatable {
    /// A zombie without threads has no memory any more.
    package var isZombie: Bool
    /// Seconds.
    package var userTime: Double
    package var systemTime: Double
    /// Nanoseconds since boot.
    package var startedBoot: UInt64
  }

  private static let ticksPerSecond = Int(sysconf(Int32(_SC_CLK_TCK)))

  /// Nil when there is no such process.
  package func status(_ processID: Int32) -> Status? {
    guard let line = text("\(processID)/stat") else { return nil }
    // The name stands in brackets and may hold brackets and spaces itself.
    guard let bracket = line.lastIndex(of: ")") else { return nil }
    let fields = line[line.index(after: bracket)...].split(separator: " ")
    guard fields.count > 19, let user = UInt64(fields[11]), let system = UInt64(fields[12]),
      let threads = Int(fields[17]), let start = UInt64(fields[19])
    else { return nil }
    let ticks = Double(ProcessFacts.ticksPerSecond)
    let nanoseconds = 1_000_000_000 / UInt64(ProcessFacts.ticksPerSecond)
    return Status(
      isZombie: (fields[0] == "Z" || fields[0] == "X") && threads <= 1,
      userTime: Double(user) / ticks, systemTime: Double(system) / ticks,
      startedBoot: start.multipliedReportingOverflow(by: nanoseconds).partialValue)
  }

  /// The process that wrote a snapshot, if it still runs; nil if it is gone, or its number is another's now.
  package func running(_ snapshot: Snapshot) -> Status? {
    guard let status = same(snapshot), hasMapped(snapshot) else { return nil }
    return status
  }

  /// Whether the process that wrote a snapshot executed another program since, which publishes nothing.
  package func isReplaced(_ snapshot: Snapshot) -> Bool {
    same(snapshot) != nil && !hasMapped(snapshot)
  }

  private func same(_ snapshot: Snapshot) -> Status? {
    guard let status = status(snapshot.processID), !status.isZombie else { return nil }
    let tick = 1_000_000_000 / UInt64(ProcessFacts.ticksPerSecond)
    let (latest, overflows) = snapshot.startedBoot.addingReportingOverflow(tick)
    guard overflows || status.startedBoot <= latest else { return nil }
    // A file from before the system started last: its clock is ahead of ours.
    guard snapshot.startedBoot <= Clock.boot() + tick else { return nil }
    return status
  }

  // False for a process that executed another program since. True also where the system does not say.
  private func hasMapped(_ snapshot: Snapshot) -> Bool {
    let folder = "\(root)/\(snapshot.processID)/map_files"
    guard snapshot.mappedAt != 0, access(folder, X_OK) == 0 else { return true }
    let (end, overflows) = snapshot.mappedAt.addingReportingOverflow(UInt64(snapshot.fileBytes))
    if overflows { return false }
    let name = String(snapshot.mappedAt, radix: 16) + "-" + String(end, radix: 16)
    var status = stat()
    return fstatat(AT_FDCWD, "\(folder)/\(name)", &status, AT_SYMLINK_NOFOLLOW) == 0
  }

  /// Bytes of addresses that a process has mapped.
  package func mappedBytes(_ processID: Int32) -> Int? { memory(processID, field: 0) }

  /// Resident bytes of the whole process.
  package func residentBytes(_ processID: Int32) -> Int? { memory(processID, field: 1) }

  private func memory(_ processID: Int32, field: Int) -> Int? {
    guard let line = text("\(processID)/statm") else { return nil }
    let fields = line.split(separator: " ")
    guard fields.count > field, let pages = Int(fields[field]) else { return nil }
    return pages *| Int(getpagesize())
  }

  /// Bytes in transparent huge pages.
  package func hugePageBytes(_ processID: Int32) -> Int? {
    guard let all = text("\(processID)/smaps_rollup") else { return nil }
    for line in all.split(separator: "\n") where line.hasPrefix("AnonHugePages:") {
      guard let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
        return nil
      }
      return kibibytes *| 1024
    }
    return nil
  }

  /// What a thread is called now.
  package func threadName(_ processID: Int32, _ threadID: Int32) -> String? {
    guard let bytes = bytes("\(processID)/task/\(threadID)/comm") else { return nil }
    let name = bytes.last == 0x0a ? bytes.dropLast() : bytes[...]
    return Array(name).withUnsafeBytes { LiveReader.text(of: $0) }
  }

  private func text(_ path: String) -> String? {
    bytes(path).map { String(decoding: $0, as: UTF8.self) }
  }

  private func bytes(_ path: String) -> [UInt8]? {
    let descriptor = open("\(root)/\(path)", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var all: [UInt8] = []
    while all.count < 1 << 16 {
      let more = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        count = max(0, read(descriptor, buffer.baseAddress, 4096))
      }
      if more.isEmpty { break }
      all += more
    }
    return all.isEmpty ? nil : all
  }
}

/// The system's clocks.
package enum Clock {
  /// Nanoseconds of CLOCK_BOOTTIME.
  package static func boot() -> UInt64 { nanoseconds(CLOCK_BOOTTIME) }

  /// Milliseconds since 1970.
  package static func epochMilliseconds() -> Int { Int(nanoseconds(CLOCK_REALTIME) / 1_000_000) }

  private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
