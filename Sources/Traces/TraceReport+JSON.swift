// A trace for machines: an array of frames, inlined functions included.

import CShims
import Platform

extension TraceReport {
  /// Writes `[{"address":…,"function":…,"file":…,"line":…,"module":…,"offset":…,"build_id":…},…]`; what is not known is left
  /// out.
  package static func printJSON(_ trace: UInt32) {
    var isFirst = true
    var message = Message()
    message.text("[")
    // What is collected goes out first: the frames write messages of their own.
    message.send()
    withUnsafeMutablePointer(to: &isFirst) {
      forEachSymbol(trace, { TraceReport.printJSONFrame($0, $1) }, $0)
    }
    message.text("]")
    message.send()
  }

  private static func printJSONFrame(
    _ symbol: UnsafePointer<swiftmalloc_symbol>?, _ context: UnsafeMutableRawPointer?
  ) {
    guard let symbol, let isFirst = context?.assumingMemoryBound(to: Bool.self) else { return }
    var message = Message()
    message.text(isFirst.pointee ? "{\"address\":\"" : ",{\"address\":\"")
    isFirst.pointee = false
    message.hexadecimal(symbol.pointee.address)
    message.text("\"")
    if let function = symbol.pointee.function {
      message.text(",\"function\":")
      message.quoted(function)
    }
    if let file = symbol.pointee.file {
      message.text(",\"file\":")
      message.quoted(file)
      message.text(",\"line\":")
      message.decimal(Int(symbol.pointee.line))
    }
    if let module = symbol.pointee.module {
      message.text(",\"module\":")
      message.quoted(module)
      message.text(",\"offset\":\"")
      message.hexadecimal(symbol.pointee.offset)
      message.text("\"")
    }
    if let bytes = symbol.pointee.build_id, symbol.pointee.build_id_length > 0 {
      message.text(",\"build_id\":\"")
      for index in 0..<Int(symbol.pointee.build_id_length) { message.twoDigits(bytes[index]) }
      message.text("\"")
    }
    message.text("}")
    message.send()
  }
}
