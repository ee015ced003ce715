// The equations of RunBins, checked by the tests after each step. Costs a walk over all runs.

extension RunBins {
  /// The equation that does not hold, or nil. `isOfKind` tells whether a run's kind belongs here.
  package borrowing func checkInvariants(_ isOfKind: (SpanKind) -> Bool) -> StaticString? {
    var sum = 0
    for bin in 0..<Self.binCount {
      let first = firstHead(from: bin)
      if head(bin) != nil, first != head(bin) { return "RunBins: bit clear, list not empty" }
      if head(bin) == nil, let first, Self.bin(first.pointee.byteCount / PageMap.sliceSize) <= bin {
        return "RunBins: bit set, list empty or run in the wrong list"
      }
      var previous: UnsafeMutablePointer<SpanRecord>?
      var next = head(bin)
      while let run = next {
        if !isOfKind(run.pointee.kind) { return "RunBins: run of another kind" }
        if run.pointee.previous != previous { return "RunBins: previous ≠ the run before" }
        let byteCount = run.pointee.byteCount
        if byteCount <= 0 || byteCount % PageMap.sliceSize != 0 {
          return "RunBins: no whole number of slices"
        }
        if Self.bin(byteCount / PageMap.sliceSize) != bin {
          return "RunBins: run in the wrong list"
        }
        sum += byteCount
        previous = run
        next = run.pointee.next
      }
    }
    return sum == byteCount ? nil : "RunBins: byteCount ≠ Σ runs"
  }
}
