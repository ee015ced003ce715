// The table of options: everything there is to know of each one, in one file. README.md has the
// same table, and a test compares the two. To add one: a case, its rows here, and its use.

/// An option, as SWIFTMALLOC_KEY=value or in SWIFTMALLOC_OPTIONS=key=value,key=value.
package enum Option: Int {
  case debug
  case frames
  case onError
  case quarantine
  case limit
  case protect
  case purgeDelay
  case classSteps
  case hugePages
  case log
  case help

  package static let count = 11

  package var key: StaticString {
    switch self {
    case .debug: "DEBUG"
    case .frames: "FRAMES"
    case .onError: "ON_ERROR"
    case .quarantine: "QUARANTINE"
    case .limit: "LIMIT"
    case .protect: "PROTECT"
    case .purgeDelay: "PURGE_DELAY"
    case .classSteps: "CLASS_STEPS"
    case .hugePages: "HUGE_PAGES"
    case .log: "LOG"
    case .help: "HELP"
    }
  }

  /// The values it takes, for people.
  package var values: StaticString {
    switch self {
    case .debug: "0, 1, guard, guard-before"
    case .frames: "0 to 64"
    case .onError: "abort, continue"
    case .quarantine: "size"
    case .limit: "size, none"
    case .protect: "0, 1"
    case .purgeDelay: "milliseconds, -1 never"
    case .classSteps: "1, 2, 4, 8"
    case .hugePages: "never, auto, always"
    case .log: "path"
    case .help: "0, 1"
    }
  }

  package var meaning: StaticString {
    switch self {
    case .debug: "the debug heap; guard: every block's end, or beginning, at an inaccessible page"
    case .frames: "stack frames of each trace in debug mode; 0 takes no traces"
    case .onError: "after an error in debug mode: end, or go on without doing the harm"
    case .quarantine: "in debug mode, bytes freed after a block before its address is used again"
    case .limit: "in debug mode, bytes in use beyond which allocation fails"
    case .protect: "in debug mode, the heap's records are read-only between calls"
    case .purgeDelay: "how long free pages stay before they go back to the system; 0 at once"
    case .classSteps: "size classes per power of two; 1 is the pure power-of-two heap"
    case .hugePages: "transparent huge pages for heap memory; auto leaves it to the system"
    case .log: "where reports go; %p is the process id, %e the program's name"
    case .help: "print this table"
    }
  }
}

/// The values in force.
package struct Options {
  package var mode = Mode.production
  package var frames = 16
  package var stopsAtError = true
  package var quarantine = 64 << 20
  package var limit: Int?
  package var protectsRecords = false
  // 500 ms: the pages that a server needs for its next request are still there, and an idle
  // process is small within a second.
  package var purgeDelay = 500
  // 4: at most a fifth of a block is wasted; 8 has twice the classes, and a thread a span of each.
  package var classSteps = 4
  package var hugePages = HugePages.auto
  package var printsHelp = false
  package var logsToFile = false

  /// The values of DEBUG.
  package enum Mode: Int {
    case production
    case debug
    case guardBehind
    case guardBefore

    package var name: StaticString {
      switch self {
      case .production: "0"
      case .debug: "1"
      case .guardBehind: "guard"
      case .guardBefore: "guard-before"
      }
    }
  }

  package enum HugePages: Int {
    case never
    case auto
    case always

    package var name: StaticString {
      switch self {
      case .never: "never"
      case .auto: "auto"
      case .always: "always"
      }
    }
  }

  package init() {}

  /// Takes a value; false when it is none that the option takes: then nothing has changed.
  package mutating func set(_ option: Option, to value: Text) -> Bool {
    switch option {
    case .debug:
      for index in 0..<4 {
        if let choice = Mode(rawValue: index), value.equals(choice.name) {
          mode = choice
          return true
        }
      }
      return false
    case .frames:
      guard let count = value.decimal, count >= 0, count <= 64 else { return false }
      frames = count
    case .onError:
      if !value.equals("abort"), !value.equals("continue") { return false }
      stopsAtError = value.equals("abort")
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
      guard let flag = value.decimal, flag == 0 || flag == 1 else { return false }
      protectsRecords = flag == 1
    case .purgeDelay:
      guard let delay = value.decimal, delay >= -1, delay <= 86_400_000 else { return false }
      purgeDelay = delay
    case .classSteps:
      guard let steps = value.decimal, steps == 1 || steps == 2 || steps == 4 || steps == 8 else {
        return false
      }
      classSteps = steps
    case .hugePages:
      for index in 0..<3 {
        if let choice = HugePages(rawValue: index), value.equals(choice.name) {
          hugePages = choice
          return true
        }
      }
      return false
    case .log:
      guard value.count > 0, value.setAsLogPath() else { return false }
      logsToFile = true
    case .help:
      guard let flag = value.decimal, flag == 0 || flag == 1 else { return false }
      printsHelp = flag == 1
    }
    return true
  }
}
