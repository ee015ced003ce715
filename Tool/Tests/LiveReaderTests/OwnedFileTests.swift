// Only what belongs to this user alone is opened.

import Glibc
@testable import LiveReader
import TestLiveFiles
import Testing

struct OwnedFileTests {
  let folder = TestFolder()
  private let contents = LiveFileWriter.busy().contents

  private func problem(_ path: String) -> String? {
    do {
      _ = try OwnedFile.file(path)
      return nil
    } catch {
      return (error as? LiveFileError)?.problem
    }
  }

  @Test func aLinkIsRefused() {
    let path = folder.write("real", contents)
    symlink(path, folder.path + "/link")
    #expect(problem(folder.path + "/link") == "is a symbolic link")
  }

  @Test func otherKindsAreRefused() {
    #expect(problem(folder.path) == "is not a regular file")
    #expect(problem("/dev/null") == "is not a regular file")
    mkfifo(folder.path + "/pipe", 0o600)
    #expect(problem(folder.path + "/pipe") == "is not a regular file")
    #expect(problem(folder.path + "/none") == "cannot be opened: no such file or directory")
  }

  @Test(arguments: [0o644, 0o604, 0o620, 0o660, 0o610] as [mode_t])
  func aFileThatOthersCanOpenIsRefused(_ mode: mode_t) {
    let path = folder.write("file", contents, mode: mode)
    let digits = String(mode, radix: 8)
    #expect(
      problem(path) == "is open to other users (mode \(digits)): it may not be what a process wrote"
    )
  }

  @Test func aFileOfAnotherUserIsRefused() throws {
    if geteuid() == 0 {
      let path = folder.write("file", contents)
      try #require(chown(path, 12345, 0) == 0)
      #expect(problem(path) == "belongs to user 12345, not to user 0")
    } else {
      #expect(problem("/etc/passwd")?.hasPrefix("belongs to user 0") == true)
    }
  }

  @Test func aFolderThatOthersCanEnterIsAnErrorOfItsOwn() {
    folder.write("1", contents)
    chmod(folder.path, 0o755)
    var errors: [LiveFileError] = []
    #expect(LiveFolders(directory: folder.path).entries(errors: &errors).isEmpty)
    #expect(
      errors.map(\.problem) == [
        "is open to other users (mode 755): it may not be what a process wrote"
      ])
  }

  @Test func onlyNumbersAreProcesses() {
    for name in ["12", "012", "-3", "12x", "0", "99999999999", "notes"] {
      folder.write(name, contents)
    }
    var errors: [LiveFileError] = []
    let entries = LiveFolders(directory: folder.path).entries(errors: &errors)
    #expect(entries.map(\.processID) == [12])
    #expect(errors.isEmpty)
    #expect(LiveFolders(directory: folder.path).remove(entries[0]) == nil)
    #expect(LiveFolders(directory: folder.path).entries(errors: &errors).isEmpty)
  }

  @Test func noFolderMeansNoProcesses() {
    var errors: [LiveFileError] = []
    let folders = LiveFolders(directory: folder.path + "/none")
    #expect(folders.entries(errors: &errors).isEmpty && errors.isEmpty)
    #expect(throws: LiveFileError.self) { try folders.open(4) }
  }

  @Test func aBrokenFileDoesNotHideTheOthers() {
    folder.write("\(getpid())", contents)
    folder.write("77", Array(contents[..<600]))
    folder.write("78", contents)
    var sampler = Sampler(folders: LiveFolders(directory: folder.path))
    let sample = sampler.sample()
    #expect(sample.processes.map(\.snapshot.processID) == [getpid()])
    #expect(sample.errors.count == 2)
    #expect(sample.errors[0].description.contains("77 is cut"))
    #expect(sample.errors[1].problem.contains("is the file of process"))
  }

  @Test func aFolderThatCannotBeTrustedHidesNoOther() throws {
    let other = TestFolder()
    folder.write("\(getpid())", contents)
    chmod(folder.path, 0o755)
    other.write("\(getpid())", contents)
    let folders = LiveFolders(paths: [folder.path, other.path])
    var sampler = Sampler(folders: folders)
    let sample = sampler.sample()
    #expect(sample.processes.map(\.snapshot.processID) == [getpid()])
    #expect(sample.errors.map(\.file) == [folder.path])
    #expect(try folders.open(getpid()).path == "\(other.path)/\(getpid())")
    // What the folder has may be just what is asked for.
    #expect(folders.absence(getpid()).file == folder.path)
  }

  @Test func filesOfOtherNamespacesAreOthers() throws {
    for name in ["12", "12.77", "13.78", "14.77", "14.77.1", "15.", ".77"] {
      folder.write(name, contents)
    }
    func found(_ nameSpace: UInt64?) -> [String] {
      var errors: [LiveFileError] = []
      return LiveFolders(paths: [folder.path], nameSpace: nameSpace).entries(errors: &errors)
        .map(\.name)
    }
    #expect(found(nil) == ["12"])
    #expect(found(78) == ["12", "13.78"])
    let folders = LiveFolders(paths: [folder.path], nameSpace: 77)
    #expect(try folders.open(14).path == folder.path + "/14.77")
    #expect(try folders.open(12).path == folder.path + "/12.77")
    #expect(throws: LiveFileError.self) { try folders.open(13) }
    #expect(LiveFileError("/dev/shm/x/14.77", "").isFile(of: 14))
    #expect(!LiveFileError("/dev/shm/x/14.77", "").isFile(of: 1))
    #expect(folders.foreignCount == 1)
    #expect(LiveFolders(paths: [folder.path], nameSpace: nil).foreignCount == 3)
  }

  @Test func whyAProcessHasNoFile() {
    let folders = LiveFolders(directory: folder.path)
    #expect(folders.absence(getpid()).problem.hasPrefix("runs but publishes nothing: "))
    #expect(folders.absence(.max).description == "process \(Int32.max) does not exist")
    #expect((folders.absence(1).problem.hasPrefix("belongs to user 0")) == (geteuid() != 0))
  }

  @Test func aMappedFileIsInUse() throws {
    let path = folder.write("\(getpid())", contents)
    var errors: [LiveFileError] = []
    let folders = LiveFolders(directory: folder.path)
    let entry = try #require(folders.entries(errors: &errors).first)
    #expect(!folders.isInUse(entry))
    let descriptor = open(path, O_RDONLY)
    let mapping = mmap(nil, 4096, PROT_READ, MAP_SHARED, descriptor, 0)
    close(descriptor)
    #expect(folders.isInUse(entry))
    munmap(mapping, 4096)
    #expect(!folders.isInUse(LiveFolders.Entry(processID: .max, folder: folder.path, name: "1")))
  }
}
