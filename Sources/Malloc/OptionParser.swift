// Reads the options from the environment, at the first call of the library: no allocation, no C
// library. What is wrong is named once, and the default is used.

import CShims
import Leaks
import Platform

package enum OptionParser {
  private static let prefix: StaticString = "SWIFTMALLOC_"

  /// The options of the process' environment; all defaults when it runs with raised rights, as
  /// then the environment is not to be trusted, and when they are for the library that is a part of the program.
  package static func read() -> Options {
    var options = Options()
    // The usual case: this runs in every process.
    guard isAsked, let environment = swiftmalloc_environment() else { return options }
    var list: Text?
    var only: Text?
    eachVariable(environment) { key, value in
      if key.equals("OPTIONS") { list = value }
      if key.equals("ONLY") { only = value }
    }
    if swiftmalloc_program_has_its_own() != 0 { return options }
    // Known before anything is said: other programs are to be left in peace.
    if only == nil, let list { eachPiece(list) { if $0.equals("ONLY") { only = $1 } } }
    if let only, only.count > 0, !only.equals("none"), !ProgramName.isIn(only) {
      options.isLeftOut = true
    }
    // The one variable for all first: single variables win.
    if let list { eachPiece(list) { set($0, $1, &options) } }
    eachVariable(environment) { key, value in
      if !key.equals("OPTIONS") { set(key, value, &options) }
    }
    options.readSizeClasses()
    if options.isLeftOut {
      options.leaveModes()
      return options
    }
    options.nameThoseWithoutEffect()
    options.allowsColours = !isSet("NO_COLOR", environment) && !isDumb(environment)
    if options.printsHelp { OptionTable.print(options) }
    return options
  }

  /// Whether the environment has a variable of ours, and may be trusted.
  static var isAsked: Bool {
    if swiftmalloc_is_secure() != 0 { return false }
    guard let environment = swiftmalloc_environment() else { return false }
    var isAsked = false
    eachVariable(environment) { _, _ in isAsked = true }
    return isAsked
  }

  // A variable that is there and not empty.
  private static func isSet(
    _ name: StaticString, _ environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) -> Bool {
    value(name, environment).map { $0.count > 0 } ?? false
  }

  private static func isDumb(
    _ environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) -> Bool {
    value("TERM", environment).map { $0.equals("dumb") } ?? false
  }

  private static func value(
    _ name: StaticString, _ environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) -> Text? {
    var next = environment
    let length = name.utf8CodeUnitCount
    while let entry = next.pointee {
      next += 1
      let text = Text(entry)
      if text.hasPrefix(name), text.firstIndex(of: UInt8(ascii: "=")) == length {
        return text.dropFirst(length + 1)
      }
    }
    return nil
  }

  // Whether a letter is the one of the prefix, in either case.
  @inline(__always)
  private static func isSame(_ byte: CChar, _ letter: UInt8) -> Bool {
    UInt8(bitPattern: byte) | 0x20 == letter | 0x20
  }

  private static func eachVariable(
    _ environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
    _ body: (Text, Text) -> Void
  ) {
    var next = environment
    while let entry = next.pointee {
      next += 1
      // Most variables are told by two bytes; the length of a text is counted.
      guard isSame(entry[0], prefix.utf8Start[0]), isSame(entry[1], prefix.utf8Start[1]) else {
        continue
      }
      let text = Text(entry)
      guard text.hasPrefix(prefix), let equals = text.firstIndex(of: UInt8(ascii: "=")) else {
        continue
      }
      let length = prefix.utf8CodeUnitCount
      body(text.dropFirst(length).prefix(equals - length), text.dropFirst(equals + 1))
    }
  }

  /// The keys and values of `key=value,key=value`; empty pieces are allowed. What has no `=` behind ONLY's first name is
  /// a further name, and behind SIZE_CLASSES' first size a further size.
  private static func eachPiece(_ list: Text, _ body: (Text, Text) -> Void) {
    var rest = list
    while rest.count > 0 {
      var end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.count
      let equals = rest.prefix(end).firstIndex(of: UInt8(ascii: "="))
      if let equals, takesList(rest.prefix(equals)) { end = endOfList(rest, from: end) }
      let piece = rest.prefix(end)
      rest = rest.dropFirst(min(end + 1, rest.count))
      if piece.count == 0 { continue }
      if let equals {
        body(piece.prefix(equals), piece.dropFirst(equals + 1))
      } else {
        body(piece, piece.dropFirst(piece.count))
      }
    }
  }

  private static func takesList(_ key: Text) -> Bool {
    key.equals("ONLY") || key.equals("SIZE_CLASSES")
  }

  private static func endOfList(_ list: Text, from end: Int) -> Int {
    var end = end
    while end < list.count {
      let rest = list.dropFirst(end + 1)
      let next = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.count
      if rest.prefix(next).firstIndex(of: UInt8(ascii: "=")) != nil { return end }
      end += 1 + next
    }
    return end
  }

  private static func set(_ key: Text, _ value: Text, _ options: inout Options) {
    for index in 0..<Option.count {
      guard let option = Option(rawValue: index), key.equals(option.key) else { continue }
      if !options.set(option, to: value), !options.isLeftOut { complain(option, value) }
      return
    }
    if options.isLeftOut { return }
    var message = Message()
    message.head("WARNING")
    message.text("unknown option ")
    key.append(to: &message)
    if let meant = Option.key(like: key) {
      message.text(", did you mean ")
      meant.append(to: &message)
      message.text("? SWIFTMALLOC_HELP=1 prints those there are")
    } else {
      message.text("; SWIFTMALLOC_HELP=1 prints those there are")
    }
    message.endLine()
  }

  private static func complain(_ option: Option, _ value: Text) {
    var message = Message()
    message.head("WARNING")
    message.text("option ")
    message.text(option.key)
    message.text(" cannot be \"")
    value.append(to: &message)
    message.text("\"")
    if let meant = option.value(like: value) {
      message.text(", did you mean \"")
      meant.append(to: &message)
      message.text("\"?")
    }
    message.text(" (values: ")
    message.text(option.values)
    message.text("); the default is used")
    message.endLine()
  }
}
