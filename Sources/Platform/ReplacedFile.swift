// A file that is written anew as a whole: under another name beside it first, which takes its place
// when all bytes are written. So a full disk leaves the old file as it was. Only a plain file is
// replaced: a device or a FIFO is written to.

import CShims

package struct ReplacedFile: ~Copyable {
  private var path = InlineArray<1024, CChar>(repeating: 0)
  private var draft = InlineArray<1040, CChar>(repeating: 0)
  private var descriptor: Int32 = -1
  // A device or a FIFO.
  private var isDevice = false
  /// The first error, as errno(3) has it; 0: none so far.
  package private(set) var error = 0

  private static let atCurrentDirectory = -100
  private static let interrupted = -4

  /// Whether a path, in which `%p` and `%e` are replaced, is that of a device or FIFO.
  package static func isDevice(_ template: UnsafePointer<CChar>) -> Bool {
    var path = InlineArray<1024, CChar>(repeating: 0)
    return PathTemplate.expand(template, into: &path)
      && wayToWrite(&path) == Int32(SWIFTMALLOC_WRITE_DIRECTLY)
  }

  private static func wayToWrite(_ path: inout InlineArray<1024, CChar>) -> Int32 {
    withUnsafeMutableBytes(of: &path) {
      swiftmalloc_way_to_write($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count)
    }
  }

  /// Opens the draft beside `path`, in which `%p` and `%e` are replaced; `error` tells whether that failed.
  package init(_ template: UnsafePointer<CChar>, mode: Int = 0o600) {
    if !PathTemplate.expand(template, into: &path) {
      error = 36  // ENAMETOOLONG
      return
    }
    let way = Self.wayToWrite(&path)
    isDevice = way == Int32(SWIFTMALLOC_WRITE_DIRECTLY)
    if way < 0 {
      error = Int(-way)
      return
    }
    if !isDevice { nameDraft() }
    let result =
      isDevice
      ? Self.withText(path) { swiftmalloc_open_device($0) }
      : Self.withText(draft) { swiftmalloc_open_draft($0, Int32(mode)) }
    if result < 0 { error = Int(-result) } else { descriptor = result }
  }

  private mutating func nameDraft() {
    var count = 0
    while path[count] != 0 {
      draft[count] = path[count]
      count += 1
    }
    let suffix: StaticString = ".draft"
    for index in 0..<suffix.utf8CodeUnitCount {
      draft[count + index] = CChar(bitPattern: suffix.utf8Start[index])
    }
  }

  private static func withText<let count: Int, Result>(
    _ text: borrowing InlineArray<count, CChar>, _ body: (UnsafePointer<CChar>?) -> Result
  ) -> Result {
    withUnsafeBytes(of: text) { body($0.baseAddress?.assumingMemoryBound(to: CChar.self)) }
  }

  private func withDraft<Result>(_ body: (Int) -> Result) -> Result {
    withUnsafePointer(to: draft) { body(Int(bitPattern: $0)) }
  }

  /// Appends bytes; nothing behind an error.
  package mutating func write(_ bytes: UnsafeRawPointer, _ byteCount: Int) {
    var done = 0
    while done < byteCount, error == 0 {
      let result =
        isDevice
        ? swiftmalloc_write_to_device(descriptor, bytes + done, byteCount - done)
        : swiftmalloc_write_quietly(descriptor, bytes + done, byteCount - done)
      if result == Self.interrupted { continue }
      if result < 0 { error = -result } else if result == 0 { error = 5 } else { done += result }
    }
  }

  /// Puts the draft in the file's place, or takes it away after an error. The error, or 0.
  package mutating func finish() -> Int {
    if descriptor < 0 { return error }
    let closed = swiftmalloc_system_call(SWIFTMALLOC_CALL_CLOSE, Int(descriptor), 0, 0, 0, 0, 0)
    descriptor = -1
    if error == 0, closed < 0, closed != Self.interrupted { error = -closed }
    if isDevice { return error }
    if error == 0 {
      let result = withDraft { draft in
        withUnsafePointer(to: path) {
          swiftmalloc_system_call(
            SWIFTMALLOC_CALL_RENAMEAT2, Self.atCurrentDirectory, draft, Self.atCurrentDirectory,
            Int(bitPattern: $0), 0, 0)
        }
      }
      if result < 0 { error = -result }
    }
    if error != 0 {
      _ = withDraft {
        swiftmalloc_system_call(
          SWIFTMALLOC_CALL_UNLINKAT, Self.atCurrentDirectory, $0, 0, 0, 0, 0)
      }
    }
    return error
  }
}
