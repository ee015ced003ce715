// Before a report is printed: which of the traces and types that lost blocks a suppression matches. What such a block leads to is
// suppressed with it, and that the look has to find: so it looks again, with what is known now.

import CShims
import Platform
import Traces

extension LeakReport {
  // A look finds new traces only where the program went on meanwhile.
  private static var lookLimit: Int { 3 }

  /// Looks again for as long as new traces turn out to be suppressed, and prints what is left, if there is something to say;
  /// the lost blocks that are not suppressed, of a check on demand those that are new.
  mutating func finish(lookAgain: () -> LeakGroups?) -> LeakCount {
    if !hasSomethingToSay {
      printNone()
      return LeakCount()
    }
    onLargeStack { _ in TraceReport.begin() }
    var looks = 1
    while hasLost, looks < Self.lookLimit {
      onLargeStack { LeakReport.judge($0) }
      if !needsLook { break }
      LeakState.current = groups
      defer { LeakState.current = nil }
      guard let next = lookAgain(), next.totals.pointee.isComplete else { break }
      groups.release()
      groups = next
      looks += 1
    }
    onLargeStack { LeakReport.print($0) }
    onLargeStack { _ in TraceReport.end() }
    return isAtExit ? lost : increase
  }

  /// Runs `body` with this report on a stack that is large enough for the libraries that know symbols.
  private mutating func onLargeStack(
    _ body: @convention(c) (UnsafeMutableRawPointer?) -> Void
  ) {
    withUnsafeMutablePointer(to: &self) { swiftmalloc_on_large_stack(body, $0) }
  }

  private static func judge(_ context: UnsafeMutableRawPointer?) {
    context?.assumingMemoryBound(to: LeakReport.self).pointee.judge()
  }

  /// Asks of the traces and types that are not known yet.
  private mutating func judge() {
    needsLook = false
    if !Suppressions.prepare() { return }
    guard let list = groups.sorted() else { return }
    defer { list.release() }
    for index in 0..<list.count where list[index].group.pointee.kind.isLost {
      if Suppressions.judge(list[index].group.pointee.trace) { needsLook = true }
    }
    if Suppressions.hasTypes, let names = TypeNames() {
      groups.findings.forEachType { if Suppressions.judge($0, names) { needsLook = true } }
      names.release()
    }
    Suppressions.finishJudging()
  }

  /// Takes lost groups that are suppressed out of the report, and counts what is new of the others.
  mutating func suppress(_ list: MappedArray<LeakGroupPlace>) {
    Suppressions.startCounting()
    for index in 0..<list.count {
      let group = list[index].group
      if !group.pointee.kind.isLost { continue }
      let line = Suppressions.line(group.pointee.trace) ?? group.pointee.typeLine
      if line != nil || group.pointee.isSuppressed {
        Suppressions.count(group.pointee.total, line: line)
        suppressed.add(group.pointee.total)
        group.pointee.isSuppressed = true
      } else {
        increase.add(newCount(group))
      }
    }
  }
}
