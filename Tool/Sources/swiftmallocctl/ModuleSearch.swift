// Finds the file that has a module's symbols. A file counts only when its build id is the report's: another build's
// lines would be wrong, and nobody could tell.

import Glibc
import ToolKit

/// Looks for modules, and remembers what to say of them.
struct ModuleSearch {
  private static let systemFolder = "/usr/lib/debug"

  private let folders: [String]
  private(set) var complaints: [String] = []
  /// Whether a file with another build id was left out, and no right one found.
  private(set) var hasWrongFile = false

  /// - Parameter folders: looked into before the system's.
  init(folders: [String]) { self.folders = folders }

  /// A file with the module's symbols; nil if there is none.
  mutating func file(for module: ReportPlace.Module) -> ObjectFile? {
    var wrong: [String] = []
    for path in candidates(module) {
      guard let file = ObjectFile(path) else { continue }
      guard let wanted = module.buildID else {
        complaints.append(
          "the report has no build id for \(module.path): \(path) may be another build")
        return file
      }
      if file.buildID == wanted {
        complaints += wrong
        return file
      }
      let its = file.buildID.map { "has the build id \($0)" } ?? "has no build id"
      wrong.append("\(path) \(its), not the report's \(wanted): it is not used")
    }
    if wrong.isEmpty {
      let id = module.buildID.map { ", build id \($0)" } ?? ""
      complaints.append("there are no symbols for \(module.path)\(id)")
    } else {
      hasWrongFile = true
      complaints += wrong
    }
    return nil
  }

  private func candidates(_ module: ReportPlace.Module) -> [String] {
    let name = module.path.split(separator: "/").last.map(String.init) ?? module.path
    var paths: [String] = []
    let byID = module.buildID.map { "/.build-id/\($0.prefix(2))/\($0.dropFirst(2)).debug" }
    for folder in folders {
      if let byID { paths.append(folder + byID) }
      paths += ["\(folder)/\(name).debug", "\(folder)/\(name)"]
    }
    if let byID { paths.append(ModuleSearch.systemFolder + byID) }
    return paths + [module.path]
  }
}
