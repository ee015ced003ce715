// The cycle that keeps a group's blocks, as people write one: each block's type, with the field that leads to the next one.
//
//   retain cycle: App.Session.onClose → closure context in App.Session.start() app.swift:41 → App.Session

import CShims
import DebugHeap
import Platform
import Traces

extension LeakReport {
  private static let arrow: StaticString = " → "

  /// Prints a group's cycle in a line, if it has one.
  @inline(never)
  func printCycle(_ group: UnsafeMutablePointer<LeakGroup>) {
    let count = group.pointee.stepCount
    guard let names, count > 0 else { return }
    var message = Message()
    message.text("  retain cycle: ")
    let first = firstStep(of: group, names)
    for index in 0...count {
      let step = groups.findings.step((first + index) % count, of: group)
      append(step.type, names, to: &message)
      let isClosure = step.type.kind == .closure
      if isClosure { appendMaker(step.trace, to: &message) }
      if index == count { break }
      // What a closure captured has no name.
      if !isClosure { appendField(step, names, to: &message) }
      message.text(Self.arrow)
    }
    message.endLine()
  }

  /// The step that a cycle is told from: the first one with a field that has a name.
  private func firstStep(of group: UnsafeMutablePointer<LeakGroup>, _ names: TypeNames) -> Int {
    for index in 0..<group.pointee.stepCount {
      let step = groups.findings.step(index, of: group)
      if names.withField(of: step.type, at: UInt(step.offset), { _, _ in }) { return index }
    }
    return 0
  }

  @inline(never)
  private func append(_ type: BlockType, _ names: TypeNames, to message: inout Message) {
    if type == .none { return message.text("untyped") }
    withUnsafeMutablePointer(to: &message) { message in
      names.withName(type) { message.pointee.printable($0) }
    }
  }

  /// `.delegate`, `[2]`, or `+24` where there is no name. What a function captured is its second word, and goes without a
  /// number; in larger fields the number tells the place.
  @inline(never)
  private func appendField(_ step: CycleStep, _ names: TypeNames, to message: inout Message) {
    let isNamed = withUnsafeMutablePointer(to: &message) { message in
      names.withField(of: step.type, at: UInt(step.offset)) {
        message.pointee.byte(UInt8(ascii: "."))
        message.pointee.printable($0)
        if $1 > 8 { Self.appendOffset($1, to: &message.pointee) }
      }
    }
    if isNamed { return }
    if let element = names.element(of: step.type, at: UInt(step.offset)) {
      message.byte(UInt8(ascii: "["))
      message.decimal(element)
      message.byte(UInt8(ascii: "]"))
    } else {
      Self.appendOffset(UInt(step.offset), to: &message)
    }
  }

  private static func appendOffset(_ offset: UInt, to message: inout Message) {
    message.byte(UInt8(ascii: "+"))
    message.decimal(offset)
  }

  private func appendMaker(_ trace: UInt32, to message: inout Message) {
    withUnsafeMutablePointer(to: &message) {
      TraceReport.withMaker(
        trace,
        { symbol, context in
          guard let message = context?.assumingMemoryBound(to: Message.self) else { return }
          if let function = symbol?.pointee.function {
            var name = TypeText()
            name.append(cString: function)
            name.removeSuffix(" -> ()")
            message.pointee.text(" in ")
            name.withCString { message.pointee.printable($0) }
          }
          guard let file = symbol?.pointee.file, let line = symbol?.pointee.line else { return }
          message.pointee.byte(UInt8(ascii: " "))
          message.pointee.printable(TraceReport.lastPart(of: file))
          message.pointee.byte(UInt8(ascii: ":"))
          message.pointee.decimal(Int(line))
        }, $0)
    }
  }

  // MARK: JSON

  /// Appends `,"type":"App.Session"`; nothing where the blocks have no type in common.
  @inline(never)
  func appendType(_ group: UnsafeMutablePointer<LeakGroup>, to message: inout Message) {
    guard let names else { return }
    withUnsafeMutablePointer(to: &message) { message in
      names.withName(group.pointee.type) {
        message.pointee.text(",\"type\":")
        message.pointee.quoted($0)
      }
    }
  }

  /// Appends `,"cycle":[{"type":…,"field":…,"offset":…},…]`; nothing without a cycle.
  @inline(never)
  func appendCycle(_ group: UnsafeMutablePointer<LeakGroup>, to message: inout Message) {
    let count = group.pointee.stepCount
    guard let names, count > 0 else { return }
    message.text(",\"cycle\":[")
    let first = firstStep(of: group, names)
    for index in 0..<count {
      let step = groups.findings.step((first + index) % count, of: group)
      message.text(index == 0 ? "{\"type\":" : ",{\"type\":")
      message.beginString()
      append(step.type, names, to: &message)
      message.endString()
      withUnsafeMutablePointer(to: &message) { message in
        _ = names.withField(of: step.type, at: UInt(step.offset)) { name, _ in
          message.pointee.text(",\"field\":")
          message.pointee.quoted(name)
        }
      }
      message.text(",\"offset\":")
      message.decimal(Int(step.offset))
      if step.type.kind == .closure { appendMakerMembers(step.trace, to: &message) }
      message.text("}")
    }
    message.text("]")
  }

  private func appendMakerMembers(_ trace: UInt32, to message: inout Message) {
    withUnsafeMutablePointer(to: &message) {
      TraceReport.withMaker(
        trace,
        { symbol, context in
          guard let message = context?.assumingMemoryBound(to: Message.self) else { return }
          if let function = symbol?.pointee.function {
            message.pointee.text(",\"function\":")
            message.pointee.quoted(function)
          }
          guard let file = symbol?.pointee.file, let line = symbol?.pointee.line else { return }
          message.pointee.text(",\"file\":")
          message.pointee.quoted(file)
          message.pointee.text(",\"line\":")
          message.pointee.decimal(Int(line))
        }, $0)
    }
  }
}
