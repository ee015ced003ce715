// ELF files: a small one is made byte by byte, and damaged.

import TestLiveFiles
import Testing
import ToolKit

/// A 64-bit ELF file with an interpreter, a note with a build id, and the names of its dynamic symbols.
private struct ELFWriter {
  var bytes = [UInt8](repeating: 0, count: 1024)
  private static let (segments, sections, contents) = (64, 320, 640)

  init(firstAddress: UInt64, interpreter: String, buildID: [UInt8], names: [String]) {
    bytes.replaceSubrange(0..<6, with: [0x7f, 0x45, 0x4c, 0x46, 2, 1])
    put(UInt16(62), 18)
    put(UInt64(Self.segments), 32)
    put(UInt64(Self.sections), 40)
    for (offset, number) in [(54, 56), (56, 3), (58, 64), (60, 3)] { put(UInt16(number), offset) }
    let path = add(Array(interpreter.utf8) + [0], at: Self.contents)
    let note = add(
      [4, 0, 0, 0, UInt8(buildID.count), 0, 0, 0, 3, 0, 0, 0] + Array("GNU\0".utf8) + buildID,
      at: Self.contents + 64)
    let text = add([0] + names.flatMap { Array($0.utf8) + [0] }, at: Self.contents + 128)
    for (row, (kind, place)) in [(1, (0, 1024)), (3, path), (4, note)].enumerated() {
      let start = Self.segments + row * 56
      put(UInt32(kind), start)
      put(UInt64(place.0), start + 8)
      put(UInt64(kind == 1 ? firstAddress : 0), start + 16)
      put(UInt64(place.1), start + 32)
    }
    // The second row: dynamic symbols, whose names are in the third.
    put(UInt32(11), Self.sections + 64 + 4)
    put(UInt32(2), Self.sections + 64 + 40)
    put(UInt64(text.0), Self.sections + 128 + 24)
    put(UInt64(text.1), Self.sections + 128 + 32)
  }

  private mutating func add(_ contents: [UInt8], at offset: Int) -> (Int, Int) {
    bytes.replaceSubrange(offset..<offset + contents.count, with: contents)
    return (offset, contents.count)
  }

  private mutating func put<Number: FixedWidthInteger>(_ number: Number, _ offset: Int) {
    withUnsafeBytes(of: number) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
  }
}

struct ObjectFileTests {
  private let folder = TestFolder()
  private let right = ELFWriter(
    firstAddress: 0x400_123, interpreter: "/lib64/ld-test.so", buildID: [0x0a, 0xff],
    names: ["malloc", "swiftmalloc_statistics"]
  ).bytes

  private func read(_ bytes: [UInt8]) -> ObjectFile? { ObjectFile(folder.write("elf", bytes)) }

  @Test func everythingComesBack() throws {
    let file = try #require(read(right))
    #expect(file.machine == 62 && file.firstAddress == 0x400_000)
    #expect(file.interpreter == "/lib64/ld-test.so" && file.buildID == "0aff")
    #expect(file.exports("malloc") && file.exports("swiftmalloc_statistics"))
    #expect(!file.exports("mallo") && !file.exports("alloc") && !file.exports("free"))
  }

  @Test func otherFilesAreNone() {
    #expect(read([]) == nil && read(Array("#!/bin/sh\n".utf8)) == nil)
    #expect(read(Array(right.prefix(63))) == nil)
    var narrow = right
    narrow[4] = 1
    #expect(read(narrow) == nil)
    #expect(ObjectFile(folder.path) == nil && ObjectFile(folder.path + "/none") == nil)
  }

  /// Nothing is believed: each byte in turn has another value, each length is tried.
  @Test func damageIsNoHarm() {
    for offset in 5..<right.count {
      for value in [0, 0x7f, 0xff] as [UInt8] where right[offset] != value {
        var damaged = right
        damaged[offset] = value
        guard let file = read(damaged) else { continue }
        _ = file.exports("malloc") || file.hasLines || file.address(ofOffset: 700) == nil
        _ = SymbolTable(file).name(at: 0x400_200)
      }
    }
    for count in stride(from: 64, to: right.count, by: 16) { _ = read(Array(right.prefix(count))) }
  }

  @Test func aRealLibrary() throws {
    let file = try #require(ObjectFile("/proc/self/exe"))
    #expect(file.interpreter?.contains("/ld-") == true)
    let executable = file.segments.filter(\.isExecutable)
    let code = try #require(executable.first)
    #expect(file.address(ofOffset: code.offset) == code.address)
    #expect(file.address(ofOffset: code.offset + code.byteCount - 1) != nil)
    #expect(file.sections.contains { $0.name == ".text" })
    // Whatever function lies in the middle of the code.
    let table = SymbolTable(file)
    let name = try #require(table.name(at: code.address + code.byteCount / 2))
    #expect(!name.isEmpty && table.name(at: 0) == nil && table.name(at: .max) == nil)
  }
}
