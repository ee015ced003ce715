// Text and Options: what values options take, and what the environment may hold.

import Malloc
import Platform
import Testing

@Suite struct TextTests {
  /// `body` with a text that is followed by other bytes, as in the environment.
  private func with<Result>(_ string: String, _ body: (Text) -> Result) -> Result {
    let bytes = (string + "7x,=").utf8.map { CChar(bitPattern: $0) }
    return bytes.withUnsafeBufferPointer {
      body(Text($0.baseAddress!, count: string.utf8.count))
    }
  }

  @Test func decimalTakesAMinusAndUpToFifteenDigits() {
    for number in [0, 1, 9, 10, 500, 86_400_000, 999_999_999_999_999] {
      #expect(with("\(number)") { $0.decimal } == number)
      #expect(with("-\(number)") { $0.decimal } == -number)
      #expect(with("0\(number % 1000)") { $0.decimal } == number % 1000)
    }
    let bad = [
      "", "-", "--1", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "a", "1a", "1000000000000000",
      "-1000000000000000", "9223372036854775808", "1/", "1:", "é",
    ]
    for text in bad { #expect(with(text) { $0.decimal } == nil, "\(text)") }
  }

  @Test func equalsIgnoresCaseOfLettersOnly() {
    #expect(with("Purge_Delay") { $0.equals("PURGE_DELAY") })
    #expect(with("azAZ09") { $0.equals("AZaz09") })
    #expect(with("") { $0.equals("") })
    // The bytes beside the letters: @ ` [ { differ by the bit of the case.
    #expect(!with("@") { $0.equals("`") } && !with("[") { $0.equals("{") })
    #expect(!with("log") { $0.equals("logs") } && !with("logs") { $0.equals("log") })
    #expect(!with("log") { $0.equals("lag") })
  }

  @Test func pieces() {
    with("key=value=x") { text in
      #expect(text.count == 11 && text[3] == UInt8(ascii: "="))
      #expect(text.firstIndex(of: UInt8(ascii: "=")) == 3)
      #expect(text.firstIndex(of: UInt8(ascii: "7")) == nil)
      #expect(text.prefix(3).equals("key") && text.dropFirst(4).equals("value=x"))
      #expect(text.hasPrefix("key=") && !text.hasPrefix("value") && text.hasPrefix(""))
      #expect(!text.hasPrefix("key=value=x7"))
    }
    "whole".withCString { #expect(Text($0).equals("whole")) }
  }

  @Test func sizesTakeUnitsOfOneLetterOrMore() {
    for (unit, shift) in [("k", 10), ("M", 20), ("g", 30), ("T", 40)] {
      for form in [unit, unit + "b", unit + "B", unit + "iB", unit + "IB", " " + unit + "B"] {
        #expect(with("3" + form) { $0.size } == 3 << shift, "\(form)")
      }
    }
    #expect(with("10") { $0.size } == 10 && with("10b") { $0.size } == 10)
    #expect(with("0") { $0.size } == 0 && with("128t") { $0.size } == 128 << 40)
    let bad = [
      "", "k", "kb", "b", " ", "10ib", "10bk", "10kk", "10mbb", "10 ", "10  k", " 10k", "10k ",
      "-1k", "1.5m", "129t", "10p", "10x", "0x10", "1e3", "i", "ib", "10i",
    ]
    for text in bad { #expect(with(text) { $0.size } == nil, "\(text)") }
  }

  @Test func switchesTakeWords() {
    for text in ["1", "true", "Yes", "ON"] { #expect(with(text) { $0.flag } == true) }
    for text in ["0", "false", "No", "OFF"] { #expect(with(text) { $0.flag } == false) }
    for text in ["", "2", "01", "t", "onn", "-1"] { #expect(with(text) { $0.flag } == nil) }
    var options = Options()
    #expect(set(.debug, "on", &options) && options.mode == .debug)
    #expect(set(.leaks, "TRUE", &options) && options.leaks == .lost)
    #expect(set(.stats, "yes", &options) && options.statistics == .text)
    #expect(set(.debug, "off", &options) && options.mode == .production)
    #expect(set(.protect, "on", &options) && options.protectsRecords)
    // A number stays a number.
    #expect(!set(.frames, "on", &options) && !set(.classSteps, "yes", &options))
  }

  // MARK: Options

  private func set(_ option: Option, _ value: String, _ options: inout Options) -> Bool {
    with(value) { options.set(option, to: $0) }
  }

  @Test func purgeDelayTakesMillisecondsOrMinusOne() {
    var options = Options()
    #expect(options.purgeDelay == 500)
    for value in [0, -1, 1, 86_400_000] {
      #expect(set(.purgeDelay, "\(value)", &options) && options.purgeDelay == value)
    }
    for value in ["", "-2", "86400001", "1s", "never"] {
      #expect(!set(.purgeDelay, value, &options), "\(value)")
    }
    #expect(options.purgeDelay == 86_400_000)
  }

  @Test func classStepsTakesFourValues() {
    for value in -10...100 {
      var options = Options()
      let isTaken = set(.classSteps, "\(value)", &options)
      #expect(isTaken == [1, 2, 4, 8].contains(value))
      #expect(options.classSteps == (isTaken ? value : 4))
    }
  }

  @Test func hugePagesTakesNames() {
    for (name, choice) in [
      ("never", Options.HugePages.never), ("AUTO", .auto), ("Always", .always),
    ] {
      var options = Options()
      #expect(set(.hugePages, name, &options) && options.hugePages == choice)
    }
    var options = Options()
    for name in ["", "0", "alway", "always ", "nevers"] {
      #expect(!set(.hugePages, name, &options) && options.hugePages == .auto)
    }
  }

  @Test func helpIsAFlag() {
    var options = Options()
    #expect(set(.help, "1", &options) && options.printsHelp)
    #expect(!set(.help, "2", &options) && !set(.help, "", &options) && options.printsHelp)
    #expect(set(.help, "0", &options) && !options.printsHelp)
  }

  @Test func emptyAndOverlongLogsAreRefused() {
    var options = Options()
    #expect(!set(.logPath, "", &options))
    #expect(!set(.logPath, String(repeating: "x", count: 1024), &options))
    #expect(!options.logsToFile)
  }

  @Test func everyOptionHasItsOwnKey() {
    var keys: Set<String> = []
    for index in 0..<Option.count {
      guard let option = Option(rawValue: index) else { return #expect(index < 0) }
      keys.insert("\(option.key)")
      #expect(option.values.utf8CodeUnitCount > 0 && option.meaning.utf8CodeUnitCount > 0)
    }
    #expect(keys.count == Option.count && Option(rawValue: Option.count) == nil)
  }
}
