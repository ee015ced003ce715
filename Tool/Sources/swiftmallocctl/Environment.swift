// What a program is started with: our environment with the library's options, and the library before whatever else is
// preloaded already.

import Glibc
import ToolKit

/// Variables for a program.
struct Environment {
  // By the bytes of a name: no two of them are the same, however they look.
  private var values: [[UInt8]: String] = [:]
  private var order: [String] = []

  /// A copy of our own.
  init() {
    var entry = environ
    while let text = entry.pointee {
      // Not by characters: "=" and an accent behind it are one.
      let parts = UnsafeRawBufferPointer(start: text, count: strlen(text)).split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2, self[String(systemBytes: parts[0])] == nil {
        self[String(systemBytes: parts[0])] = String(systemBytes: parts[1])
      }
      entry += 1
    }
  }

  subscript(name: String) -> String? {
    get { values[name.systemBytes] }
    set {
      if values.updateValue(newValue ?? "", forKey: name.systemBytes) == nil { order.append(name) }
    }
  }

  /// Puts a library before those that are preloaded.
  mutating func preload(_ library: String) {
    let others = (self["LD_PRELOAD"] ?? "").split { $0 == " " || $0 == ":" }.filter {
      $0 != library
    }
    self["LD_PRELOAD"] = ([library[...]] + others).joined(separator: ":")
  }

  /// "NAME=value", in the old order.
  var entries: [String] { order.map { "\($0)=\(self[$0] ?? "")" } }
}

/// Finds libswiftmalloc.so.
enum Library {
  struct Missing: Error {
    let sentence: String
  }

  /// Its absolute path.
  /// - Parameter given: what the user said; nil: beside this program, in ../lib, or where Debian has libraries.
  static func path(_ given: String?) throws(Missing) -> String {
    let name = "libswiftmalloc.so"
    let folder = ownPath.map { $0.split(separator: "/").dropLast() } ?? []
    let own = "/" + folder.joined(separator: "/")
    let candidates = given.map { [$0] } ?? beside(own).map { "\($0)/\(name)" }
    guard let path = candidates.lazy.compactMap(absolute).first else {
      throw Missing(
        sentence: given.map { "there is no library \($0)" }
          ?? "there is no \(name) in \(beside(own).joined(separator: ", ")): say where with --library"
      )
    }
    // The dynamic linker takes both as the end of a name.
    if path.contains(where: { $0 == " " || $0 == ":" }) {
      throw Missing(
        sentence:
          "LD_PRELOAD cannot hold a path with a space or a colon: \"\(path)\"; move the library")
    }
    guard ObjectFile(path)?.exports("swiftmalloc_statistics") == true else {
      throw Missing(sentence: "\(path) is not the library: it exports no swiftmalloc_statistics")
    }
    return path
  }

  /// Folders of libraries that belong to a folder of programs; the last one as Debian has it.
  private static func beside(_ folder: String) -> [String] {
    var system = utsname()
    uname(&system)
    let machine = withUnsafeBytes(of: system.machine) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return [folder, "\(folder)/../lib", "\(folder)/../lib/\(machine)-linux-gnu"]
  }

  /// Where this program lies; without /proc, as it was started.
  private static var ownPath: String? {
    absolute("/proc/self/exe")
      ?? Arguments.program.flatMap(program).flatMap(absolute)
  }

  /// The path of a program: looked for in PATH if it has no slash.
  static func program(_ command: String) -> String? {
    if command.contains("/") { return command }
    let folders = (getenv("PATH").map { String(system: $0) } ?? "/bin:/usr/bin").split(
      separator: ":", omittingEmptySubsequences: false)
    return folders.lazy.map { $0.isEmpty ? command : "\($0)/\(command)" }.first {
      access($0.systemText, X_OK) == 0
    }
  }

  private static func absolute(_ path: String) -> String? {
    guard let resolved = realpath(path.systemText, nil) else { return nil }
    defer { free(resolved) }
    return String(system: resolved)
  }
}
