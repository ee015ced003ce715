// The words that options take of which one is chosen.

extension Options {
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

  /// The values of LEAKS.
  package enum Leaks: Int {
    case none
    case lost
    case all

    package var name: StaticString {
      switch self {
      case .none: "0"
      case .lost: "1"
      case .all: "all"
      }
    }
  }

  /// The values of STATS.
  package enum Statistics: Int {
    case none
    case text
    case json

    package var name: StaticString {
      switch self {
      case .none: "0"
      case .text: "1"
      case .json: "json"
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
}
