// The table of options: everything there is to know of each one, in one file. README.md has the
// same table, and a test compares the two. To add one: a case, its rows here, and its use.

/// An option, as SWIFTMALLOC_KEY=value or in SWIFTMALLOC_OPTIONS=key=value,key=value.
package enum Option: Int {
  case purgeDelay
  case classSteps
  case hugePages
  case log
  case help

  package static let count = 5

  package var key: StaticString {
    switch self {
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
    case .purgeDelay: "milliseconds, -1 never"
    case .classSteps: "1, 2, 4, 8"
    case .hugePages: "never, auto, always"
    case .log: "path"
    case .help: "0, 1"
    }
  }

  package var meaning: StaticString {
    switch self {
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
  // 500 ms: the pages that a server needs for its next request are still there, and an idle
  // process is small within a second.
  package var purgeDelay = 500
  // 4: at most a fifth of a block is wasted; 8 has twice the classes, and a thread a span of each.
  package var classSteps = 4
  package var hugePages = HugePages.auto
  package var printsHelp = false
  package var logsToFile = false

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
