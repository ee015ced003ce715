// Opens what a process of this user published, and nothing else: no symbolic link is followed, and a folder or file
// must be of the right kind, belong to the effective user, and be closed to everybody else. Contents are copied by
// pread, never mapped: a file that is cut while it is read would end the reader with SIGBUS.

import Glibc

/// An open folder or regular file of this user's.
package final class OwnedFile: Sendable {
  /// For messages.
  package let path: String
  /// The file's length when it was opened.
  package let byteCount: Int
  let descriptor: Int32

  private init(path: String, byteCount: Int, descriptor: Int32) {
    self.path = path
    self.byteCount = byteCount
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Opens a folder. Throws LiveFileError; `isMissing` tells whether there is none.
  package static func folder(_ path: String, isMissing: inout Bool) throws(LiveFileError)
    -> OwnedFile
  {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    isMissing = descriptor < 0 && errno == ENOENT
    return try checked(descriptor, path, kind: S_IFDIR)
  }

  /// Opens a regular file by its path.
  package static func file(_ path: String) throws -> OwnedFile {
    // Not blocking: a named pipe without a writer would wait forever.
    try checked(open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK), path, kind: S_IFREG)
  }

  /// Opens a regular file in this folder.
  package func file(named name: String) throws -> OwnedFile {
    let opened = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    return try OwnedFile.checked(opened, path + "/" + name, kind: S_IFREG)
  }

  private static func checked(
    _ descriptor: Int32, _ path: String, kind: mode_t
  ) throws(LiveFileError) -> OwnedFile {
    guard descriptor >= 0 else {
      let error = errno
      switch error {
      case ELOOP: throw LiveFileError(path, "is a symbolic link")
      case ENOTDIR: throw LiveFileError(path, "is not a folder, or leads through what is none")
      default: throw LiveFileError(path, "cannot be opened: \(message(error))")
      }
    }
    var status = stat()
    let answer = fstat(descriptor, &status)
    let file = OwnedFile(path: path, byteCount: Int(status.st_size), descriptor: descriptor)
    guard answer == 0 else { throw LiveFileError(path, "cannot be looked at: \(message(errno))") }
    guard status.st_mode & S_IFMT == kind else {
      throw LiveFileError(path, kind == S_IFDIR ? "is not a folder" : "is not a regular file")
    }
    guard status.st_uid == geteuid() else {
      throw LiveFileError(path, "belongs to user \(status.st_uid), not to user \(geteuid())")
    }
    guard status.st_mode & 0o077 == 0 else {
      let mode = String(status.st_mode & 0o777, radix: 8)
      throw LiveFileError(
        path, "is open to other users (mode \(mode)): it may not be what a process wrote")
    }
    return file
  }

  /// Copies `count` bytes from `offset` on. The caller has compared both with the file's length; a file that
  /// has become shorter since is an error.
  package func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    var problem: String?
    let copy = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
      while done < count {
        let step = pread(descriptor, buffer.baseAddress! + done, count - done, off_t(offset + done))
        if step > 0 {
          done += step
        } else if step == 0 {
          problem = "ends after \(offset + done) bytes, before its tables do"
          return
        } else if errno != EINTR {
          problem = "cannot be read: \(OwnedFile.message(errno))"
          return
        }
      }
    }
    if let problem { throw LiveFileError(path, problem) }
    return copy
  }

  /// Writes a number at `offset`, which the caller has compared with the file's length; why not, when that failed.
  package func write(_ number: UInt64, at offset: Int) -> LiveFileError? {
    // The same file, whatever has its name now.
    let writable = open("/proc/self/fd/\(descriptor)", O_WRONLY | O_CLOEXEC)
    guard writable >= 0 else {
      return LiveFileError(path, "cannot be opened to be written: \(OwnedFile.message(errno))")
    }
    defer { close(writable) }
    var number = number
    let count = pwrite(writable, &number, MemoryLayout<UInt64>.size, off_t(offset))
    if count == MemoryLayout<UInt64>.size { return nil }
    return LiveFileError(path, "cannot be written: \(OwnedFile.message(errno))")
  }

  /// Names in this folder, without "." and "..".
  package func names() throws(LiveFileError) -> [String] {
    // fdopendir takes the descriptor over.
    let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let stream = fdopendir(copy) else {
      throw LiveFileError(path, "cannot be listed: \(OwnedFile.message(errno))")
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { text(of: $0) }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Removes a file of this folder, whatever it is, if it is this user's; why not, when that failed.
  package func remove(_ name: String) -> LiveFileError? {
    var status = stat()
    let file = path + "/" + name
    guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      return errno == ENOENT
        ? nil : LiveFileError(file, "cannot be looked at: \(OwnedFile.message(errno))")
    }
    guard status.st_uid == geteuid() else {
      return LiveFileError(file, "belongs to user \(status.st_uid) and is not removed")
    }
    if unlinkat(descriptor, name, 0) == 0 || errno == ENOENT { return nil }
    return LiveFileError(file, "cannot be removed: \(OwnedFile.message(errno))")
  }

  /// What the system says of an error, in lower case.
  static func message(_ error: Int32) -> String { String(cString: strerror(error)).lowercased() }
}

/// The text in a field of fixed length: up to a zero byte if there is one. What is not UTF-8 becomes U+FFFD, and
/// control characters a question mark: a name must not move a terminal's cursor.
package func text(of field: UnsafeRawBufferPointer) -> String {
  let text = String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  let isControl = { (scalar: Unicode.Scalar) in
    scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
      || scalar.properties.generalCategory == .format
  }
  guard text.unicodeScalars.contains(where: isControl) else { return text }
  var clean = String.UnicodeScalarView()
  for scalar in text.unicodeScalars { clean.append(isControl(scalar) ? "?" : scalar) }
  return String(clean)
}
