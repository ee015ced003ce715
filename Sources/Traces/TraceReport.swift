// Traces for people: function, file and line of each frame, one line each, inlined functions
// included. The symbols are opened for a report and closed behind it.

import CShims
import Platform
import RustNames

package enum TraceReport {
  // Written between `begin` and `end`, by one thread at a time.
  nonisolated(unsafe) private static var lacksLines = false
  nonisolated(unsafe) private static var saidLinesLack = false
  nonisolated(unsafe) private static var saidLoaderIsHeld = false
  // A signal handler may report that interrupted a sample.
  nonisolated(unsafe) private static var wasTracing = false

  /// Between these two calls one thread at a time prints; what it allocates gets no trace.
  package static func begin() {
    wasTracing = ThreadFlags.current & ThreadFlags.isTracing != 0
    ThreadFlags.insert(ThreadFlags.isTracing)
    ReportStyle.lookForTerminal()
    if !hasTraces { return }
    let isOpen = swiftmalloc_symbols_open(
      swiftmalloc_symbol_helpers(
        unloaded_module: { SeenModules.find($0, $1!) ? 1 : 0 },
        demangle_rust: { RustName.demangle($0!, into: $1!, capacity: $2) ? 1 : 0 }))
    if isOpen == 0 { lacksLines = true }
  }

  package static func end() {
    if hasTraces { swiftmalloc_symbols_close() }
    if lacksLines, !saidLinesLack { warnOfMissingLines() }
    if hasTraces, !saidLoaderIsHeld, swiftmalloc_is_loader_held() != 0 { warnOfLoader() }
    if !wasTracing { ThreadFlags.remove(ThreadFlags.isTracing) }
  }

  private static var hasTraces: Bool { Unwinder.frameLimit != 0 || Unwinder.reportsSamples }

  @inline(never)
  private static func warnOfMissingLines() {
    saidLinesLack = true
    var message = Message()
    message.head("WARNING")
    message.text("libdw.so.1 cannot be loaded (Debian's package libdw1): ")
    message.text("traces have no files and lines")
    message.endLine()
  }

  // Apart: the message takes room on a stack that may be small.
  @inline(never)
  private static func warnOfLoader() {
    saidLoaderIsHeld = true
    var message = Message()
    message.head("WARNING")
    message.text("another thread holds a lock of the loader, or did when this process was forked: ")
    message.text("the report has no names of functions")
    message.endLine()
  }

  /// Prints the frames of a trace.
  package static func print(_ trace: UInt32) {
    var index = 0
    StackDepot.eachAddress(trace) { address in
      withUnsafeMutablePointer(to: &index) {
        swiftmalloc_symbols_at(address - 1, { TraceReport.printFrame($0, $1) }, $0)
      }
    }
  }

  /// Prints the lines of source around the first frame of a trace whose file is there, from frame `first` on.
  package static func printSource(of trace: UInt32, from first: Int = 0) {
    if ReportStyle.showsSource { SourceLines.print(around: trace, from: first) }
  }

  /// The frame to name for an abort: the first one outside of the C library and C++'s runtime, or 0.
  package static func firstOutsideOfRuntime(_ trace: UInt32) -> Int {
    RuntimeFrames.count(of: trace)
  }

  private static func printFrame(
    _ symbol: UnsafePointer<swiftmalloc_symbol>?, _ context: UnsafeMutableRawPointer?
  ) {
    guard let symbol, let context else { return }
    let index = context.assumingMemoryBound(to: Int.self)
    var message = Message()
    message.text("    #")
    message.decimal(index.pointee)
    index.pointee += 1
    message.byte(UInt8(ascii: " "))
    message.hexadecimal(symbol.pointee.address)
    message.text(" in ")
    if let function = symbol.pointee.function {
      message.printable(function)
    } else {
      message.text("??")
    }
    message.text("  ")
    appendPlace(symbol.pointee, &message)
    message.endLine()
  }

  private static func appendPlace(_ symbol: swiftmalloc_symbol, _ message: inout Message) {
    if let file = symbol.file {
      message.printable(file)
      message.byte(UInt8(ascii: ":"))
      message.decimal(Int(symbol.line))
    } else if let module = symbol.module {
      message.byte(UInt8(ascii: "("))
      message.printable(module)
      message.byte(UInt8(ascii: "+"))
      message.hexadecimal(symbol.offset)
      if let bytes = symbol.build_id, symbol.build_id_length > 0 {
        message.text(", build id ")
        for index in 0..<Int(symbol.build_id_length) { message.twoDigits(bytes[index]) }
      }
      message.byte(UInt8(ascii: ")"))
      if symbol.is_unloaded != 0 { message.text(" (unloaded)") }
    } else {
      message.text("(unknown code)")
    }
  }

  /// Tells `body` of each function of a trace, the innermost first, from frame `first` on; functions that are inlined
  /// belong to the frame of the one that holds them.
  package static func forEachSymbol(
    _ trace: UInt32, from first: Int = 0,
    _ body: @convention(c) (UnsafePointer<swiftmalloc_symbol>?, UnsafeMutableRawPointer?) -> Void,
    _ context: UnsafeMutableRawPointer
  ) {
    var index = 0
    StackDepot.eachAddress(trace) { address in
      if index >= first { swiftmalloc_symbols_at(address - 1, body, context) }
      index += 1
    }
  }

  /// Whether the function that the trace begins in is called `operator new…`, or `operator delete…`: a
  /// library's own, which calls malloc or free.
  package static func isInOperator(_ trace: UInt32) -> Bool {
    var answer = false
    var isFirst = true
    StackDepot.eachAddress(trace) { address in
      if !isFirst { return }
      isFirst = false
      withUnsafeMutablePointer(to: &answer) {
        swiftmalloc_symbols_at(address - 1, { TraceReport.noteOperator($0, $1) }, $0)
      }
    }
    return answer
  }

  private static func noteOperator(
    _ symbol: UnsafePointer<swiftmalloc_symbol>?, _ context: UnsafeMutableRawPointer?
  ) {
    guard let context, var name = symbol?.pointee.function else { return }
    let prefix: StaticString = "operator "
    for index in 0..<prefix.utf8CodeUnitCount {
      if UInt8(bitPattern: name.pointee) != prefix.utf8Start[index] { return }
      name += 1
    }
    let letter = UInt8(bitPattern: name.pointee)
    if letter == UInt8(ascii: "n") || letter == UInt8(ascii: "d") {
      context.assumingMemoryBound(to: Bool.self).pointee = true
    }
  }

  /// Ends a report: `SUMMARY: swiftmalloc: KIND PLACE in FUNCTION` of a trace's frame.
  package static func printSummary(_ kind: StaticString, _ trace: UInt32, frame: Int = 0) {
    var message = Message()
    message.text("SUMMARY: swiftmalloc: ")
    message.text(kind)
    appendTop(of: trace, from: frame, to: &message)
    message.endLine()
  }

  /// Appends ` PLACE in FUNCTION` of a trace's frame `first`; nothing without one.
  package static func appendTop(
    of trace: UInt32, from first: Int = 0, to message: inout Message
  ) {
    var index = 0
    StackDepot.eachAddress(trace) { address in
      defer { index += 1 }
      if index != first { return }
      withUnsafeMutablePointer(to: &message) {
        swiftmalloc_symbols_at(address - 1, { TraceReport.appendTop($0, $1) }, $0)
      }
    }
  }

  private static func appendTop(
    _ symbol: UnsafePointer<swiftmalloc_symbol>?, _ context: UnsafeMutableRawPointer?
  ) {
    guard let symbol, let context, symbol.pointee.is_innermost != 0 else { return }
    let message = context.assumingMemoryBound(to: Message.self)
    message.pointee.byte(UInt8(ascii: " "))
    appendPlace(symbol.pointee, &message.pointee)
    if let function = symbol.pointee.function {
      message.pointee.text(" in ")
      message.pointee.printable(function)
    }
  }
}
