// The values of the options, and how each is taken from text.

import Heap
import Leaks
import Memory

/// The values in force.
package struct Options {
  package var mode = Mode.production
  package var leaks = Leaks.none
  package var leakSettings = LeakSettings()
  /// The number of a signal; 0: none.
  package var leakSignal = 0
  package var hasSuppressions = false
  package var frames = 16
  package var stopsAtError = true
  /// The status to end with after errors; 0: the program's own.
  package var errorExitCode = 0
  /// Whether SIGINT and SIGTERM, where they end the process, are an end with checks.
  package var checksAtSignals = false
  package var guardAlignment = 16
  package var quarantine = 64 << 20
  package var limit: Int?
  package var protectsRecords = false
  package var statistics = Statistics.none
  package var publishes = false
  package var notesSizes = false
  // 500 ms: the pages that a server needs for its next request are still there, and an idle
  // process is small within a second.
  package var purgeDelay = 500
  package var hasHelper = true
  // 4: at most a fifth of a block is wasted; 8 has twice the classes, and a thread a span of each.
  package var classSteps = 4
  /// The value of SIZE_CLASSES; nil: none.
  package private(set) var sizeClasses: Text?
  private var classTable: UnsafePointer<SizeClassTable>?
  package var writesProfile = false
  package var profileInterval = 512 << 10
  package var profileSeed = 0
  package var profileTellsResident = false
  /// Mean bytes between two guarded blocks; 0: none is.
  package var guardInterval = 0
  package var hugePages = HugePages.auto
  package var printsHelp = false
  /// The names of the programs for which the modes hold; nil: all.
  package var only: Text?
  /// Whether this program is none of them: it has no mode, and nothing is said to it.
  package var isLeftOut = false
  package var logsToFile = false
  package var reportsAreJSON = false
  package var showsSource = true
  /// Neither NO_COLOR nor TERM=dumb is in the environment.
  package var allowsColours = false

  package init() {}

  /// As if none of the modes had been asked for; what tunes the production heap stays.
  mutating func leaveModes() {
    mode = .production
    leaks = .none
    statistics = .none
    publishes = false
    writesProfile = false
    guardInterval = 0
    printsHelp = false
    isLeftOut = true
  }

  /// Reads what SIZE_CLASSES names, when all options are known; without effect when that is wrong.
  mutating func readSizeClasses() {
    guard let value = sizeClasses else { return }
    classTable = SizeClassReader.read(value, quiet: isLeftOut, classSteps: classSteps)
    if classTable == nil { sizeClasses = nil }
  }

  /// The production heap's classes of small blocks.
  package var classes: SizeClasses {
    classTable.map { SizeClasses($0) } ?? SizeClasses(steps: classSteps)
  }

  /// Takes a value; false when it is none that the option takes: then nothing has changed.
  package mutating func set(_ option: Option, to value: Text) -> Bool {
    switch option {
    case .debug:
      for index in 0..<4 {
        if let choice = Mode(rawValue: index), value.means(choice.name) {
          mode = choice
          return true
        }
      }
      return false
    case .leaks:
      for index in 0..<3 {
        if let choice = Leaks(rawValue: index), value.means(choice.name) {
          leaks = choice
          leakSettings.listsAll = choice == .all
          return true
        }
      }
      return false
    case .leakExitCode:
      guard let code = value.decimal, code >= 0, code <= 255 else { return false }
      leakSettings.exitCode = code
    case .leakFormat:
      if !value.equals("text"), !value.equals("json") { return false }
      leakSettings.isJSON = value.equals("json")
    case .leakSummary:
      let flag = value.flag
      if flag == nil, !value.equals("auto") { return false }
      leakSettings.summary = flag.map { $0 ? .always : .never } ?? .automatic
    case .leakChildren:
      guard let flag = value.flag else { return false }
      leakSettings.checksChildren = flag
    case .leakSignal:
      guard let number = value.signal else { return false }
      leakSignal = number
    case .suppressions:
      hasSuppressions = !value.equals("none")
      if hasSuppressions, value.count == 0 || !value.setAsSuppressions() { return false }
    case .frames:
      guard let count = value.decimal, count >= 0, count <= 64 else { return false }
      frames = count
    case .onError:
      if !value.equals("abort"), !value.equals("continue") { return false }
      stopsAtError = value.equals("abort")
    case .errorExitCode:
      guard let code = value.decimal, code >= 0, code <= 255 else { return false }
      errorExitCode = code
    case .exitSignals:
      guard let flag = value.decimal, flag == 0 || flag == 1 else { return false }
      checksAtSignals = flag == 1
    case .guardAlignment:
      guard let alignment = value.decimal, alignment >= 1, alignment <= 16,
        alignment & (alignment - 1) == 0
      else { return false }
      guardAlignment = alignment
    case .quarantine:
      guard let size = value.size else { return false }
      quarantine = size
    case .limit:
      if value.equals("none") {
        limit = nil
      } else {
        guard let size = value.size else { return false }
        limit = size
      }
    case .protect:
      guard let flag = value.flag else { return false }
      protectsRecords = flag
    case .stats:
      for index in 0..<3 {
        if let choice = Statistics(rawValue: index), value.means(choice.name) {
          statistics = choice
          return true
        }
      }
      return false
    case .live:
      guard let flag = value.flag else { return false }
      publishes = flag
    case .blockSizes:
      guard let flag = value.flag else { return false }
      notesSizes = flag
    case .purgeDelay:
      guard let delay = value.decimal, delay >= -1, delay <= 86_400_000 else { return false }
      purgeDelay = delay
    case .background:
      guard let flag = value.flag else { return false }
      hasHelper = flag
    case .classSteps:
      guard let steps = value.decimal, steps == 1 || steps == 2 || steps == 4 || steps == 8 else {
        return false
      }
      classSteps = steps
    case .sizeClasses:
      sizeClasses = value.equals("none") ? nil : value
    case .profile:
      writesProfile = false
      if value.equals("none") { return true }
      if value.count == 0 || !value.setAsProfilePath() { return false }
      writesProfile = true
    case .profileInterval:
      guard let size = value.size, size > 0, size <= Sampling.longestInterval else { return false }
      profileInterval = size
    case .profileSeed:
      guard let number = value.decimal, number >= 0 else { return false }
      profileSeed = number
    case .profileResident:
      guard let flag = value.flag else { return false }
      profileTellsResident = flag
    case .guardSample:
      guard let size = value.equals("none") ? 0 : value.size, size <= Sampling.longestInterval
      else { return false }
      guardInterval = size
    case .hugePages:
      for index in 0..<3 {
        if let choice = HugePages(rawValue: index), value.equals(choice.name) {
          hugePages = choice
          return true
        }
      }
      return false
    case .reportFormat:
      if !value.equals("text"), !value.equals("json") { return false }
      reportsAreJSON = value.equals("json")
    case .reportSource:
      guard let flag = value.flag else { return false }
      showsSource = flag
    case .logPath:
      guard value.count > 0, value.setAsLogPath() else { return false }
      logsToFile = true
    case .only:
      guard value.count > 0 else { return false }
      only = value.equals("none") ? nil : value
    case .help:
      guard let flag = value.flag else { return false }
      printsHelp = flag
    }
    return true
  }
}
