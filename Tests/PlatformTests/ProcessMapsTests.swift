// ProcessMaps and System: what stands at addresses of every kind.

import CShims
import Platform
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct ProcessMapsTests {
  private func describe(_ address: UInt) -> String {
    switch ProcessMaps.find(address) {
    case .unknown: return "unknown"
    case .none: return "none"
    case .mapping(let mapping):
      guard mapping.contains(address), mapping.start < mapping.end, mapping.start % 4096 == 0 else {
        return "a mapping elsewhere"
      }
      return "\(mapping.name) \(mapping.isReadable ? "readable" : "inaccessible")"
    }
  }

  @Test func initialStack() {
    // The program's arguments lie at the top of the initial thread's stack.
    #expect(describe(UInt(bitPattern: CommandLine.unsafeArgv)) == "stack readable")
  }

  @Test func codeOfALibrary() {
    let function = dlsym(UnsafeMutableRawPointer(bitPattern: 0), "qsort")
    #expect(describe(UInt(bitPattern: function)) == "file readable")
  }

  @Test func memoryOfBrk() throws {
    let end = try #require(sbrk(4096))
    #expect(describe(UInt(bitPattern: end)) == "heap readable")
  }

  @Test func kernelCode() {
    for (start, _, text) in kernelsList() where text.hasSuffix("[vdso]\n") {
      #expect(describe(start) == "special readable")
    }
  }

  @Test func mappedReservedAndUnmappedMemory() throws {
    let reserved = try #require(SystemMemory.reserve(byteCount: 5 * 4096))
    let first = reserved + 4096
    #expect(describe(first) == "anonymous inaccessible")
    #expect(SystemMemory.commit(first, byteCount: 2 * 4096))
    #expect(describe(first) == "anonymous readable")
    #expect(describe(first + 2 * 4096 - 1) == "anonymous readable")
    #expect(describe(first + 2 * 4096) == "anonymous inaccessible")
    #expect(SystemMemory.release(first + 4096, byteCount: 4096))
    #expect(describe(first + 4096) == "none")
    #expect(describe(first + 4095) == "anonymous readable")
    #expect(SystemMemory.release(reserved, byteCount: 5 * 4096))
  }

  @Test func addressesNobodyHas() {
    for address: UInt in [0, 1, 4095, 1 << 47, 1 << 63] { #expect(describe(address) == "none") }
  }

  /// Start, end and line of each mapping, read by the C library.
  private func kernelsList() -> [(start: UInt, end: UInt, text: String)] {
    guard let file = fopen("/proc/self/maps", "r") else { return [] }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 8192)
    var mappings: [(start: UInt, end: UInt, text: String)] = []
    while fgets(&line, 8192, file) != nil {
      let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      let text = String(decoding: bytes, as: UTF8.self)
      let range = text.prefix { $0 != " " }.split(separator: "-").compactMap { UInt($0, radix: 16) }
      if range.count == 2 { mappings.append((range[0], range[1], text)) }
    }
    return mappings
  }

  @Test func everyMappingIsFoundByItsFirstAndLastByte() {
    // Those that other threads will not unmap meanwhile: the libraries'.
    let bounds = kernelsList().filter { $0.text.contains("/lib") }
    #expect(bounds.count > 10)
    for (start, end, _) in bounds {
      guard case .mapping(let mapping) = ProcessMaps.find(start), mapping.start == start,
        mapping.end == end, case .mapping(let last) = ProcessMaps.find(end - 1),
        last.start == start
      else {
        Issue.record("\(String(start, radix: 16))")
        return
      }
    }
  }

  @Test func pageSizeAndRounding() {
    System.initialize()
    #expect(System.pageSize == sysconf(Int32(_SC_PAGESIZE)))
    #expect(System.roundUpToPage(0) == 0 && System.roundUpToPage(1) == System.pageSize)
    #expect(System.roundUpToPage(System.pageSize) == System.pageSize)
    let before = System.milliseconds
    usleep(30_000)
    let passed = System.milliseconds &- before
    #expect(passed >= 20 && passed < 10_000)
  }

  @Test func systemCallsFailWithoutTouchingErrno() {
    errno = 77
    #expect(SystemMemory.reserve(byteCount: 1 << 60) == nil)
    #expect(SystemMemory.allocate(byteCount: 1 << 60) == nil)
    #expect(!SystemMemory.commit(1 << 46, byteCount: 4096))
    #expect(!SystemMemory.purge(1 << 46, byteCount: 4096))
    #expect(!SystemMemory.resize(1 << 46, from: 4096, to: 8192))
    #expect(!SystemMemory.release(1, byteCount: 4096))
    #expect(errno == 77)
  }
}
