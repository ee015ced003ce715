// What SWIFTMALLOC_HELP=1 prints: a row for each option, with its default and the value in force.
// Tests/Proofs/options-table.sh makes the table of docs/options.md of it.

import Leaks
import Platform
import Profiles

enum OptionTable {
  static func print(_ options: Options) {
    let defaults = Options()
    row("key", "values", "meaning") { message in
      message.text("default")
      message.pad(to: 58)
      message.text("in force")
    }
    for index in 0..<Option.count {
      guard let option = Option(rawValue: index) else { continue }
      row(option.key, option.values, option.meaning) { message in
        append(option, defaults, to: &message)
        message.pad(to: 58)
        append(option, options, to: &message)
      }
    }
  }

  private static func row(
    _ key: StaticString, _ values: StaticString, _ meaning: StaticString,
    _ middle: (inout Message) -> Void
  ) {
    var message = Message()
    message.text(key)
    message.pad(to: 17)
    message.text(values)
    message.pad(to: 48)
    middle(&message)
    message.text(" ")
    message.pad(to: 68)
    message.text(meaning)
    message.endLine()
  }

  private static func append(_ option: Option, _ options: Options, to message: inout Message) {
    switch option {
    case .debug: message.text(options.mode.name)
    case .leaks: message.text(options.leaks.name)
    case .leakExitCode: message.decimal(options.leakSettings.exitCode)
    case .leakFormat: message.text(options.leakSettings.isJSON ? "json" : "text")
    case .leakSummary: message.text(options.leakSettings.summary.name)
    case .leakChildren: message.decimal(options.leakSettings.checksChildren ? 1 : 0)
    case .leakSignal:
      if options.leakSignal == 0 {
        message.text("none")
      } else {
        message.decimal(options.leakSignal)
      }
    case .suppressions:
      if options.hasSuppressions {
        message.cString(Suppressions.path)
      } else {
        message.text("none")
      }
    case .frames: message.decimal(options.frames)
    case .onError: message.text(options.stopsAtError ? "abort" : "continue")
    case .errorExitCode: message.decimal(options.errorExitCode)
    case .exitSignals: message.decimal(options.checksAtSignals ? 1 : 0)
    case .guardAlignment: message.decimal(options.guardAlignment)
    case .quarantine: message.decimal(options.quarantine)
    case .limit:
      if let limit = options.limit { message.decimal(limit) } else { message.text("none") }
    case .protect: message.decimal(options.protectsRecords ? 1 : 0)
    case .stats: message.text(options.statistics.name)
    case .live: message.decimal(options.publishes ? 1 : 0)
    case .blockSizes: message.decimal(options.notesSizes ? 1 : 0)
    case .purgeDelay: message.decimal(options.purgeDelay)
    case .background: message.decimal(options.hasHelper ? 1 : 0)
    case .classSteps: message.decimal(options.classSteps)
    case .sizeClasses:
      if let list = options.sizeClasses {
        list.append(to: &message)
      } else {
        message.text("none")
      }
    case .profile:
      if options.writesProfile {
        message.cString(ProfilePath.path)
      } else {
        message.text("none")
      }
    case .profileInterval: message.decimal(options.profileInterval)
    case .profileSeed: message.decimal(options.profileSeed)
    case .profileResident: message.decimal(options.profileTellsResident ? 1 : 0)
    case .guardSample:
      if options.guardInterval == 0 {
        message.text("none")
      } else {
        message.decimal(options.guardInterval)
      }
    case .hugePages: message.text(options.hugePages.name)
    case .only:
      if let only = options.only {
        only.append(to: &message)
      } else {
        message.text("none")
      }
    case .reportFormat: message.text(options.reportsAreJSON ? "json" : "text")
    case .reportSource: message.decimal(options.showsSource ? 1 : 0)
    case .logPath:
      if options.logsToFile {
        message.cString(LogFile.path)
      } else {
        message.text("stderr")
      }
    case .help: message.decimal(options.printsHelp ? 1 : 0)
    }
  }
}
