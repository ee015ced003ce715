// Where a program that `run --profile` starts writes its heap profile: NAME.PID.pprof, in the folder that it is started in.

import Glibc
import ToolKit

/// The profile of a run.
enum RunProfile {
  /// - Parameter process: the number, or what the library puts it in the place of.
  static func path(_ program: String, _ process: String) -> String {
    let name = program.split(separator: "/").last.map { String($0.prefix(40)) } ?? "program"
    // A percent sign would mean something to the library: in the name it can be another one, in the path of the folder none.
    let file = "\(name.map { $0 == "%" ? "_" : String($0) }.joined()).\(process).pprof"
    var folder = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard getcwd(&folder, folder.count) != nil else { return file }
    let path = String(system: folder)
    // The program itself may go elsewhere.
    return path.contains("%") ? file : "\(path)/\(file)"
  }

  /// What to say when the program has ended.
  static func sentence(_ program: String, _ process: Int32) -> String {
    let path = path(program, String(process))
    let peak =
      access((path + ".peak").systemText, F_OK) == 0
      ? " (and .peak: when most bytes were in use)" : ""
    return access(path.systemText, F_OK) == 0
      ? "heap profile: swiftmallocctl profile \(path)\(peak)"
      : "there is no heap profile \(path): was \(program) killed, or did it start another program?"
  }
}
