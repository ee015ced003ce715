// The lines of source around the place of an error, the erring one marked:
//
//         10 |   free(p);
//     >   11 |   p[0] = 1;
//         12 | }
//
// Only of plain files, of which a few megabytes are read at most: a report must not wait, and nothing is allocated.

import CShims
import Platform

enum SourceLines {
  /// Lines shown before and behind.
  private static var margin: Int { 2 }
  /// Bytes shown of a line.
  private static var widthLimit: Int { 120 }
  /// Bytes that are searched for the line.
  private static var searchLimit: Int { 4 << 20 }

  /// Shows lines around the first frame of a trace whose source is there, from frame `first` on.
  static func print(around trace: UInt32, from first: Int) {
    var isDone = false
    withUnsafeMutablePointer(to: &isDone) {
      TraceReport.forEachSymbol(trace, from: first, { SourceLines.tryFrame($0, $1) }, $0)
    }
  }

  private static func tryFrame(
    _ symbol: UnsafePointer<swiftmalloc_symbol>?, _ context: UnsafeMutableRawPointer?
  ) {
    guard let symbol, let isDone = context?.assumingMemoryBound(to: Bool.self),
      !isDone.pointee, let file = symbol.pointee.file, symbol.pointee.line > 0
    else { return }
    let line = Int(symbol.pointee.line)
    var changed: Int64 = 0
    let source = swiftmalloc_open_source(symbol.pointee.folder, file, &changed)
    if source < 0 { return }
    defer { FileDescriptor.close(source) }
    guard let place = place(of: max(line - margin, 1), and: line, in: source) else { return }
    isDone.pointee = printLines(from: place, first: max(line - margin, 1), marked: line, source)
    var built: Int64 = 0
    guard isDone.pointee, let module = symbol.pointee.module else { return }
    let program = swiftmalloc_open_source(nil, module, &built)
    if program < 0 { return }
    FileDescriptor.close(program)
    if changed > built { tellThatChanged(file) }
  }

  /// Where a line begins in the file, which has `last` lines at least; nil when it has not, or that cannot be found out.
  private static func place(of line: Int, and last: Int, in source: Int32) -> Int? {
    var bytes = InlineArray<4096, UInt8>(repeating: 0)
    var offset = 0
    var number = 1
    var place = line == 1 ? 0 : -1
    while offset < searchLimit {
      let count = read(source, &bytes, at: offset)
      if count <= 0 { return nil }
      for index in 0..<count {
        if number == last { return place }
        if bytes[index] != UInt8(ascii: "\n") { continue }
        number += 1
        if number == line { place = offset + index + 1 }
      }
      offset += count
    }
    return nil
  }

  private static func read(
    _ source: Int32, _ bytes: inout InlineArray<4096, UInt8>, at offset: Int
  ) -> Int {
    withUnsafeMutableBytes(of: &bytes) {
      FileDescriptor.read(source, $0.baseAddress!, $0.count, at: offset)
    }
  }

  /// Shows the lines from a place in the file on; false when the marked one is too far behind it.
  private static func printLines(from place: Int, first: Int, marked: Int, _ source: Int32) -> Bool
  {
    var bytes = InlineArray<4096, UInt8>(repeating: 0)
    let count = read(source, &bytes, at: place)
    var ends = 0
    for index in 0..<max(count, 0) where bytes[index] == UInt8(ascii: "\n") { ends += 1 }
    if count <= 0 || first + ends < marked { return false }
    var index = 0
    var number = first
    while index < count, number <= marked + margin {
      var text = InlineArray<128, CChar>(repeating: 0)
      var width = 0
      while index < count, bytes[index] != UInt8(ascii: "\n") {
        if width < widthLimit {
          // A tab would be shown as what cannot be printed.
          let byte = bytes[index] == UInt8(ascii: "\t") ? UInt8(ascii: " ") : bytes[index]
          text[width] = CChar(bitPattern: byte)
          width += 1
        }
        index += 1
      }
      index += 1
      dropCarriageReturn(&text, width)
      dropHalfCharacter(&text, width)
      print(number, &text, isMarked: number == marked)
      number += 1
    }
    return true
  }

  /// The first half of a line's end, in files as Windows writes them.
  private static func dropCarriageReturn(_ text: inout InlineArray<128, CChar>, _ width: Int) {
    if width > 0, text[width - 1] == CChar(bitPattern: UInt8(ascii: "\r")) { text[width - 1] = 0 }
  }

  /// A line that was cut may end within a character of UTF-8.
  private static func dropHalfCharacter(_ text: inout InlineArray<128, CChar>, _ width: Int) {
    var last = width - 1
    if width < widthLimit { return }
    while last >= 0, UInt8(bitPattern: text[last]) >= 0x80 {
      let isFirst = UInt8(bitPattern: text[last]) >= 0xc0
      text[last] = 0
      if isFirst { return }
      last -= 1
    }
  }

  private static func print(_ number: Int, _ text: inout InlineArray<128, CChar>, isMarked: Bool) {
    var message = Message()
    message.text(isMarked ? "    >" : "     ")
    message.right(number, at: 11)
    message.text(" | ")
    if isMarked { message.style(.culprit) }
    withUnsafeBytes(of: &text) {
      message.printable($0.baseAddress!.assumingMemoryBound(to: CChar.self))
    }
    if isMarked { message.style(.plain) }
    message.endLine()
  }

  private static func tellThatChanged(_ file: UnsafePointer<CChar>) {
    var message = Message()
    message.text("    (")
    message.printable(file)
    message.text(" is newer than the program: the line may be another one)")
    message.endLine()
  }
}
