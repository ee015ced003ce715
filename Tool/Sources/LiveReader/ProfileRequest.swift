// Asks a process for its heap profile, and to begin or end taking samples (CShims/include/live_rows.h). The process writes the
// profile beside its published file, PID.pprof, which whoever asked reads and removes. Only one may ask at a time: a lock
// on the published file, of which the process knows nothing, keeps the others waiting.

import CLive
import Glibc

/// Wishes about the profile of one process.
package struct ProfileRequest {
  /// Whether a process takes samples.
  package enum State: Equatable, Sendable {
    /// Nobody would answer, for this reason: "has an older library, …".
    case unavailable(String)
    case off
    /// Mean bytes between two samples.
    case on(Int)
  }

  /// What the name of the profile has more than that of the published file.
  static let fileEnding = ".pprof"

  private let file: OwnedFile
  private var path: String { file.path + ProfileRequest.fileEnding }

  /// - Parameter file: what the process publishes.
  package init(_ file: OwnedFile) { self.file = file }

  /// Throws LiveFileError.
  package func state() throws -> State { try state(try file.header()) }

  func state(_ header: swiftmalloc_live_header) throws -> State {
    guard header.profile_offset != 0 else {
      return .unavailable("has an older library, which takes no profiles")
    }
    let row = try row(header)
    if row.is_served == 0 {
      return .unavailable(
        header.mode == SWIFTMALLOC_LIVE_PRODUCTION.rawValue
          ? "takes no profiles" : "has DEBUG or LEAKS, whose heap takes no profiles")
    }
    return row.active_interval == 0 ? .off : .on(Int(amount: row.active_interval))
  }

  /// Begins taking samples.
  /// - Parameter interval: mean bytes between two; 0: as the options of the process say.
  package func start(interval: Int, within milliseconds: Int) throws {
    _ = try ask(SWIFTMALLOC_LIVE_PROFILE_START, interval: interval, within: milliseconds) {}
  }

  /// Takes no more samples.
  package func stop(within milliseconds: Int) throws {
    _ = try ask(SWIFTMALLOC_LIVE_PROFILE_STOP, within: milliseconds) {}
  }

  /// The profile as the process writes it: the contents of a file. Throws LiveFileError.
  /// - Parameter peak: of the moment when most bytes were in use.
  package func profile(peak: Bool, within milliseconds: Int) throws -> [UInt8] {
    let action = peak ? SWIFTMALLOC_LIVE_PROFILE_WRITE_PEAK : SWIFTMALLOC_LIVE_PROFILE_WRITE
    return try ask(action, within: milliseconds) {
      let written = try OwnedFile.file(path)
      return try written.bytes(at: 0, count: written.byteCount)
    }
  }

  private func row(_ header: swiftmalloc_live_header) throws -> swiftmalloc_live_profile {
    let length = MemoryLayout<swiftmalloc_live_profile>.size
    guard header.profile_offset >= UInt64(LiveLayout.headerBytes),
      header.profile_offset <= UInt64(file.byteCount - length)
    else { throw LiveFileError(file.path, "has a profile that lies outside of the file") }
    let bytes = try file.bytes(at: Int(header.profile_offset), count: length)
    return bytes.withUnsafeBytes { $0.loadUnaligned(as: swiftmalloc_live_profile.self) }
  }

  /// Writes a wish, waits for the answer, and does what is to be done with it before others may ask.
  private func ask<Result>(
    _ action: swiftmalloc_live_profile_action, interval: Int = 0, within milliseconds: Int,
    _ body: () throws -> Result
  ) throws -> Result {
    let header = try file.header()
    let process = "process \(header.process_id)"
    if case .unavailable(let reason) = try state() { throw LiveFileError(process, reason) }
    let waited = try file.lock(process, within: milliseconds)
    defer {
      // Also what a process left that ended while it wrote.
      unlink(path)
      flock(file.descriptor, LOCK_UN)
    }
    let before = try row(header)
    let number = before.wanted &+ 1
    let start = Int(header.profile_offset)
    let place = { (field: PartialKeyPath<swiftmalloc_live_profile>) in
      start + MemoryLayout<swiftmalloc_live_profile>.offset(of: field)!
    }
    // The action with the error behind it, which the process writes anew.
    for (value, field) in [
      (UInt64(action.rawValue), place(\.action)), (UInt64(interval), place(\.interval)),
      (number, place(\.wanted)),
    ] {
      if let error = file.write(value, at: field) { throw error }
    }
    let error = try file.answer(within: milliseconds - waited) {
      let row = try row(header)
      return row.done >= number ? row.error : nil
    }
    switch error {
    case 0: return try body()
    case nil:
      throw LiveFileError(process, OwnedFile.silence(header, milliseconds))
    case let number?:
      throw LiveFileError(process, "could not do it: \(OwnedFile.message(number))")
    }
  }
}
