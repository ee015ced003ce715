// Where processes publish: one file each, named by the process id, in
//
//   $SWIFTMALLOCCTL_DIRECTORY, if it is set, or else
//   /dev/shm/swiftmalloc-UID  and  /tmp/swiftmalloc-UID      (the second where there is no /dev/shm)
//
// A file stays when its process ends or is killed: it can be looked at afterwards, and is removed on request.

import Glibc

/// The files that processes of this user published.
package struct LiveFolders: Sendable {
  /// Paths of the folders, in the order in which a process id is looked for.
  package let paths: [String]

  /// The folders that the environment names, or the usual ones.
  package init(
    directory: String? = getenv("SWIFTMALLOCCTL_DIRECTORY").map { String(cString: $0) }
  ) {
    if let directory, !directory.isEmpty {
      paths = [directory]
    } else {
      paths = ["/dev/shm", "/tmp"].map { "\($0)/swiftmalloc-\(geteuid())" }
    }
  }

  /// A file that was found.
  package struct Entry: Sendable {
    package let processID: Int32
    package let folder: String
  }

  /// All files named by a number, by that number; a folder that cannot be trusted goes to `errors`.
  package func entries(errors: inout [LiveFileError]) -> [Entry] {
    var found: [Int32: Entry] = [:]
    for path in paths {
      do {
        var isMissing = false
        guard let folder = try existing(path, &isMissing) else { continue }
        for name in try folder.names() {
          guard let id = Int32(name), id > 0, String(id) == name, found[id] == nil else { continue }
          found[id] = Entry(processID: id, folder: path)
        }
      } catch let error as LiveFileError {
        errors.append(error)
      } catch {}
    }
    return found.values.sorted { $0.processID < $1.processID }
  }

  private func existing(_ path: String, _ isMissing: inout Bool) throws -> OwnedFile? {
    do {
      return try OwnedFile.folder(path, isMissing: &isMissing)
    } catch {
      if isMissing { return nil }
      throw error
    }
  }

  /// Opens the file of a process. Throws LiveFileError, also when it publishes nothing.
  package func open(_ processID: Int32) throws -> OwnedFile {
    if let file = try openIfPresent(processID) { return file }
    throw LiveFileError(
      "process \(processID)",
      "publishes nothing for this user: was it started with SWIFTMALLOC_LIVE=1 (swiftmallocctl run --live)?"
    )
  }

  /// As `open`; nil when the process publishes nothing, or no more.
  package func openIfPresent(_ processID: Int32) throws -> OwnedFile? {
    for path in paths {
      var isMissing = false
      guard let folder = try existing(path, &isMissing) else { continue }
      var status = stat()
      if lstat("\(path)/\(processID)", &status) != 0 && errno == ENOENT { continue }
      return try folder.file(named: String(processID))
    }
    return nil
  }

  /// Removes the file of a process that is gone; false when that failed.
  package func remove(_ entry: Entry) -> Bool {
    var isMissing = false
    guard let folder = try? OwnedFile.folder(entry.folder, isMissing: &isMissing) else {
      return false
    }
    return folder.remove(String(entry.processID))
  }
}
