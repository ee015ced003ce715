// What went back to the system so far, by the reason, and whether there is a thread that sees to it.

import CShims
import Heap
import Live
import Platform

extension PurgeReason {
  fileprivate var name: StaticString {
    switch self {
    case .age: "age"
    case .budget: "budget"
    case .trim: "trim"
    case .idle: "idle"
    case .sleepers: "sleepers"
    case .burst: "burst"
    case .holes: "holes"
    }
  }

  fileprivate var byteCount: Int { LiveGauges.amount(quantity).now }
}

extension Helper.State {
  fileprivate var name: StaticString {
    switch self {
    case .none: "none"
    case .runs: "runs"
    case .off: "off"
    case .refused: "refused"
    case .ended: "ended"
    }
  }
}

extension StatisticsReport {
  /// For people, of a production heap.
  func writeReturned(_ census: borrowing HeapCensus) {
    if LiveCounts.isOn {
      line { message in
        message.text("given back:")
        for index in 0..<PurgeReason.count {
          guard let line = PurgeReason(rawValue: index) else { continue }
          message.text(index == 0 ? " " : line == .holes ? "; of these " : ", ")
          message.text(line.name)
          message.text(" ")
          message.decimal(line.byteCount)
        }
      }
    }
    line { message in
      message.text("kept for reuse: ")
      message.decimal(census.dirtyBytes + census.cachedLargeBytes)
      message.text(", the oldest for ")
      message.decimal(census.oldestKept)
      message.text(" ms")
    }
    line { message in
      message.text("helper thread: ")
      message.text(Helper.state.name)
      if Helper.state == .refused {
        message.text(" by the system: ")
        message.error(Helper.refusal)
      }
    }
  }

  /// Three members of the object.
  func writeReturned(_ census: borrowing HeapCensus, _ message: inout Message) {
    message.text(",\"returned\":")
    if LiveCounts.isOn {
      for index in 0..<PurgeReason.count {
        guard let line = PurgeReason(rawValue: index) else { continue }
        message.text(index == 0 ? "{\"" : ",\"")
        message.text(line.name)
        message.text("\":")
        message.decimal(line.byteCount)
      }
      message.text("}")
    } else {
      message.text("null")
    }
    number("oldestKept", census.oldestKept, &message)
    message.text(",\"helper\":\"")
    message.text(Helper.state.name)
    message.text("\"")
  }
}
