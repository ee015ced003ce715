// Runs a program again and again for `tune`, each time with other options, and with what it read the first time: a file is
// read from the same place on, and a pipe is kept in a file of ours. Each process of a run writes what it knows of itself
// into a file of its own when it ends.

import ArgumentParser
import Glibc
import ToolKit
import Tuning

/// Runs of one program.
struct TuneRuns {
  /// What came of a run.
  struct Outcome {
    let end: ChildProcess.End
    /// Of its greatest process.
    private(set) var record: ProcessRecord?

    /// Takes the smaller numbers of another run of the same.
    mutating func take(_ other: Outcome) {
      guard let first = record, let second = other.record else { return }
      record?.peakResident = min(first.peakResident, second.peakResident)
      record?.seconds = min(first.seconds, second.seconds)
    }
  }

  private static let longestInput = 1 << 28

  private let command: [String]
  private let folder: String
  private var environment = Environment()
  private let nowhere: Int32
  // What the program reads, and from where on; nil: what we would.
  private var input: (descriptor: Int32, start: off_t)?
  private var program: String?

  /// Ends the subcommand where there is no place for files.
  init(_ command: [String], library: String) throws {
    self.command = command
    let chosen = getenv("TMPDIR").map { String(system: $0) } ?? ""
    // A percent sign in a path would mean something to the library.
    let parent = chosen.isEmpty || chosen.contains("%") ? "/tmp" : chosen
    var template = "\(parent)/swiftmalloc-tune-XXXXXX".systemText
    guard mkdtemp(&template) != nil else {
      throw fail("no folder can be made in \(parent): \(reason(errno))")
    }
    folder = String(system: template)
    nowhere = open("/dev/null", O_RDWR | O_CLOEXEC)
    environment.preload(library)
    for (key, value) in [
      ("DEBUG", "0"), ("LEAKS", "0"), ("STATS", "json"), ("BLOCK_SIZES", "1"),
      ("EXIT_SIGNALS", "1"), ("LOG", "\(folder)/%p"),
    ] {
      environment["SWIFTMALLOC_" + key] = value
    }
    do { input = try Self.replayable(folder) } catch {
      rmdir(folder.systemText)
      throw error
    }
  }

  private static func replayable(_ folder: String) throws -> (descriptor: Int32, start: off_t)? {
    var status = stat()
    guard fstat(STDIN_FILENO, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return (STDIN_FILENO, lseek(STDIN_FILENO, 0, SEEK_CUR))
    case S_IFIFO, S_IFSOCK: return (try copy(folder), 0)
    default: return nil
    }
  }

  private static func copy(_ folder: String) throws -> Int32 {
    let path = folder + "/input"
    let file = open(path.systemText, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    unlink(path.systemText)
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var length = 0
    while file >= 0 {
      let count = read(STDIN_FILENO, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return file }
      length += count
      if length > longestInput {
        throw fail(
          "standard input is a pipe of more than \(longestInput >> 20) MiB: give it as a file")
      }
      if Glibc.write(file, chunk, count) != count { break }
    }
    throw fail("what comes in by standard input cannot be kept: \(reason(errno))")
  }

  /// Runs the program once. Ends the subcommand where it cannot be started.
  /// - Parameters:
  ///   - options: of the library, beside those of the environment.
  ///   - showsErrors: whether what it writes to standard error is to be seen.
  mutating func run(_ options: [String: String], showsErrors: Bool) throws -> Outcome {
    var environment = environment
    for (key, value) in options { environment["SWIFTMALLOC_" + key] = value }
    var streams = [STDOUT_FILENO: nowhere]
    if !showsErrors { streams[STDERR_FILENO] = nowhere }
    if let input {
      lseek(input.descriptor, input.start, SEEK_SET)
      streams[STDIN_FILENO] = input.descriptor
    }
    let child: ChildProcess
    do {
      child = try ChildProcess(command, environment: environment.entries, streams: streams)
    } catch {
      finish()
      let found = error.number == ENOENT ? "no program \"\(command[0])\" found" : error.sentence
      throw fail(found, status: error.number == ENOENT ? 127 : 126)
    }
    let end = child.wait()
    let record = ProcessRecord.greatest(collect(), program: program)
    program = program ?? record?.program
    return Outcome(end: end, record: record)
  }

  // The lines of all processes; their files are gone then.
  private func collect() -> [String] {
    var lines: [String] = []
    for name in names {
      let path = "\(folder)/\(name)"
      if let file = fopen(path.systemText, "re") {
        var line: UnsafeMutablePointer<CChar>?
        var room = 0
        while getline(&line, &room, file) > 0 {
          lines.append(String(String(cString: line!).prefix { $0 != "\n" }))
        }
        free(line)
        fclose(file)
      }
      unlink(path.systemText)
    }
    return lines
  }

  private var names: [String] {
    guard let stream = opendir(folder.systemText) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Removes what lies in the folder, and the folder.
  func finish() {
    _ = collect()
    rmdir(folder.systemText)
  }
}
