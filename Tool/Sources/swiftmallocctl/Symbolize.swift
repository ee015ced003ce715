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
    try ReportNames.print(lines, debugDir)
  }

  private static func lines(of path: String) -> [String]? {
    let descriptor = path == "-" ? STDIN_FILENO : open(path.systemText, O_RDONLY | O_CLOEXEC)
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
