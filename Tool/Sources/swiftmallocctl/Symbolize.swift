// swiftmallocctl symbolize: a saved report with functions and lines, on a machine that has the symbols.

import ArgumentParser
import Glibc
import ToolKit

struct Symbolize: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Resolve the addresses of a saved report.",
    discussion: """
      Frames that a report could only tell as (module+0xoffset, build id …) get their function, file and line. A \
      module, or its separate debug file, is used only when its build id is the report's. It is looked for as

        DIR/.build-id/xx/yyyy.debug, DIR/MODULE, DIR/MODULE.debug  (--debug-dir DIR)
        /usr/lib/debug/.build-id/xx/yyyy.debug
        the path in the report

      One of llvm-symbolizer, addr2line (binutils) and eu-addr2line (elfutils) does the work.

      EXAMPLES
        swiftmallocctl symbolize report.log
        swiftmallocctl symbolize report.log --debug-dir ./build

      Exit status: 0, also when some frames stay as they are; 1 when the file cannot be read, no symbolizer is \
      found, or a file with another build id was left out.
      """)

  @Argument(help: "The report; - for standard input.", completion: .file())
  var file: String

  @Option(help: "A folder with modules or debug files.", completion: .directory)
  var debugDir: [String] = []

  func run() throws {
    guard let lines = Symbolize.lines(of: file) else {
      throw fail("\(file) cannot be read: \(reason(errno))")
    }
    if lines.isEmpty {
      complain("\(file == "-" ? "standard input" : file) is empty: there is nothing to resolve")
    }
    let places = lines.map(ReportPlace.line)
    var search = ModuleSearch(folders: debugDir)
    var answers: [ReportPlace: [SourceFrame]] = [:]
    let wanted = Dictionary(grouping: Set(places.compactMap { $0?.place }), by: \.module)
    if !wanted.isEmpty {
      guard let symbolizer = Symbolizer() else {
        throw fail("no symbolizer found: install llvm, binutils or elfutils")
      }
      for (module, places) in wanted.sorted(by: { $0.key.path < $1.key.path }) {
        guard let found = search.file(for: module) else { continue }
        let offsets = places.map(\.offset)
        for (place, frames) in zip(places, symbolizer.frames(in: found, at: offsets)) {
          answers[place] = frames
        }
      }
    }
    for (line, found) in zip(lines, places) {
      guard let found, let frames = answers[found.place], !frames.isEmpty else {
        try say(line)
        continue
      }
      for text in found.lines(frames) { try say(text) }
    }
    for sentence in search.complaints { complain(sentence) }
    if search.hasWrongFile { throw ExitCode(1) }
  }

  private static func lines(of path: String) -> [String]? {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { if path != "-" { close(descriptor) } }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 { return nil }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    if bytes.isEmpty { return [] }
    if bytes.last == 0x0a { bytes.removeLast() }
    return bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
