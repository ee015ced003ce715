// One report's lines, in the order in which AddressSanitizer prints them.

import CShims
import Platform
import Traces

package struct ReportPage {
  let finding: Finding
  /// What the address is, when it is in no block.
  let place: Place?
  /// Of a heap for one thread: whose it is, and where that thread used it first, as in its storage.
  let owner: UInt64

  /// The report of an error of a block that is no debug heap's.
  package init(_ finding: Finding) { self.init(finding: finding, place: nil, owner: 0) }

  init(finding: Finding, place: Place?, owner: UInt64) {
    self.finding = finding
    self.place = place
    self.owner = owner
  }

  /// Prints, on a stack that is large enough for the libraries that know symbols.
  package func print() {
    var page = self
    withUnsafeMutablePointer(to: &page) {
      swiftmalloc_report_on_large_stack({ ReportPage.print($0) }, $0)
    }
  }

  /// Prints the first line, without a stack: while another report is under way.
  package func printHeadlineAlone() {
    if !ReportStyle.isJSON { return printHeadline() }
    var message = Message()
    message.beginReport(finding.kind.name, finding.address)
    appendHeadline(to: &message)
    message.endString()
    message.text("}")
    message.endLine()
  }

  /// Whether a block that seems to be freed by the wrong function was allocated, or is freed, by a
  /// library's own operator, as libraries have that hold a C++ library.
  func isOfOtherOperator() -> Bool {
    var question = OperatorQuestion(finding: finding)
    withUnsafeMutablePointer(to: &question) {
      swiftmalloc_report_on_large_stack({ ReportPage.askForOperator($0) }, $0)
    }
    return question.answer
  }

  private struct OperatorQuestion {
    let finding: Finding
    var answer = false
  }

  private static func askForOperator(_ context: UnsafeMutableRawPointer?) {
    guard let question = context?.assumingMemoryBound(to: OperatorQuestion.self) else { return }
    let finding = question.pointee.finding
    TraceReport.begin()
    question.pointee.answer =
      TraceReport.isInOperator(finding.block?.allocation ?? 0)
      || TraceReport.isInOperator(finding.trace)
    TraceReport.end()
  }

  private static func print(_ context: UnsafeMutableRawPointer?) {
    guard let page = context?.assumingMemoryBound(to: ReportPage.self) else { return }
    TraceReport.begin()
    if ReportStyle.isJSON {
      page.pointee.printJSON()
    } else {
      page.pointee.printHeadline()
      page.pointee.printStacks()
    }
    TraceReport.end()
  }

  private func printHeadline() {
    var message = Message()
    message.style(.error)
    message.head("ERROR")
    appendHeadline(to: &message)
    message.style(.plain)
    message.endLine()
    if finding.crash != nil { swiftmalloc_crash_was_told() }
  }

  /// `KIND on address 0x… (WHAT), thread "NAME" (ID)`.
  func appendHeadline(to message: inout Message) {
    message.text(finding.kind.name)
    if case .threadMisuse = finding.kind {
      message.text(" of the single-threaded heap at ")
    } else {
      message.text(" on address ")
    }
    message.hexadecimal(finding.address)
    if let crash = finding.crash {
      message.text(" (")
      crash.append(finding, to: &message)
      message.text(")")
    } else if case .pointer = finding.discovery {
      message.text(" (a pointer that was read from freed memory)")
    } else if finding.block != nil || place != nil {
      message.text(" (")
      if let place { place.append(finding.address, to: &message) }
      if let block = finding.block { finding.appendDetail(block, to: &message) }
      message.text(")")
    }
    if finding.thread != 0 {
      message.text(", thread ")
      ThreadTable.append(finding.thread, to: &message)
    }
  }

  private func printStacks() {
    var summary = finding.trace
    // An abort begins in the C library, in every program.
    let frame =
      finding.kind == .abortSignal ? TraceReport.firstOutsideOfRuntime(finding.trace) : 0
    TraceReport.print(finding.trace)
    TraceReport.printSource(of: finding.trace, from: frame)
    if let damage = finding.damage { damage.print() }
    if let block = finding.block {
      if case .pointer = finding.discovery { printOrigin(block) }
      if block.isFreed {
        let isSecond = finding.kind == .doubleFree
        Self.print(isSecond ? "freed first" : "freed", block.freeingThread, block.release)
      }
      if block.reallocation != 0 { Self.print("reallocated", 0, block.reallocation) }
      Self.print(
        "allocated", block.allocatingThread, block.allocation, heapOf: block)
      if summary == 0 { summary = block.isFreed ? block.release : block.allocation }
    }
    if case .threadMisuse = finding.kind {
      Self.print("first used", Int(owner >> 32), UInt32(truncatingIfNeeded: owner))
    }
    finding.printHint()
    TraceReport.printSummary(finding.kind.name, summary, frame: frame)
  }

  /// The one freed block that registers or the stack lead to: the pointer may be from it.
  private func printOrigin(_ block: BlockDescription) {
    var message = Message()
    message.text("  perhaps from the freed ")
    message.decimal(block.requested)
    message.text("-byte block at ")
    message.hexadecimal(block.start)
    message.endLine()
  }

  /// `WHAT by thread "NAME" (ID):` and the stack; with `, in heap "NAME"` if a block is given and is of one.
  static func print(
    _ what: StaticString, _ thread: Int, _ trace: UInt32, heapOf block: BlockDescription? = nil
  ) {
    var message = Message()
    message.text(what)
    if thread != 0 {
      message.text(" by thread ")
      ThreadTable.append(thread, to: &message)
    }
    if let block { BlockHeaps.append(block, to: &message) }
    message.text(":")
    message.endLine()
    TraceReport.print(trace)
  }
}
