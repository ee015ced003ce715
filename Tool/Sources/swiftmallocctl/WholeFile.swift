// Files of profiles and of snapshots: read whole, and written so that there is never half of one. The new file lies beside
// the old one until it is complete, and takes its name then; what is no regular file, as a pipe, is written as it is.

import ArgumentParser
import Glibc
import HeapGraph
import ProfileFiles
import ToolKit
import Wire

/// Reads and writes profiles.
enum ProfileFile {
  /// Reads a profile; ends the subcommand with the reason where there is none. "-" is standard input.
  static func read(_ path: String) throws -> Profile {
    let name = WholeFile.name(path, isInput: true)
    let bytes = try WholeFile.read(path, limit: Gzip.greatestBytes, "profile")
    do { return try Profile(bytes) } catch {
      throw fail("\(name) \(error.problem)")
    }
  }

  /// Writes a profile. "-" is standard output.
  static func write(_ profile: Profile, to path: String) throws {
    try WholeFile.write(profile.file, to: path)
  }
}

/// Reads and writes snapshots of heaps.
enum SnapshotFile {
  // Compressed; what it says when it is decompressed has a limit of its own.
  private static let greatestBytes = 1 << 30

  /// As of a profile.
  static func read(_ path: String) throws -> HeapImage {
    let bytes = try WholeFile.read(path, limit: greatestBytes, "snapshot")
    do { return try HeapImage(encoded: bytes) } catch {
      throw fail("\(WholeFile.name(path, isInput: true)) \(error.problem)")
    }
  }

  static func write(_ image: HeapImage, to path: String) throws {
    try WholeFile.write(image.encoded(), to: path)
  }
}

/// A file at one go. Every error ends the subcommand with the reason.
enum WholeFile {
  /// What a path is called in a sentence.
  static func name(_ path: String, isInput: Bool) -> String {
    path != "-" ? path : isInput ? "standard input" : "standard output"
  }

  /// All bytes of a file that should be of a `kind`: "profile".
  static func read(_ path: String, limit: Int, _ kind: String) throws -> [UInt8] {
    let name = name(path, isInput: true)
    let descriptor = path == "-" ? STDIN_FILENO : open(path.systemText, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fail("\(name) cannot be opened: \(reason(errno))") }
    defer { if path != "-" { close(descriptor) } }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw fail("\(name) cannot be read: \(reason(errno))")
      }
      bytes += chunk[..<count]
      if bytes.count > limit {
        throw fail("\(name) is longer than \(limit >> 20) MiB: no \(kind) is")
      }
    }
  }

  /// Writes a file, and leaves what was there where that fails.
  static func write(_ bytes: [UInt8], to path: String) throws {
    var status = stat()
    if path == "-" { return try write(bytes, to: STDOUT_FILENO, "standard output") }
    let isThere = stat(path.systemText, &status) == 0
    // A link that leads nowhere yet makes the file that it leads to.
    let isLink =
      !isThere && lstat(path.systemText, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    if isLink || isThere && status.st_mode & S_IFMT != S_IFREG {
      let descriptor = open(path.systemText, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw fail("\(path) cannot be written: \(reason(errno))") }
      defer { close(descriptor) }
      return try write(bytes, to: descriptor, path)
    }
    // Of a link the file that it leads to.
    let target = realpath(path.systemText, nil).map { resolved in
      defer { free(resolved) }
      return String(system: resolved)
    }
    try replace(target ?? path, bytes, named: path)
  }

  private static func replace(_ path: String, _ bytes: [UInt8], named name: String) throws {
    var template = "\(path).XXXXXX".systemText
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw fail("\(name) cannot be written: \(reason(errno))") }
    defer { close(descriptor) }
    do {
      try write(bytes, to: descriptor, name)
      // As a file that is simply made.
      let mask = umask(0)
      umask(mask)
      fchmod(descriptor, 0o666 & ~mask)
      guard rename(template, path.systemText) == 0 else {
        throw fail("\(name) cannot be written: \(reason(errno))")
      }
    } catch {
      unlink(template)
      throw error
    }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32, _ name: String) throws {
    var done = 0
    while done < bytes.count {
      let step = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress! + done, $0.count - done)
      }
      if step > 0 {
        done += step
      } else if errno != EINTR {
        throw fail("\(name) cannot be written: \(reason(errno))")
      }
    }
  }
}
