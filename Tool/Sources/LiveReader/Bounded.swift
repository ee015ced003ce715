// Sums and products that stay within a bound. Counters come from a file that may be damaged, and a process writes them
// while they are read: a number may be absurd, and must then neither end the reader nor become a negative amount.
// The bound is 2^53, the greatest integer that JavaScript holds exactly: no machine has so many bytes.

infix operator +| : AdditionPrecedence
infix operator -| : AdditionPrecedence
infix operator *| : MultiplicationPrecedence

extension Int {
  /// The greatest amount; the least is its negative.
  package static let greatestAmount = 1 << 53

  /// The nearest number within the bound.
  package var bounded: Int {
    Swift.min(Swift.max(self, -Int.greatestAmount), Int.greatestAmount)
  }

  /// The number, or zero if it is negative.
  package var atLeastZero: Int { Swift.max(self, 0) }

  /// An unsigned counter, at most the bound.
  package init(amount: UInt64) { self = Int(clamping: amount).bounded }

  package static func +| (a: Int, b: Int) -> Int {
    let (sum, overflows) = a.addingReportingOverflow(b)
    return overflows ? (a < 0 ? -greatestAmount : greatestAmount) : sum.bounded
  }

  package static func -| (a: Int, b: Int) -> Int {
    let (difference, overflows) = a.subtractingReportingOverflow(b)
    return overflows ? (a < 0 ? -greatestAmount : greatestAmount) : difference.bounded
  }

  package static func *| (a: Int, b: Int) -> Int {
    let (product, overflows) = a.multipliedReportingOverflow(by: b)
    return overflows ? ((a < 0) == (b < 0) ? greatestAmount : -greatestAmount) : product.bounded
  }
}

extension Sequence where Element == Int {
  /// The sum within the bound.
  package var boundedSum: Int { reduce(0) { $0 +| $1 } }
}
