// The file in which reports of a run are collected. It is new, and only this user can read it: a report shows what a
// program's memory holds. Where LOG has %p, each process writes a file of its own, and all of them are collected.

import ArgumentParser
import Glibc

/// Where the library writes, and what it wrote.
struct Reports {
  /// As the library gets it.
  let path: String
  private let isOurs: Bool

  /// - Parameters:
  ///   - path: what the user chose; nil: a new file in $TMPDIR or /tmp.
  ///   - program: for the new file's name.
  init(path: String?, program: String) throws {
    isOurs = path == nil
    if let path {
      self.path = path
      return
    }
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    let name = program.split(separator: "/").last.map { String($0.prefix(40)) } ?? "program"
    // A percent sign in a path would mean something to the library.
    let safe = String(name.map { $0 == "%" ? "_" : $0 })
    let usable = !folder.isEmpty && !folder.contains("%")
    var template = Array("\(usable ? folder : "/tmp")/swiftmalloc-\(safe)-XXXXXX.log".utf8CString)
    // Mode 0600.
    let descriptor = template.withUnsafeMutableBufferPointer { mkstemps($0.baseAddress!, 4) }
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno)).lowercased()
      throw fail("no file for reports can be made in \(usable ? folder : "/tmp"): \(reason)")
    }
    close(descriptor)
    self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes our file.
  func discard() { if isOurs { unlink(path) } }

  /// All lines that were written.
  func lines() -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    let pattern = path.replacing("%p", with: "*").replacing("%e", with: "*")
    var paths: [String] = [path]
    if pattern != path {
      glob(pattern, 0, nil, &found)
      paths = (0..<Int(found.gl_pathc)).map { String(cString: found.gl_pathv[$0]!) }
    }
    return paths.flatMap { path -> [Substring] in
      guard let file = fopen(path, "re") else { return [] }
      defer { fclose(file) }
      var bytes: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      while bytes.count < 64 << 20 {
        let count = fread(&chunk, 1, chunk.count, file)
        if count == 0 { break }
        bytes += chunk[..<count]
      }
      return String(decoding: bytes, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false)
    }.map(String.init)
  }
}
