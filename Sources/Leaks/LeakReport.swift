// The report of a leak check, in LeakSanitizer's shape: a group for each trace that lost blocks come from, direct leaks
// first, the largest first; totals; a summary.

import CShims
import DebugHeap
import Memory
import Platform
import Traces

package struct LeakReport {
  var groups: LeakGroups
  /// What the check before found; nil at the first one.
  let before: LeakGroups?
  let settings: LeakSettings
  let isAtExit: Bool
  /// Set before it is printed.
  var suppressed = LeakCount()
  var increase = LeakCount()
  /// A suppression matches a trace that the last look did not know of.
  var needsLook = false
  /// While it is printed; nil where there is no memory.
  var names: TypeNames?

  init(groups: LeakGroups, before: LeakGroups?, settings: LeakSettings, isAtExit: Bool) {
    self.groups = groups
    self.before = before
    self.settings = settings
    self.isAtExit = isAtExit
  }

  static func print(_ context: UnsafeMutableRawPointer?) {
    context?.assumingMemoryBound(to: LeakReport.self).pointee.prepareAndPrint()
  }

  func count(_ kind: LeakKind) -> LeakCount { groups.totals.pointee.kinds[kind.rawValue] }

  /// Definitely and indirectly lost, without what is suppressed.
  var lost: LeakCount {
    var count = count(.definite)
    count.add(self.count(.indirect))
    return count.increase(over: suppressed)
  }

  /// Whether anything is lost, suppressed or not.
  var hasLost: Bool { count(.definite).blocks + count(.indirect).blocks > 0 }

  private mutating func prepareAndPrint() {
    guard let list = groups.sorted() else { return }
    defer { list.release() }
    suppress(list)
    names = TypeNames()
    defer {
      names?.release()
      names = nil
    }
    let hasLost = lost.blocks > 0
    if settings.isJSON { return printJSON(list, suppressed) }
    if !hasLost, !settings.listsAll { return printNone() }
    printHeadline(hasLost)
    for index in 0..<list.count { printGroup(list[index].group) }
    printTotals()
    Suppressions.printUsed()
    var message = Message()
    message.text("SUMMARY: swiftmalloc: ")
    message.decimal(lost.bytes)
    message.text(" byte(s) leaked in ")
    message.decimal(lost.blocks)
    message.text(" allocation(s).")
    message.endLine()
  }

  /// What the check before did not find of a group.
  func newCount(_ group: UnsafeMutablePointer<LeakGroup>) -> LeakCount {
    guard let before else { return group.pointee.total }
    return group.pointee.total.increase(over: before.count(group.pointee.key))
  }

  // MARK: Text

  private func printHeadline(_ hasLost: Bool) {
    var message = Message()
    if !hasLost {
      message.head("INFO")
      message.text("no leaks")
      return message.endLine()
    }
    message.style(.error)
    message.head("ERROR")
    message.text("leak of ")
    Self.append(lost, to: &message)
    if !isAtExit, before != nil {
      message.text(", ")
      Self.append(increase, to: &message)
      message.text(" new since the last check")
    }
    message.style(.plain)
    message.endLine()
  }

  static func append(_ count: LeakCount, to message: inout Message) {
    message.count(count.bytes, "byte")
    message.text(" in ")
    message.count(count.blocks, "block")
  }

  private func printGroup(_ group: UnsafeMutablePointer<LeakGroup>) {
    if group.pointee.isSuppressed { return }
    let new = newCount(group)
    if before != nil, new.blocks == 0, new.bytes == 0 { return printKnown(group) }
    var message = Message()
    message.text(group.pointee.kind.title)
    message.decimal(group.pointee.total.bytes)
    message.text(" byte(s) in ")
    message.decimal(group.pointee.total.blocks)
    message.text(" object(s) ")
    if let names {
      withUnsafeMutablePointer(to: &message) { message in
        names.withName(group.pointee.type) {
          message.pointee.text("of ")
          message.pointee.printable($0)
          message.pointee.byte(UInt8(ascii: " "))
        }
      }
    }
    if group.pointee.trace != 0 {
      message.text("allocated from:")
    } else {
      message.text("of up to ")
      message.count(group.pointee.sizeLimit, "byte")
      message.text(" each")
    }
    message.endLine()
    TraceReport.print(group.pointee.trace)
    printCycle(group)
    message.text("  for example ")
    message.hexadecimal(group.pointee.example)
    message.text(" of ")
    message.count(group.pointee.exampleByteCount, "byte")
    if group.pointee.thread != 0 {
      message.text(", by thread ")
      ThreadTable.append(group.pointee.thread, to: &message)
    }
    message.endLine()
    if !isAtExit, before != nil {
      message.text("  new since the last check: ")
      Self.append(new, to: &message)
      message.endLine()
    }
  }

  /// A group that the check before found just as it is now, in a line: its stack was printed then.
  private func printKnown(_ group: UnsafeMutablePointer<LeakGroup>) {
    var message = Message()
    message.text("Known since an earlier check: ")
    message.text(group.pointee.kind.inWords)
    Self.append(group.pointee.total, to: &message)
    if group.pointee.trace != 0 {
      message.text(",")
      TraceReport.appendTop(of: group.pointee.trace, to: &message)
    } else {
      message.text(" of up to ")
      message.count(group.pointee.sizeLimit, "byte")
      message.text(" each")
    }
    message.endLine()
  }

  private func printTotals() {
    line("definitely lost", count(.definite).increase(over: groups.suppressedCount(.definite)))
    line("indirectly lost", count(.indirect).increase(over: groups.suppressedCount(.indirect)))
    line("possibly lost", count(.possible))
    line("still reachable", count(.reachable))
    line("suppressed", suppressed)
  }

  private func line(_ name: StaticString, _ count: LeakCount) {
    var message = Message()
    message.text("  ")
    message.text(name)
    message.text(": ")
    Self.append(count, to: &message)
    message.endLine()
  }
}

extension LeakKind {
  /// How a group of this kind begins.
  fileprivate var title: StaticString {
    switch self {
    case .definite: "Direct leak of "
    case .indirect: "Indirect leak of "
    case .possible: "Possible leak of "
    case .reachable: "Still reachable: "
    }
  }

  /// The same within a line.
  fileprivate var inWords: StaticString {
    switch self {
    case .definite: "direct leak of "
    case .indirect: "indirect leak of "
    case .possible: "possible leak of "
    case .reachable: "still reachable: "
    }
  }
}
