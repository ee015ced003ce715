// What counts as a root of the test process itself, and which pages hold anything.

import Platform
import TestPages
import Testing

@testable import Leaks

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct RootsTests {
  private func roots(own: [AddressRange] = []) throws -> Roots {
    System.initialize()
    var list = try #require(MappedArray<AddressRange>(capacity: own.count + 1))
    for range in own { list.append(range) }
    return try #require(Roots(own: list))
  }

  @Test func kindsOfMappings() throws {
    let page = System.pageSize
    func map(_ protection: Int32, _ flags: Int32) -> UInt {
      UInt(bitPattern: mmap(nil, page, protection, flags | MAP_ANONYMOUS, -1, 0))
    }
    let writable = map(PROT_READ | PROT_WRITE, MAP_PRIVATE)
    let readOnly = map(PROT_READ, MAP_PRIVATE)
    let inaccessible = map(PROT_NONE, MAP_PRIVATE)
    let shared = map(PROT_READ | PROT_WRITE, MAP_SHARED)
    defer {
      for address in [writable, readOnly, inaccessible, shared] {
        munmap(UnsafeMutableRawPointer(bitPattern: address), page)
      }
    }
    let roots = try roots()
    #expect(roots.mapping(at: writable)?.isRoot == true)
    #expect(roots.mapping(at: readOnly)?.isRoot == true)
    #expect(roots.mapping(at: inaccessible)?.isRoot == false)
    #expect(roots.mapping(at: shared)?.isRoot == true)
    #expect(roots.mapping(at: shared)?.isShared == true)
    var local = 0
    let onStack = withUnsafePointer(to: &local) { UInt(bitPattern: $0) }
    #expect(roots.mapping(at: onStack)?.isRoot == true)
    let code = unsafeBitCast(getpid as @convention(c) () -> pid_t, to: UInt.self)
    #expect(roots.mapping(at: code)?.isFile == true)
    #expect(roots.mapping(at: code)?.isExecutable == true)
    #expect(roots.mapping(at: 8) == nil)
  }

  @Test func oursIsLeftOut() throws {
    let ours: [(UInt, UInt)] = [(100, 200), (300, 400), (400, 450), (900, 1000)]
    let roots = try roots(own: ours.reversed().map { AddressRange(start: $0.0, end: $0.1) })
    for start in stride(from: 0 as UInt, to: 1100, by: 25) {
      for end in stride(from: start, to: 1100, by: 25) {
        var found: Set<UInt> = []
        roots.forEachForeign(in: AddressRange(start: start, end: end)) { part in
          #expect(part.start < part.end)
          for address in stride(from: part.start, to: part.end, by: 25) { found.insert(address) }
        }
        let expected = stride(from: start, to: end, by: 25).filter { address in
          !ours.contains { address >= $0.0 && address < $0.1 }
        }
        #expect(found == Set(expected), "\(start) to \(end)")
      }
    }
  }

  @Test(arguments: [false, true])
  func residentPages(isShared: Bool) throws {
    System.initialize()
    let page = UInt(System.pageSize)
    let count = 1500
    let flags = (isShared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS
    let start = UInt(
      bitPattern: mmap(nil, count * Int(page), PROT_READ | PROT_WRITE, flags, -1, 0))
    defer { munmap(UnsafeMutableRawPointer(bitPattern: start), count * Int(page)) }
    let touched: Set<Int> = [0, 1, 2, 7, 511, 512, 513, 1024, 1498, 1499]
    for index in touched { bytes(start + UInt(index) * page).pointee = 1 }
    var pages = ResidentPages()
    // Neither begins nor ends with a page.
    var parts = ResidentPages.Parts(
      AddressRange(start: start + 8, end: start + UInt(count) * page - 8))
    var found: [Range<UInt>] = []
    while let part = pages.next(&parts, isShared: isShared) { found.append(part.start..<part.end) }
    let expected = [0..<3, 7..<8, 511..<514, 1024..<1025, 1498..<1500].map {
      max(
        start + UInt($0.lowerBound) * page, start + 8)..<min(
          start + UInt($0.upperBound) * page, start + UInt(count) * page - 8)
    }
    #expect(found == expected)
  }

  /// Of a file only what was written to holds pointers.
  @Test func writtenPagesOfFiles() throws {
    System.initialize()
    let page = System.pageSize
    let file = open("/proc/self/exe", O_RDONLY)
    defer { close(file) }
    let start = UInt(
      bitPattern: mmap(nil, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0))
    defer { munmap(UnsafeMutableRawPointer(bitPattern: start), 3 * page) }
    let middle = start + UInt(page)
    #expect(bytes(start).pointee == 0x7f)
    bytes(middle).pointee &+= 1
    var pages = ResidentPages()
    var parts = ResidentPages.Parts(AddressRange(start: start, end: start + 3 * UInt(page)))
    let part = try #require(pages.next(&parts, isShared: false))
    #expect(part.start == middle)
    #expect(part.end == middle + UInt(page))
    #expect(pages.next(&parts, isShared: false) == nil)
  }

  @Test func controlBlocks() throws {
    // That of a thread is at the end of its stack, and none is at the end of other memory.
    #if arch(x86_64)
      let memory = UnsafeMutableRawPointer.allocate(byteCount: 65536, alignment: 4096)
      memory.initializeMemory(as: UInt8.self, repeating: 0, count: 65536)
      defer { memory.deallocate() }
      let range = AddressRange(
        start: UInt(bitPattern: memory), end: UInt(bitPattern: memory) + 65536)
      #expect(Roots.controlBlock(atEndOf: range) == nil)
      let place = range.end - 2304
      words(place).pointee = place
      #expect(Roots.controlBlock(atEndOf: range) == nil)
      words(place + 16).pointee = place
      #expect(Roots.controlBlock(atEndOf: range) == place)
    #endif
  }
}
