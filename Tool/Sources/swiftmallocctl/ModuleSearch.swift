// Finds the file that has a module's symbols. A file counts only when its build id is the one that was written down: another build's
// lines would be wrong, and nobody could tell.

import Glibc
import ToolKit

/// Looks for modules, and remembers what to say of them.
struct ModuleSearch {
  private static let systemFolder = "/usr/lib/debug"

  private let folders: [String]
  private let root: String
  private let source: String
  private(set) var complaints: [String] = []
  /// Whether a file with another build id was left out, and no right one found.
  private(set) var hasWrongFile = false

  /// - Parameters:
  ///   - folders: looked into before the system's.
  ///   - root: where the paths of modules begin; "" is our own root.
  ///   - source: what names the modules, for sentences.
  init(folders: [String], root: String = "", source: String = "report") {
    self.folders = folders
    self.root = root
    self.source = source
  }

  /// A path of a module as we open it.
  func rooted(_ path: String) -> String { root + path }

  /// What there is to say, once.
  mutating func takeComplaints() -> [String] {
    defer { complaints = [] }
    return complaints
  }

  /// A file with the module's symbols; nil if there is none.
  mutating func file(for module: ReportPlace.Module) -> ObjectFile? {
    var wrong: [String] = []
    for path in candidates(module) {
      guard let file = ObjectFile(path) else { continue }
      guard let wanted = module.buildID else {
        complaints.append(
          "the \(source) has no build id for \(module.path): \(path) may be another build")
        return file
      }
      if file.buildID == wanted {
        complaints += wrong
        return file
      }
      let its = file.buildID.map { "has the build id \($0)" } ?? "has no build id"
      wrong.append("\(path) \(its), not the \(source)'s \(wanted): it is not used")
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
    if let byID {
      if !root.isEmpty { paths.append(rooted(ModuleSearch.systemFolder) + byID) }
      paths.append(ModuleSearch.systemFolder + byID)
    }
    return paths + [rooted(module.path)]
  }
}
