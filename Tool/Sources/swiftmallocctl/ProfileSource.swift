// Profiles for the page and for those who scrape them. A thread of its own asks processes, reads what they wrote and looks names
// up, one request after the other: all of that waits for others, which no task may do. Names are kept, and a profile
// serves everybody who asks within a second.

import LiveReader
import NIOPosix
import ProfileFiles
import ToolKit

/// Profiles of processes, with names.
final class ProfileSource: Sendable {
  /// A profile and what is known of its making.
  struct Taken: Sendable {
    let profile: Profile
    /// Names that were not found, and why.
    let complaints: [String]
    fileprivate let boot: UInt64
  }

  /// So many processes' names are kept.
  private static let keptProcesses = 8
  private static let patience = 5000
  private static let freshness: UInt64 = 1_000_000_000

  private let thread = NIOThreadPool(numberOfThreads: 1)
  private let state = State()

  // Of the one thread alone.
  private final class State: @unchecked Sendable {
    var symbols: [Int32: ProfileSymbols] = [:]
    var taken: [Int32: Taken] = [:]
  }

  init() { thread.start() }

  /// The profile of a process. Throws LiveFileError.
  func taken(_ processID: Int32) async throws -> Taken {
    try await thread.runIfActive { [self] in
      if let last = state.taken[processID], Clock.boot() < last.boot + Self.freshness {
        return last
      }
      let process = try ProfileProcess(processID, patience: Self.patience)
      var profile = try process.profile()
      if state.symbols[processID] == nil, state.symbols.count >= Self.keptProcesses {
        state.symbols = [:]
        state.taken = [:]
      }
      var symbols = state.symbols[processID] ?? process.symbols()
      symbols.resolve(&profile)
      state.symbols[processID] = symbols
      let taken = Taken(profile: profile, complaints: symbols.complaints, boot: Clock.boot())
      state.taken[processID] = taken
      return taken
    }
  }

  /// Begins taking samples, or ends it. Throws LiveFileError.
  func setSampling(_ processID: Int32, _ isOn: Bool) async throws {
    try await thread.runIfActive { [self] in
      let process = try ProfileProcess(processID, patience: Self.patience)
      if isOn {
        try process.request.start(interval: 0, within: Self.patience)
      } else {
        try process.request.stop(within: Self.patience)
      }
      state.taken[processID] = nil
    }
  }
}
