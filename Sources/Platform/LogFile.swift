// Files, by raw system calls (FileDescriptor), and the destination of reports (LogFile): standard error,
// or the file that the option LOG names. That file is opened for each message and closed again, since
// a program may close any descriptor and reuse its number.

import CShims

package enum FileDescriptor {
  package static let standardError: Int32 = 2
  private static let atCurrentDirectory = -100
  private static let interrupted = -4

  /// Writes all bytes as far as the descriptor takes them. A limit on the length of files (setrlimit(2), RLIMIT_FSIZE) cuts
  /// them off, and is no signal to the program.
  package static func write(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ byteCount: Int) {
    var done = 0
    while done < byteCount {
      let result = swiftmalloc_write_quietly(descriptor, bytes + done, byteCount - done)
      if result == interrupted { continue }
      if result <= 0 { return }
      done += result
    }
  }

  /// Reads up to `byteCount` bytes; 0 at the end, below zero on error.
  package static func read(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ byteCount: Int)
    -> Int
  {
    while true {
      let result = swiftmalloc_system_call(
        SWIFTMALLOC_CALL_READ, Int(descriptor), Int(bitPattern: bytes), byteCount, 0,
        0, 0)
      if result != interrupted { return result }
    }
  }

  /// As above, from a place in the file on.
  package static func read(
    _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ byteCount: Int, at place: Int
  ) -> Int {
    while true {
      let result = swiftmalloc_system_call(
        SWIFTMALLOC_CALL_PREAD, Int(descriptor), Int(bitPattern: bytes), byteCount, place, 0, 0)
      if result != interrupted { return result }
    }
  }

  /// Opens a file with the flags of open(2); nil when that fails. Its number is none of those of standard input, output
  /// and error, where a program that has closed them may expect its own.
  package static func open(_ path: UnsafePointer<CChar>, flags: Int, mode: Int = 0) -> Int32? {
    let closeOnExec = 0x80000
    let result = swiftmalloc_system_call(
      SWIFTMALLOC_CALL_OPENAT, atCurrentDirectory, Int(bitPattern: path),
      flags | closeOnExec, mode, 0, 0)
    if result < 0 { return nil }
    let descriptor = Int32(truncatingIfNeeded: result)
    return descriptor > standardError ? descriptor : moveUp(descriptor)
  }

  private static func moveUp(_ descriptor: Int32) -> Int32 {
    let duplicateWithCloseOnExec = 1030
    let result = swiftmalloc_system_call(
      SWIFTMALLOC_CALL_FCNTL, Int(descriptor), duplicateWithCloseOnExec, Int(standardError) + 1, 0,
      0, 0)
    if result < 0 { return descriptor }
    close(descriptor)
    return Int32(truncatingIfNeeded: result)
  }

  package static func close(_ descriptor: Int32) {
    _ = swiftmalloc_system_call(
      SWIFTMALLOC_CALL_CLOSE, Int(descriptor), 0, 0, 0, 0, 0)
  }
}

package enum LogFile {
  /// The value of the option LOG, or nil for standard error. `%p` is the process id, `%e` the
  /// program's name.
  nonisolated(unsafe) package private(set) static var path: UnsafePointer<CChar>?
  nonisolated(unsafe) private static var pathBytes = InlineArray<1024, CChar>(repeating: 0)
  nonisolated(unsafe) private static var complained = false

  // Also O_NONBLOCK: a pipe that nobody reads must not stop the program.
  private static let writeAppendCreate = 0x1 | 0x400 | 0x40 | 0x800
  private static let pathLimit = PathTemplate.limit

  /// Sets `path` to a copy of `count` bytes; false when they are too many. Once, at the first call.
  package static func setPath(_ start: UnsafePointer<CChar>, count: Int) -> Bool {
    if count >= pathLimit { return false }
    for index in 0..<count { pathBytes[index] = start[index] }
    pathBytes[count] = 0
    path = withUnsafeBytes(of: &pathBytes) {
      $0.baseAddress!.assumingMemoryBound(to: CChar.self)
    }
    return true
  }

  private static func openFile() -> Int32? {
    guard let template = path else { return nil }
    var expanded = InlineArray<1024, CChar>(repeating: 0)
    let fits = PathTemplate.expand(template, into: &expanded)
    let descriptor: Int32? =
      fits
      ? withUnsafeBytes(of: &expanded) { bytes in
        FileDescriptor.open(
          bytes.baseAddress!.assumingMemoryBound(to: CChar.self), flags: writeAppendCreate,
          mode: 0o600)
      } : nil
    if descriptor == nil, !complained {
      complained = true
      var message = Message(to: .descriptor(swiftmalloc_standard_error()))
      message.head("WARNING")
      message.text("cannot open the file that LOG names, \"")
      message.cString(template)
      message.text("\"; reports go to standard error")
      message.endLine()
    }
    return descriptor
  }

  /// Writes to where reports go, or keeps it for the line that this thread makes (LogLine).
  package static func write(_ bytes: UnsafeRawPointer, _ byteCount: Int) {
    if !LogLine.keep(bytes, byteCount) { writeNow(bytes, byteCount) }
  }

  static func writeNow(_ bytes: UnsafeRawPointer, _ byteCount: Int) {
    if let descriptor = openFile() {
      FileDescriptor.write(descriptor, bytes, byteCount)
      FileDescriptor.close(descriptor)
    } else {
      FileDescriptor.write(swiftmalloc_standard_error(), bytes, byteCount)
    }
  }
}
