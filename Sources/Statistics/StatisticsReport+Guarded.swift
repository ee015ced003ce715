// Guarded blocks (SWIFTMALLOC_GUARD_SAMPLE): how many there are, and why other samples were not
// guarded. Only where there are any.

import CShims
import Guards
import Platform

private enum GuardLine: Int {
  case total
  case covered
  case full
  case unfit
  case refused

  static let count = 5

  var name: StaticString {
    switch self {
    case .total: "total"
    case .covered: "covered"
    case .full: "full"
    case .unfit: "unfit"
    case .refused: "refused"
    }
  }

  var meaning: StaticString {
    switch self {
    case .total: " in all"
    case .covered: " of a stack with one"
    case .full: " with a full pool"
    case .unfit: " too long"
    case .refused: " refused"
    }
  }

  var number: Int { GuardedBlocks.counter(rawValue) }
}

extension StatisticsReport {
  /// For people.
  func writeGuarded() {
    if !GuardedBlocks.isOn { return }
    line { message in
      message.text("guarded blocks: ")
      message.decimal(GuardedBlocks.liveCount)
      message.text(" live")
      for index in 0..<GuardLine.count {
        guard let line = GuardLine(rawValue: index) else { continue }
        message.text(line == .covered ? "; not guarded: " : ", ")
        message.decimal(line.number)
        message.text(line.meaning)
      }
    }
  }

  /// `,"guarded":{"live":…,"total":…,"covered":…,"full":…,"unfit":…,"refused":…}`.
  func writeGuarded(_ message: inout Message) {
    if !GuardedBlocks.isOn { return }
    message.text(",\"guarded\":{\"live\":")
    message.decimal(GuardedBlocks.liveCount)
    for index in 0..<GuardLine.count {
      guard let line = GuardLine(rawValue: index) else { continue }
      message.text(",\"")
      message.text(line.name)
      message.text("\":")
      message.decimal(line.number)
    }
    message.text("}")
  }
}
