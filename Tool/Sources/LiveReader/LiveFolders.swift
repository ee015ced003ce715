// Where processes publish: one file each, named by the process id, in
//
//   $SWIFTMALLOCCTL_DIRECTORY, if it is set, or else
//   /dev/shm/swiftmalloc-UID  and  /tmp/swiftmalloc-UID      (the second where there is no /dev/shm)
//
// In a PID namespace that is not the system's first its number follows, "12.4026532201": containers may share a folder, and
// only processes of our own namespace have the numbers that we know.
//
// A process removes its file when it ends. The file of one that was killed or crashed stays: it can be looked at
// afterwards, and is removed on request. A folder that cannot be trusted hides nothing that lies in the other one.

import CLive
import Glibc

/// The files that processes of this user published.
package struct LiveFolders: Sendable {
  /// Paths of the folders, in the order in which a process id is looked for.
  package let paths: [String]
  /// What stands behind a process id.
  private let ending: String
  /// Whether a folder was chosen: then files without that are our own, too.
  private let isChosen: Bool

  /// - Parameters:
  ///   - paths: the folders themselves.
  ///   - nameSpace: of the processes' numbers; nil: the first one.
  package init(paths: [String], nameSpace: UInt64? = LiveFolders.ownNameSpace) {
    self.init(paths, nameSpace, isChosen: true)
  }

  private init(_ paths: [String], _ nameSpace: UInt64?, isChosen: Bool) {
    self.paths = paths
    self.isChosen = isChosen
    ending = nameSpace.map { ".\($0)" } ?? ""
  }

  /// The folders that the environment names, or the usual ones.
  package init(
    directory: String? = getenv("SWIFTMALLOCCTL_DIRECTORY").map { String(cString: $0) }
  ) {
    if let directory, !directory.isEmpty {
      self.init(paths: [directory])
    } else {
      let paths = ["/dev/shm", "/tmp"].map { "\($0)/swiftmalloc-\(geteuid())" }
      self.init(paths, LiveFolders.ownNameSpace, isChosen: false)
    }
  }

  /// Of our own number; nil: the system's first, or not known.
  package static var ownNameSpace: UInt64? {
    var status = stat()
    guard stat("/proc/self/ns/pid", &status) == 0 else { return nil }
    return status.st_ino == SWIFTMALLOC_LIVE_FIRST_PID_NAMESPACE ? nil : UInt64(status.st_ino)
  }

  // What the file of a process may be called, the likeliest first.
  private func names(of processID: Int32) -> [String] {
    let name = "\(processID)\(ending)"
    return isChosen && !ending.isEmpty ? [name, "\(processID)"] : [name]
  }

  /// A file that was found.
  package struct Entry: Sendable {
    package let processID: Int32
    package let folder: String
    package let name: String
    package var path: String { "\(folder)/\(name)" }
  }

  /// All files named by a number of our namespace, by that number; a folder that cannot be trusted goes to `errors`.
  package func entries(errors: inout [LiveFileError]) -> [Entry] {
    var found: [Int32: Entry] = [:]
    for path in paths {
      do throws(LiveFileError) {
        guard let folder = try existing(path) else { continue }
        for name in try folder.names() {
          guard let id = Int32(name.prefix { $0 != "." }), id > 0,
            let rank = names(of: id).firstIndex(of: name)
          else { continue }
          // As `openIfPresent` chooses.
          if let other = found[id], other.folder != path || rank > 0 { continue }
          found[id] = Entry(processID: id, folder: path, name: name)
        }
      } catch { errors.append(error) }
    }
    return found.values.sorted { $0.processID < $1.processID }
  }

  /// How many files there are of processes whose numbers are not ours (another PID namespace): nobody here can tell whether
  /// those processes run.
  package var foreignCount: Int {
    paths.map { path in
      guard let folder = try? existing(path), let names = try? folder.names() else { return 0 }
      return names.count { name in
        guard let id = Int32(name.prefix { $0 != "." }), id > 0 else { return false }
        let isOfANameSpace = UInt64(name.drop { $0 != "." }.dropFirst()) != nil
        return isOfANameSpace && !self.names(of: id).contains(name)
      }
    }.reduce(0, +)
  }

  // Nil when there is none.
  private func existing(_ path: String) throws(LiveFileError) -> OwnedFile? {
    var isMissing = false
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
    throw absence(processID)
  }

  /// As `open`; nil when the process publishes nothing, or no more. A folder that cannot be trusted is passed over:
  /// `entries` tells of it.
  package func openIfPresent(_ processID: Int32) throws -> OwnedFile? {
    for path in paths {
      guard let folder = try? existing(path) else { continue }
      for name in names(of: processID) {
        var status = stat()
        if lstat("\(path)/\(name)", &status) != 0 && errno == ENOENT { continue }
        return try folder.file(named: name)
      }
    }
    return nil
  }

  /// Why a process has no file here: there is no such process, it is another user's, a folder that may have its file
  /// cannot be trusted, or it just publishes nothing.
  package func absence(_ processID: Int32, facts: ProcessFacts = ProcessFacts()) -> LiveFileError {
    var status = stat()
    if stat("\(facts.root)/\(processID)", &status) != 0 {
      let isHidden = kill(processID, 0) == 0 || errno == EPERM
      return LiveFileError(
        "process \(processID)",
        isHidden ? "belongs to another user: only that user can see it" : "does not exist")
    }
    if status.st_uid != geteuid() {
      return LiveFileError(
        "process \(processID)",
        "belongs to user \(status.st_uid): only that user can see what it publishes")
    }
    for path in paths {
      do { _ = try existing(path) } catch { return error }
    }
    return LiveFileError(
      "process \(processID)",
      "runs but publishes nothing: was it started with SWIFTMALLOC_LIVE=1 (swiftmallocctl run --live)?"
        + fullSystem
    )
  }

  /// What to say of the file system where files would be, when it is full.
  private var fullSystem: String {
    for path in paths {
      let parent = path.split(separator: "/").dropLast().joined(separator: "/")
      var facts = statvfs()
      if statvfs("/" + parent, &facts) == 0, facts.f_blocks > 0, facts.f_bavail == 0 {
        return " There is no room left in /\(parent)."
      }
    }
    return ""
  }

  /// Whether a running process has the mapping of its file, as far as the system tells: what cannot be read may be in
  /// use. Such a file must stay.
  package func isInUse(_ entry: Entry, facts: ProcessFacts = ProcessFacts()) -> Bool {
    if kill(entry.processID, 0) != 0 && errno == ESRCH { return false }
    var process = stat()
    let isOurs =
      stat("\(facts.root)/\(entry.processID)", &process) != 0 || process.st_uid == geteuid()
    var status = stat()
    guard isOurs || geteuid() == 0, lstat(entry.path, &status) == 0 else {
      return false
    }
    guard let file = fopen("\(facts.root)/\(entry.processID)/maps", "re") else { return true }
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var room = 0
    defer { free(line) }
    while getline(&line, &room, file) > 0 {
      // addresses, access, offset, device, inode
      let fields = line.map { String(cString: $0).split(separator: " ") } ?? []
      if fields.count > 4, fields[4] == String(status.st_ino) { return true }
    }
    return false
  }

  /// Removes a file that is not in use, and a profile that its process left beside it; what the system says when that failed.
  package func remove(_ entry: Entry) -> LiveFileError? {
    var isMissing = false
    do {
      let folder = try OwnedFile.folder(entry.folder, isMissing: &isMissing)
      _ = folder.remove(entry.name + ProfileRequest.fileEnding)
      return folder.remove(entry.name)
    } catch { return error }
  }
}

extension LiveFileError {
  /// Whether this is about the file of a process.
  package func isFile(of processID: Int32) -> Bool {
    file.split(separator: "/").last.map { $0.prefix { $0 != "." } == String(processID) } ?? false
  }
}
