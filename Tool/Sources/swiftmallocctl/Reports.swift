// The file in which reports of a run are collected. It is new, and only this user can read it: a report shows what a
// program's memory holds. Where LOG has %p, each process writes a file of its own, and all of them are collected. Of a
// file that was there before only what is new counts. What is no regular file, or the file that standard error goes to,
// is not read: it would wait, never end, or was seen already.

import ArgumentParser
import Glibc
import ToolKit

/// Where the library writes, and what it wrote.
struct Reports {
  /// As the library gets it.
  let path: String
  /// Whether the file is one that `run` made.
  let isOurs: Bool
  // How long files were before the run, by path.
  private var lengths: [String: Length] = [:]

  private struct Length {
    let file: ino_t
    let bytes: Int
  }

  /// - Parameters:
  ///   - path: what the user chose; nil: a new file.
  ///   - program: for the new file's name.
  init(path: String?, program: String) throws {
    isOurs = path == nil
    if let path {
      self.path = path
      for path in files { lengths[path] = Reports.length(path) }
      return
    }
    let name = program.split(separator: "/").last.map { String($0.prefix(40)) } ?? "program"
    // A percent sign in a path would mean something to the library.
    let safe = String(name.map { $0 == "%" ? "_" : $0 })
    var problems: [String] = []
    for folder in Reports.folders {
      var template = "\(folder)/swiftmalloc-\(safe)-XXXXXX.log".systemText
      // Mode 0600.
      let descriptor = template.withUnsafeMutableBufferPointer { mkstemps($0.baseAddress!, 4) }
      if descriptor >= 0 {
        close(descriptor)
        self.path = String(system: template)
        return
      }
      problems.append("\(folder): \(reason(errno))")
    }
    throw NoFile(
      sentence: "no file for reports can be made (\(problems.joined(separator: "; ")))")
  }

  /// There is no place for a new file.
  struct NoFile: Error {
    let sentence: String
  }

  /// $TMPDIR or /tmp, and where files can be made while the disk is full or read-only.
  private static var folders: [String] {
    let chosen = getenv("TMPDIR").map { String(system: $0) } ?? ""
    let isUsable = !chosen.isEmpty && !chosen.contains("%")
    let usual = isUsable ? chosen : "/tmp"
    return [usual] + (usual == "/dev/shm" ? [] : ["/dev/shm"])
  }

  /// Removes our file.
  func discard() { if isOurs { unlink(path.systemText) } }

  /// All lines that were written since this was made; nil where what was written cannot be read again.
  func lines() -> [String]? {
    let files = files
    if files.contains(where: { Reports.length($0) == nil }) { return nil }
    return files.flatMap { path -> [Substring] in
      let offset = lengths[path].flatMap { before in
        Reports.length(path).map {
          $0.file == before.file && $0.bytes >= before.bytes ? before.bytes : 0
        }
      }
      return Reports.text(path, from: offset ?? 0).split(
        separator: "\n", omittingEmptySubsequences: false)
    }.map(String.init)
  }

  /// The files there are now.
  private var files: [String] {
    var found = glob_t()
    defer { globfree(&found) }
    var pattern = ""
    for character in path {
      if "*?[\\".contains(character) { pattern += "\\" }
      pattern.append(character)
    }
    glob(
      pattern.replacing("%p", with: "*").replacing("%e", with: "*").systemText, 0, nil, &found)
    return (0..<Int(found.gl_pathc)).map { String(system: found.gl_pathv[$0]!) }
  }

  /// Nil for what is not to be read.
  private static func length(_ path: String) -> Length? {
    var (status, error) = (stat(), stat())
    guard stat(path.systemText, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    if fstat(STDERR_FILENO, &error) == 0, status.st_ino == error.st_ino,
      status.st_dev == error.st_dev
    {
      return nil
    }
    return Length(file: status.st_ino, bytes: Int(status.st_size))
  }

  private static func text(_ path: String, from offset: Int) -> String {
    let descriptor = open(path.systemText, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < 64 << 20 {
      let count = pread(descriptor, &chunk, chunk.count, off_t(offset + bytes.count))
      if count <= 0 { break }
      bytes += chunk[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
