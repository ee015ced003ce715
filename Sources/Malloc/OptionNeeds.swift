// Options that do nothing without another one: a value that was given for nothing is named once, so
// that nobody waits for its effect. What tunes the production heap is not named where a mode is on:
// it stands in the environment for other runs.

import Leaks
import Platform

extension Options {
  private enum Need {
    case leaks
    case debug
    case guardBehind
    case debugOrLeaks
    case errors
    case reports
    case counting
    case profile
    case written
    case anyMode

    var names: StaticString {
      switch self {
      case .leaks: "LEAKS"
      case .debug: "DEBUG"
      case .guardBehind: "DEBUG=guard"
      case .debugOrLeaks: "DEBUG or LEAKS"
      case .errors: "DEBUG, LEAKS or GUARD_SAMPLE"
      case .reports: "DEBUG, LEAKS or STATS"
      case .counting: "STATS or LIVE"
      case .profile, .written: "PROFILE or LIVE"
      case .anyMode: "DEBUG, LEAKS, STATS, LIVE, PROFILE or GUARD_SAMPLE"
      }
    }
  }

  /// Says which options that were given have no effect.
  func nameThoseWithoutEffect() {
    for index in 0..<Option.count {
      guard let option = Option(rawValue: index), let need = need(of: option), !isMet(need) else {
        continue
      }
      var message = Message()
      message.head("WARNING")
      message.text("option ")
      message.text(option.key)
      message.text(" has no effect without ")
      message.text(need.names)
      if option == .leakSignal {
        message.text(": signal ")
        message.decimal(leakSignal)
        message.text(" is the program's own, or ends it")
      }
      message.endLine()
    }
  }

  private func isMet(_ need: Need) -> Bool {
    let (debugs, looksForLeaks) = (mode != .production, leaks != .none)
    return switch need {
    case .leaks: looksForLeaks
    case .debug: debugs
    case .guardBehind: mode == .guardBehind
    case .debugOrLeaks: debugs || looksForLeaks
    case .errors: debugs || looksForLeaks || guardInterval != 0
    case .reports: debugs || looksForLeaks || statistics != .none
    case .counting: statistics != .none || publishes
    // Else a reader of the probes may come at any time.
    case .profile: writesProfile || publishes || !debugs && !looksForLeaks
    case .written: writesProfile || publishes
    case .anyMode:
      debugs || looksForLeaks || statistics != .none || publishes || writesProfile
        || guardInterval != 0
    }
  }

  /// What an option needs; nil when it needs nothing, or has its default.
  private func need(of option: Option) -> Need? {
    let usual = Options()
    return switch option {
    case .leakExitCode: leakSettings.exitCode != usual.leakSettings.exitCode ? .leaks : nil
    case .leakFormat: leakSettings.isJSON ? .leaks : nil
    case .leakSummary: leakSettings.summary != usual.leakSettings.summary ? .leaks : nil
    case .leakChildren: leakSettings.checksChildren ? .leaks : nil
    case .leakSignal: leakSignal != 0 ? .leaks : nil
    case .suppressions: hasSuppressions ? .leaks : nil
    case .frames: frames != usual.frames ? .debugOrLeaks : nil
    case .onError: stopsAtError ? nil : .errors
    case .errorExitCode: errorExitCode != 0 ? .debugOrLeaks : nil
    case .exitSignals: checksAtSignals ? .reports : nil
    case .guardAlignment: guardAlignment != usual.guardAlignment ? .guardBehind : nil
    case .quarantine: quarantine != usual.quarantine ? .debug : nil
    case .limit: limit != nil ? .debugOrLeaks : nil
    case .protect: protectsRecords ? .debugOrLeaks : nil
    case .profileInterval: profileInterval != usual.profileInterval ? .profile : nil
    case .profileSeed: profileSeed != 0 ? .profile : nil
    case .profileResident: profileTellsResident ? .written : nil
    case .blockSizes: notesSizes ? .counting : nil
    case .only: only != nil ? .anyMode : nil
    case .reportSource: showsSource ? nil : .errors
    case .debug, .leaks, .stats, .live, .purgeDelay, .background, .classSteps, .sizeClasses,
      .profile, .guardSample, .hugePages, .reportFormat, .logPath, .help:
      nil
    }
  }
}
