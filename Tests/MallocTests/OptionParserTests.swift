// The options of the environment, from the variables to the values and to what is said of bad ones.

import Malloc
import Platform
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// The options that these variables give, and what was said about them.
private func read(_ variables: [String: String]) -> (options: Options, log: String) {
  // The heap of the process reads the environment once: before it is changed here.
  _ = Process.active
  let log = "/tmp/swiftmalloc-options-\(getpid())"
  for (key, value) in variables { setenv("SWIFTMALLOC_\(key)", value, 1) }
  // First, so that what is said of the rest of the list is in the file.
  let list = "log=/tmp/swiftmalloc-options-%p," + (variables["OPTIONS"] ?? "")
  setenv("SWIFTMALLOC_OPTIONS", list, 1)
  let options = OptionParser.read()
  guard let file = fopen(log, "r") else { return (options, "") }
  var bytes = [UInt8](repeating: 0, count: 8192)
  let count = fread(&bytes, 1, 8192, file)
  fclose(file)
  unlink(log)
  return (options, String(decoding: bytes.prefix(count), as: UTF8.self))
}

private func head(_ kind: String) -> String { "==\(getpid())==\(kind): swiftmalloc: " }

/// Each in a process of its own: the environment and the log's path serve a whole process.
@Suite struct OptionParserTests {
  @Test func listAndSingleVariables() async {
    await #expect(processExitsWith: .success) {
      let (options, log) = read([
        "OPTIONS": "purge_delay=7,,class_steps=8,", "CLASS_STEPS": "2", "HUGE_PAGES": "never",
      ])
      #expect(options.purgeDelay == 7 && options.hugePages == .never)
      // The single variable wins.
      #expect(options.classSteps == 2)
      #expect(options.logsToFile && log == "")
    }
  }

  @Test func nothingSet() async {
    await #expect(processExitsWith: .success) {
      let (options, log) = read([:])
      #expect(options.purgeDelay == 500 && options.classSteps == 4 && options.hugePages == .auto)
      #expect(!options.printsHelp && log == "")
    }
  }

  @Test func badValueIsNamedAndTheDefaultStays() async {
    await #expect(processExitsWith: .success) {
      let (options, log) = read(["CLASS_STEPS": "3\u{1}"])
      #expect(options.classSteps == 4)
      #expect(
        log == head("WARNING")
          + "option CLASS_STEPS cannot be \"3?\" (values: 1, 2, 4, 8); the default is used\n")
    }
  }

  @Test func unknownOptionsAreNamed() async {
    await #expect(processExitsWith: .success) {
      let (_, log) = read(["OPTIONS": "nonsense=1,purge_delay,=,x"])
      let lines = log.split(separator: "\n")
      #expect(lines.count == 4)
      #expect(
        lines.first ?? ""
          == head("WARNING") + "unknown option nonsense; SWIFTMALLOC_HELP=1 prints those there are")
      #expect(lines.contains { $0.contains("option PURGE_DELAY cannot be \"\"") })
    }
  }

  @Test func nearMissesAreCorrected() async {
    await #expect(processExitsWith: .success) {
      let (_, log) = read(["OPTIONS": "leks=1,debug=gaurd,limit=sise"])
      let lines = log.split(separator: "\n")
      #expect(lines.count == 3)
      #expect(lines.first?.contains("unknown option leks, did you mean LEAKS? SWIFT") == true)
      #expect(lines.contains { $0.contains("\"gaurd\", did you mean \"guard\"? (values: 0, 1,") })
      #expect(
        lines.contains { $0.contains("option LIMIT cannot be \"sise\" (values: size, none)") })
    }
  }

  @Test func whatHasNoEffectIsNamed() async {
    await #expect(processExitsWith: .success) {
      let (options, log) = read(["OPTIONS": "limit=10mb,frames=16", "LEAK_SIGNAL": "USR2"])
      #expect(options.limit == 10 << 20)
      #expect(
        log == head("WARNING")
          + "option LEAK_SIGNAL has no effect without LEAKS: signal 12 is the program's own, or ends it\n"
          + head("WARNING") + "option LIMIT has no effect without DEBUG or LEAKS\n")
    }
  }

  @Test func onlyNamesEndAtTheNextKey() async {
    await #expect(processExitsWith: .success) {
      let (options, log) = read(["OPTIONS": "leaks=1,only=a,*,b,debug=yes"])
      #expect(options.leaks == .lost && options.mode == .debug && !options.isLeftOut)
      #expect(options.only?.equals("a,*,b") == true && log == "")
    }
  }

  @Test func sizeClassesAreReadWhenAllIsKnown() async {
    await #expect(processExitsWith: .success) {
      let powers = "64,128,256,512,1024,2048,4096,8192,16384,32768"
      let (options, log) = read([
        "OPTIONS": "size_classes=16,32,48,\(powers),class_steps=8,purge_delay=7"
      ])
      #expect(log == "" && options.classSteps == 8 && options.purgeDelay == 7)
      #expect(options.classes.areListed && options.classes.count == 13)
      #expect(options.classes.blockSize(options.classes.index(33)) == 48)
    }
  }

  @Test func reasonsAgainstSizeClassesAreNamed() async {
    await #expect(processExitsWith: .success) {
      for (value, reason) in [
        ("", "it has no size"), ("x", "it is no list of sizes, and no file that can be opened"),
        ("16,3x", "\"3x\" is no number of bytes"), ("16,40", "40 is no multiple of 16"),
        ("8", "8 is no multiple of 16"), ("0", "0 is less than 16, the shortest block"),
        ("64k", "65536 is more than 32768, the longest block of a class"),
        ("16,48,32", "32 stands behind 48, but the sizes have to grow"),
        ("16 16", "16 stands there twice"), ("/", "the file cannot be read"),
        (
          "32",
          "it lacks 16, and every power of two from 16 to 32768 has to be there for aligned blocks"
        ),
        (
          String(repeating: "9", count: 30),
          "\"\(String(repeating: "9", count: 24))…\" is no number of bytes"
        ),
      ] {
        let (options, log) = read(["SIZE_CLASSES": value, "CLASS_STEPS": "2"])
        #expect(!options.classes.areListed && options.classes.steps == 2)
        #expect(
          log == head("WARNING") + "option SIZE_CLASSES cannot be \"\(value)\": \(reason); "
            + "the classes of CLASS_STEPS=2 are used\n")
      }
    }
  }

  @Test func otherProgramsHaveNoMode() async {
    await #expect(processExitsWith: .success) {
      let (options, log) = read([
        "OPTIONS": "leaks=1,debug=guard,stats=1,live=1,help=1,purge_delay=7", "ONLY": "a,b",
        "NONSENSE": "1", "LIMIT": "much",
      ])
      #expect(options.isLeftOut && options.purgeDelay == 7 && log == "")
      #expect(options.mode == .production && options.leaks == .none)
      #expect(options.statistics == .none && !options.publishes && !options.printsHelp)
    }
  }

  @Test func helpPrintsEveryOptionInOneLine() async {
    await #expect(processExitsWith: .success) {
      let (options, log) = read(["HELP": "1", "PURGE_DELAY": "42"])
      #expect(options.printsHelp)
      let lines = log.split(separator: "\n")
      #expect(lines.count == Option.count + 1)
      for index in 0..<Option.count {
        guard let option = Option(rawValue: index) else { continue }
        #expect(
          lines.contains { $0.hasPrefix("\(option.key) ") && $0.hasSuffix("\(option.meaning)") })
      }
      #expect(
        lines.contains {
          $0.hasPrefix("PURGE_DELAY") && $0.contains(" 500 ") && $0.contains(" 42 ")
        })
    }
  }
}
