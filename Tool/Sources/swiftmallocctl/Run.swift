// swiftmallocctl run: a program with the library, its options, a log for the reports, and what they say at the end.

import ArgumentParser
import Glibc
import ToolKit

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a program with the library.",
    discussion: """
      The library is libswiftmalloc.so beside this program, in ../lib, or where Debian has libraries; none is preloaded \
      into a program that it is linked into. With --debug, --guard, --leaks or \
      --stats, reports go to a new file that only you can read, and are shown when the program has ended: \
      what the program itself says does not bury them. With --profile each process writes PROGRAM.PID.pprof into \
      this folder when it ends; until then profile PID and serve show what is in use. With --types the objects that \
      are left when the program ends are counted by type: the program itself, none that it starts. Its main thread is \
      traced for that, so no debugger can have it, and calls that wait may end with EINTR at signals that it ignores.

      EXAMPLES
        swiftmallocctl run -- ./server
        swiftmallocctl run --debug -- ./app --its-own-option
        swiftmallocctl run --leaks --option leak_exit_code=23 -- ./test
        swiftmallocctl run --leaks --only '*.xctest' -- swift test
        swiftmallocctl run --live -- python3 script.py
        swiftmallocctl run --profile -- ./server
        swiftmallocctl run --types -- ./app
        swiftmallocctl run --types --json --output types.json -- ./app

      Exit status: the program's own, or 128 + the number of the signal that ended it; 127 when it was not \
      found, 126 when it cannot be executed; 1 when the library cannot be used, as in programs that are \
      statically linked or setuid, and when the types cannot be written; 64 for wrong arguments.
      """)

  @Flag(help: "Find memory errors: the debug heap.")
  var debug = false

  @Flag(help: "Find them at once: each block at an inaccessible page. Slower.")
  var `guard` = false

  @Flag(help: "Look for leaks when the program ends.")
  var leaks = false

  @Flag(help: "Publish counters, for list, stats, top and serve.")
  var live = false

  @Flag(help: "Show statistics when the program has ended.")
  var stats = false

  @Flag(help: "Take a heap profile, and publish counters.")
  var profile = false

  @OptionGroup var typesAtEnd: RunTypesOptions

  @Option(parsing: .unconditional, help: "Stack frames of each trace, 0 to 64.")
  var frames: Int?

  @Option(help: "The library.", completion: .file(extensions: ["so"]))
  var library: String?

  @Option(
    help: "Where reports go: a path, in which %p is the process id, or - for standard error.",
    completion: .file())
  var log: String?

  @Option(
    help: ArgumentHelp(
      "Watch programs of this name alone, of all that are started; as often as needed.",
      valueName: "name"))
  var only: [String] = []

  @Option(
    help: ArgumentHelp(
      "Any other option of the library, as often as needed.", valueName: "key=value"))
  var option: [String] = []

  @Argument(
    parsing: .captureForPassthrough, help: "The program and its arguments, behind --.",
    completion: .file())
  var program: [String] = []

  func validate() throws {
    // All that follows the first word that is no option of ours is the program's; a misspelt option is not one.
    if let first = program.first, first.hasPrefix("-"), first != "--" {
      if first == "--help" || first == "-h" { throw CleanExit.helpRequest(self) }
      throw ValidationError("Unknown option \"\(first)\".")
    }
    guard !command.isEmpty else { throw ValidationError("Say which program, behind --.") }
    if profile && (debug || `guard` || leaks) {
      throw ValidationError("The heap of --debug, --guard and --leaks takes no profiles.")
    }
    if typesAtEnd.types && (debug || `guard` || leaks) {
      throw ValidationError(
        "The heap of --debug, --guard and --leaks is not read from outside: --leaks --option leaks=all tells types."
      )
    }
    if debug && `guard` { throw ValidationError("--guard includes --debug: choose one.") }
    if let frames, !(0...64).contains(frames) {
      throw ValidationError("Frames are 0 to 64, not \(frames).")
    }
    for pair in option where !pair.dropFirst().contains("=") {
      throw ValidationError("\"\(pair)\" is not of the form key=value.")
    }
  }

  /// The program and its arguments.
  private var command: [String] { program.first == "--" ? Array(program.dropFirst()) : program }

  /// Where reports are collected; nil, after saying so, where no file can be made: they go to standard error.
  private func collected() throws -> Reports? {
    do { return try Reports(path: log, program: command[0]) } catch let error as Reports.NoFile {
      complain("\(error.sentence): reports go to standard error, and are not summed up")
      return nil
    }
  }

  private func preload(into environment: inout Environment) throws {
    let library: String
    do { library = try Library.path(self.library) } catch {
      throw fail(error.sentence)
    }
    if let sentence = PreloadObstacle(command[0], library: library)?.sentence {
      throw fail(sentence)
    }
    environment.preload(library)
  }

  func run() throws {
    var environment = Environment()
    if library != nil || !PreloadObstacle.bringsLibrary(command[0]) {
      try preload(into: &environment)
    }
    if !only.isEmpty { environment["SWIFTMALLOC_ONLY"] = only.joined(separator: ",") }
    let wanted = RunSummary.Wanted(
      reports: debug || `guard` || leaks, leaks: leaks, statistics: stats,
      only: only.isEmpty ? nil : only.joined(separator: ", "))
    let hasReports = wanted.reports || stats
    let reports = hasReports && log != "-" ? try collected() : nil
    if debug { environment["SWIFTMALLOC_DEBUG"] = "1" }
    if `guard` { environment["SWIFTMALLOC_DEBUG"] = "guard" }
    if leaks { environment["SWIFTMALLOC_LEAKS"] = "1" }
    if live || profile { environment["SWIFTMALLOC_LIVE"] = "1" }
    if profile { environment["SWIFTMALLOC_PROFILE"] = RunProfile.path(command[0], "%p") }
    if stats { environment["SWIFTMALLOC_STATS"] = "1" }
    if let frames { environment["SWIFTMALLOC_FRAMES"] = String(frames) }
    if let path = reports?.path ?? (log == "-" ? nil : log) {
      environment["SWIFTMALLOC_LOG"] = path
    }
    for pair in option {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      environment["SWIFTMALLOC_" + parts[0].uppercased()] = String(parts[1])
    }

    let child: ChildProcess
    do {
      child =
        try typesAtEnd.types
        ? ChildProcess(following: command, environment: environment.entries)
        : ChildProcess(command, environment: environment.entries)
    } catch {
      reports?.discard()
      let found = error.number == ENOENT ? "no program \"\(command[0])\" found" : error.sentence
      throw fail(found, status: error.number == ENOENT ? 127 : 126)
    }
    let types = typesAtEnd.types ? RunTypes(child) : nil
    if live && isatty(STDERR_FILENO) == 1 {
      complain("process \(child.id) publishes counters: swiftmallocctl top \(child.id)")
    }
    let end = child.wait { types?.answers($0) ?? false }
    let isTold = types?.tell(command[0], end, typesAtEnd) ?? true
    if profile { complain(RunProfile.sentence(command[0], child.id)) }
    if hasReports {
      let summary = RunSummary(command[0], end, reports, wanted: wanted)
      write(summary.text(Style(for: STDERR_FILENO)), to: STDERR_FILENO)
    }
    if end.status != 0 { throw ExitCode(end.status) }
    if !isTold { throw ExitCode(1) }
  }
}
