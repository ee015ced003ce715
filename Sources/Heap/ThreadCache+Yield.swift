// How many free blocks the partial spans of a thread bring, class by class, and when they are to bring more.
//
// All spans of a class may be full while a program frees blocks of it here and there and allocates others. Then each free
// makes a span partial, and malloc takes the one block and makes it full again: both are slow. With a few more spans
// each one gathers several blocks before its turn comes. In the mean that costs a sixteenth of the blocks of spans with up to
// 64 of them, and less of longer spans.

import Memory

extension UnsafeMutablePointer where Pointee == ThreadCache {
  private static var limit: Int { 16 }

  /// Blocks that a span should bring: an eighth of all, at most eight.
  private func wanted(_ capacity: Int) -> Int { min(capacity / 8, Self.limit / 2) }

  /// Notes how many free blocks a span of `partial` brings.
  func notePartial(_ state: UnsafeMutablePointer<SpanState>, _ sizeClass: Int) {
    let yield = pointee.partialYields[sizeClass]
    let count = UInt8(truncatingIfNeeded: state.freeCount(upTo: Self.limit))
    pointee.partialYields[sizeClass] = yield &- yield &>> 2 &+ count
  }

  /// Whether the spans of `partial` brought too few blocks. Then it is forgotten: each new span brings time to gather more.
  func wantsNewSpan(_ sizeClass: Int) -> Bool {
    guard let state = pointee.partial[sizeClass],
      Int(pointee.partialYields[sizeClass]) < 4 * wanted(state.capacity)
    else { return false }
    pointee.partialYields[sizeClass] = UInt8(4 * Self.limit)
    return true
  }
}
