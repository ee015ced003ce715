// A folder for a test's files.

import Glibc
@testable import LiveReader

/// A new folder that only this user can enter, removed with the value's last use.
package final class TestFolder {
  package let path: String

  package init() {
    var template = Array("/tmp/live-reader-XXXXXX".utf8CString)
    path = String(cString: mkdtemp(&template))
  }

  deinit {
    for name in (try? openNames()) ?? [] { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  private func openNames() throws -> [String] {
    chmod(path, 0o700)
    var isMissing = false
    return try OwnedFile.folder(path, isMissing: &isMissing).names()
  }

  /// Writes a file and tells its path.
  @discardableResult
  package func write(_ name: String, _ contents: [UInt8], mode: mode_t = 0o600) -> String {
    let file = "\(path)/\(name)"
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, mode)
    _ = contents.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    fchmod(descriptor, mode)
    close(descriptor)
    return file
  }

  /// Reads what was written.
  package func snapshot(_ contents: [UInt8]) throws -> Snapshot {
    try Snapshot(reading: OwnedFile.file(write("file", contents)))
  }
}
