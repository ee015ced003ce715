// The lengths of blocks that a process noted, and the wish that it may do so.

import CLive
import Glibc
@testable import LiveReader
import TestLiveFiles
import Testing

struct SizesTests {
  let folder = TestFolder()

  @Test func notedSizesComeBack() throws {
    var file = LiveFileWriter.busy()
    #expect(try folder.snapshot(file.contents).sizes.isEmpty)
    file.setSize(2, count: 5)
    file.setSize(2047, count: 7)
    file.header.size_block_bytes = 1000
    file.header.size_requested_bytes = 900
    let snapshot = try folder.snapshot(file.contents)
    #expect(snapshot.sizes.count == 2048 && snapshot.sizes[2] == 5 && snapshot.sizes[2047] == 7)
    #expect((snapshot.sizeBlockBytes, snapshot.sizeRequestedBytes) == (1000, 900))
    // A process that was killed while it noted them.
    file.header.size_version = 3
    #expect(try folder.snapshot(file.contents).sizes[2] == 5)
  }

  @Test func tablesOutsideOfTheFileAreRefused() {
    for (offset, count) in [(512, 1 << 40), (1 << 40, 1), (UInt64.max, 1), (8, 8)]
      as [(UInt64, UInt64)]
    {
      var file = LiveFileWriter.busy()
      file.setSize(0, count: 1)
      (file.header.size_offset, file.header.size_count) = (offset, count)
      #expect(throws: LiveFileError.self) { try folder.snapshot(file.contents) }
    }
  }

  @Test func theWishIsWritten() throws {
    var file = LiveFileWriter.busy()
    let path = folder.write("41", file.contents)
    try SizeRequest.write(to: OwnedFile.file(path))
    try SizeRequest.write(to: OwnedFile.file(path))
    file.header.size_wanted = 1
    #expect(try OwnedFile.file(path).bytes(at: 0, count: file.contents.count) == file.contents)
    file.header.size_count = 0
    let older = folder.write("42", file.contents)
    #expect(throws: LiveFileError.self) { try SizeRequest.write(to: OwnedFile.file(older)) }
    let short = folder.write("43", [1, 2, 3])
    #expect(throws: LiveFileError.self) { try SizeRequest.write(to: OwnedFile.file(short)) }
  }
}
