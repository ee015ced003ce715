// swiftmallocctl core: what the core file of a process with guarded blocks tells of the access that ended it.

import ArgumentParser
import ToolKit

struct Core: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explain a core file of a process with guarded blocks.",
    discussion: """
      The process ran with SWIFTMALLOC_GUARD_SAMPLE and ended in the inaccessible memory of a guarded block. The report \
      is the one that the library writes itself, out of the records in the file: where the block was allocated, where \
      it was freed, and the access. Functions and lines are looked for as by swiftmallocctl symbolize.

      EXAMPLES
        swiftmallocctl core core.4711
        swiftmallocctl core core.4711 --debug-dir ./build
        swiftmallocctl core core.4711 --address 0x7f2a90008fd0

      Exit status: 0; 1 when the file is no core file, has no records of guarded blocks, or the address is not in one.
      """)

  @Argument(help: "The core file.", completion: .file())
  var file: String

  @Option(help: "Tell of the block at this address, in place of the access that ended the process.")
  var address: String?

  @Option(help: "A folder with modules or debug files.", completion: .directory)
  var debugDir: [String] = []

  private var wanted: UInt64? {
    address.flatMap { UInt64($0.hasPrefix("0x") ? String($0.dropFirst(2)) : $0, radix: 16) }
  }

  func validate() throws {
    if let address, wanted == nil {
      throw ValidationError("An address is a hexadecimal number, not \(address).")
    }
  }

  func run() throws {
    do {
      let core = try CoreFile(file)
      let report = try GuardedReport(core, GuardedRecords(in: core), about: wanted)
      try ReportNames.print(report.lines, debugDir)
    } catch let error as CoreFileError {
      throw fail("\(file) \(error.reason)")
    }
  }
}
