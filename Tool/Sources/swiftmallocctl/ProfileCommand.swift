// swiftmallocctl profile: which functions hold the memory, from a file that a process wrote.

import ArgumentParser
import Glibc
import LiveReader
import ProfileFiles
import ToolKit

struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Show which functions hold the memory, from a heap profile.",
    discussion: """
      A profile is a file of pprof's format (profile.proto), as PROFILE=path makes the library write, or what a \
      running process answers that publishes (swiftmallocctl run --profile, or --live). Functions are listed by what \
      they hold: flat is what a function allocated itself, cum what it and all that it called did. Functions, lines and \
      inlined functions are looked up in the programs and libraries, by their build id, or in debug files, as \
      symbolize does.

      EXAMPLES
        swiftmallocctl profile app.pprof
        swiftmallocctl profile app.pprof --sample-type alloc_space --rows 50
        swiftmallocctl profile later.pprof --diff earlier.pprof
        swiftmallocctl profile app.pprof --focus parse --hide '^std::' --tagfocus heap=requests
        swiftmallocctl profile app.pprof --folded | flamegraph.pl > memory.svg
        swiftmallocctl profile app.pprof --output named.pprof && go tool pprof -http : named.pprof
        swiftmallocctl profile 4711 --start --interval 64k
        swiftmallocctl profile 4711
        swiftmallocctl profile 4711 --seconds 30 --output thirty.pprof

      Exit status: 0, also when some functions have no names; 1 when a file is no profile, or cannot be read or \
      written, and when the process takes no samples, does not answer, or ends meanwhile.
      """)

  @Argument(
    help: "A profile, or - for standard input; a number is a process id (./4711 is a file).",
    completion: .file())
  var source: String

  @Option(
    help: ArgumentHelp(
      "What is counted: inuse_space, inuse_objects, alloc_space, alloc_objects, or another one of the file.",
      valueName: "name"))
  var sampleType: String?

  @Option(parsing: .unconditional, help: "How many functions are listed.")
  var rows = 25

  @Flag(help: "List functions by cum, in place of flat.")
  var cum = false

  @Option(
    help: ArgumentHelp("Show what there is more than in this profile.", valueName: "file"),
    completion: .file())
  var diff: String?

  @OptionGroup var filterOptions: ProfileFilterOptions

  @Flag(help: "Print a line for each stack, as flame graph tools read it; with --diff, two values.")
  var folded = false

  @Flag(help: "Print JSON.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Write the profile with names to this file; - for standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(help: "A folder with modules or debug files.", completion: .directory)
  var debugDir: [String] = []

  @Option(
    help:
      "Of a process: what was allocated in so many seconds from now on, and what there is in use more than before."
  )
  var seconds: Double?

  @Flag(help: "Of a process: what was in use when most bytes were.")
  var peak = false

  @Flag(help: "Let a process begin to take samples.")
  var start = false

  @Flag(help: "Let a process take no more samples.")
  var stop = false

  @Option(
    help: ArgumentHelp(
      "With --start: mean bytes between two samples; k, m and g are understood.", valueName: "size")
  )
  var interval: String?

  @Option(help: "Of a process: seconds to wait for an answer.")
  var timeout = 10.0

  /// The number of a process; nil: the source is a file.
  private var process: Int32? { Int32(source) }

  /// Bytes.
  private var intervalBytes: Int? {
    guard let interval else { return nil }
    let shifts: [Character: Int] = ["k": 10, "m": 20, "g": 30]
    let shift = interval.last.flatMap { shifts[Character($0.lowercased())] }
    let digits = shift == nil ? interval : String(interval.dropLast())
    guard let number = Int(digits), number > 0, number <= Int.max >> (shift ?? 0) else {
      return nil
    }
    return number << (shift ?? 0)
  }

  func validate() throws {
    if let process, process <= 0 { throw ValidationError("There is no process \(process).") }
    if process == nil, seconds != nil || peak || start || stop || interval != nil {
      throw ValidationError(
        "--seconds, --peak, --start, --stop and --interval are for a process, and \"\(source)\" is no process id."
      )
    }
    if [start, stop, peak, seconds != nil].count(where: { $0 }) > 1 {
      throw ValidationError("--start, --stop, --peak and --seconds exclude each other.")
    }
    if interval != nil, !start { throw ValidationError("--interval is for --start.") }
    if interval != nil, intervalBytes == nil {
      throw ValidationError("An interval is a number of bytes of at least 1, not \(interval!).")
    }
    if let seconds, !(seconds > 0 && seconds <= 86_400) {
      throw ValidationError("--seconds are more than 0 and at most 86400, not \(seconds).")
    }
    if seconds != nil, diff != nil {
      throw ValidationError("--seconds is a difference already: --diff cannot be given, too.")
    }
    if !(0...86_400).contains(timeout) {
      throw ValidationError("A timeout is 0 to 86400 seconds, not \(timeout).")
    }
    if source.isEmpty { throw ValidationError("\"\" is not the path of a profile.") }
    _ = try filterOptions.filter
    if rows < 1 { throw ValidationError("At least one function is listed, not \(rows).") }
    if folded && json { throw ValidationError("--folded and --json exclude each other.") }
    if source == "-" && diff == "-" {
      throw ValidationError("Standard input is one profile, not two.")
    }
  }

  func run() throws {
    guard let process else {
      let profile = try ProfileFile.read(source)
      let base = try diff.map(ProfileFile.read)
      return try show(
        profile, named: source, base: base, symbols: ProfileSymbols(folders: debugDir))
    }
    try needProcesses()
    do {
      let asked = try ProfileProcess(process, patience: Int(timeout * 1000))
      if start || stop { return try switchOver(asked) }
      let (profile, since): (Profile, Profile?) =
        if let seconds {
          try asked.profiles(seconds: seconds)
        } else {
          (try asked.profile(peak: peak), nil)
        }
      let base = try since ?? diff.map(ProfileFile.read)
      try show(
        profile, named: "process \(process)", base: base, symbols: asked.symbols(folders: debugDir))
    } catch let error as LiveFileError {
      throw fail(error.description)
    }
  }

  private func switchOver(_ asked: ProfileProcess) throws {
    if stop {
      try asked.request.stop(within: asked.patience)
      return try say("process \(asked.id) takes no more samples")
    }
    try asked.request.start(interval: intervalBytes ?? 0, within: asked.patience)
    if case .on(let interval) = try asked.request.state() {
      try say("process \(asked.id) takes a sample for each \(bytesText(interval)) on average")
    }
  }

  /// Prints and writes what was asked for.
  private func show(
    _ profile: Profile, named name: String, base: Profile?, symbols: ProfileSymbols
  ) throws {
    var (profile, base, symbols) = (profile, base, symbols)
    symbols.resolve(&profile)
    if base != nil { symbols.resolve(&base!) }
    let filter = try filterOptions.filter
    profile = filter.applied(to: profile)
    base = base.map { filter.applied(to: $0) }
    for sentence in symbols.complaints { complain(sentence) }
    let type = try place(of: sampleType, in: profile, name)
    let baseType = try base.map {
      try place(of: profile.sampleTypes[type].type, in: $0, diff ?? name)
    }
    let before = profile
    if let base {
      do { profile = try ProfileSum.difference(of: profile, from: base) } catch {
        throw fail("\(diff ?? name) \(error.problem)")
      }
    }
    if let output {
      try ProfileFile.write(profile, to: output)
      if output == "-" { return }
    }
    if folded {
      let lines =
        base.map { FoldedStacks.lines(before, type: type, base: $0, baseType: baseType!) }
        ?? FoldedStacks.lines(profile, type: type)
      if !lines.isEmpty { try say(lines.joined(separator: "\n")) }
      return
    }
    let text = ProfileText(
      profile, file: name, type: type, rows: rows, byCumulative: cum,
      baseTotal: base.map { $0.sum(baseType!) })
    try say(json ? text.json : text.lines(Style(for: STDOUT_FILENO)).joined(separator: "\n"))
  }

  private func place(of type: String?, in profile: Profile, _ name: String) throws -> Int {
    if let place = profile.sampleType(type) { return place }
    let known = profile.sampleTypes.map(\.type).joined(separator: ", ")
    throw fail("\(name) counts no \(type ?? ""): it counts \(ReportLine.printable(known))")
  }
}
