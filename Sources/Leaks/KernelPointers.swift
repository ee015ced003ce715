// Pointers that the program gave to the kernel, and that /proc tells (proc_pid_fdinfo(5), proc_pid_timers(5)):
//
//   /proc/self/fdinfo/N    "tfd: … events: … data: HEX …"    epoll_event.data of each file that an epoll instance watches
//   /proc/self/timers      "signal: NUMBER/HEX"              sigev_value of each timer of timer_create
//
// What else it has of a thread, the thread asks for itself (CShims/scan.c). Of signals that wait to be delivered, of requests
// that io_uring or aio have taken up and of mq_notify nothing is told.

import CShims
import Platform

package enum KernelPointers {
  private static let timers: StaticString = "/proc/self/timers"
  private static let descriptors: StaticString = "/proc/self/fd/"
  private static let descriptions: StaticString = "/proc/self/fdinfo/"
  private static let epoll: StaticString = "anon_inode:[eventpoll]"

  /// The list of this process' timers, which a child of fork does not have; nil without /proc. To be closed.
  package static func openTimers() -> Int32? {
    timers.withPath { FileDescriptor.open($0, flags: 0) }
  }

  /// Calls `body` with the pointer of each timer in the list.
  package static func forEach(inTimers file: Int32, _ body: (UInt) -> Void) {
    forEach(behind: "/", in: file, body)
  }

  /// Calls `body` with what each epoll instance of the process keeps for the files that it watches.
  package static func forEachOfEpoll(_ body: (UInt) -> Void) {
    let flags = Int(SWIFTMALLOC_OPEN_FOLDER)
    guard let folder = descriptors.withPath({ FileDescriptor.open($0, flags: flags) })
    else { return }
    defer { FileDescriptor.close(folder) }
    var entries = InlineArray<512, UInt64>(repeating: 0)
    withUnsafeMutableBytes(of: &entries) { buffer in
      while true {
        let count = swiftmalloc_system_call(
          SWIFTMALLOC_CALL_GETDENTS64, Int(folder), Int(bitPattern: buffer.baseAddress),
          buffer.count, 0, 0, 0)
        if count <= 0 { return }
        var place = 0
        while place < count {
          // struct dirent64: numbers of 8 and 8 bytes, the record's length in 2, the type in 1, the name.
          let name = UnsafePointer<CChar>(OpaquePointer(buffer.baseAddress! + place + 19))
          if isEpoll(name) { forEach(ofEpoll: name, body) }
          place += Int(buffer.load(fromByteOffset: place + 16, as: UInt16.self))
        }
      }
    }
  }

  private static func isEpoll(_ descriptor: UnsafePointer<CChar>) -> Bool {
    var path = ShortPath(descriptors, descriptor)
    var target = InlineArray<64, UInt8>(repeating: 0)
    return path.withPath { path in
      withUnsafeMutableBytes(of: &target) { target in
        let count = swiftmalloc_system_call(
          SWIFTMALLOC_CALL_READLINKAT, -100, Int(bitPattern: path),
          Int(bitPattern: target.baseAddress), target.count, 0, 0)
        if count != epoll.utf8CodeUnitCount { return false }
        for index in 0..<count where target[index] != epoll.utf8Start[index] { return false }
        return true
      }
    }
  }

  private static func forEach(ofEpoll descriptor: UnsafePointer<CChar>, _ body: (UInt) -> Void) {
    var path = ShortPath(descriptions, descriptor)
    guard let file = path.withPath({ FileDescriptor.open($0, flags: 0) }) else { return }
    defer { FileDescriptor.close(file) }
    forEach(behind: "data:", in: file, body)
  }

  /// Calls `body` with each hexadecimal number that stands behind a word in a file, spaces between left out.
  private static func forEach(
    behind word: StaticString, in file: Int32, _ body: (UInt) -> Void
  ) {
    var buffer = InlineArray<2048, UInt8>(repeating: 0)
    var scanner = NumberScanner(word: word)
    while true {
      let count = withUnsafeMutableBytes(of: &buffer) {
        FileDescriptor.read(file, $0.baseAddress!, $0.count)
      }
      if count <= 0 { return }
      for index in 0..<count {
        if let number = scanner.take(buffer[index]) { body(number) }
      }
    }
  }
}

/// Finds the numbers behind a word, one byte at a time.
private struct NumberScanner {
  let word: StaticString
  /// So many bytes of the word were just met.
  private var matched = 0
  private var number: UInt = 0
  private var digitCount = 0

  init(word: StaticString) { self.word = word }

  /// Takes a byte; the number that it ends, or nil.
  mutating func take(_ byte: UInt8) -> UInt? {
    if matched == word.utf8CodeUnitCount {
      if byte == UInt8(ascii: " "), digitCount == 0 { return nil }
      if let digit = Self.digit(byte) {
        number = number << 4 | digit
        digitCount += 1
        return nil
      }
      let found = digitCount > 0 ? number : nil
      (matched, number, digitCount) = (0, 0, 0)
      if let found { return found }
    }
    matched = byte == word.utf8Start[matched] ? matched + 1 : byte == word.utf8Start[0] ? 1 : 0
    return nil
  }

  private static func digit(_ byte: UInt8) -> UInt? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt(byte - UInt8(ascii: "a") + 10)
    default: nil
    }
  }
}

/// A path of a folder and a short name in it.
private struct ShortPath {
  private var bytes = InlineArray<64, CChar>(repeating: 0)

  init(_ folder: StaticString, _ name: UnsafePointer<CChar>) {
    let length = folder.utf8CodeUnitCount
    for index in 0..<length { bytes[index] = CChar(bitPattern: folder.utf8Start[index]) }
    var index = 0
    while name[index] != 0, length + index < bytes.count - 1 {
      bytes[length + index] = name[index]
      index += 1
    }
  }

  mutating func withPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    withUnsafeBytes(of: &bytes) { body($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
  }
}

extension StaticString {
  /// Calls `body` with the text as a C string.
  fileprivate func withPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    withUTF8Buffer { body(UnsafeRawPointer($0.baseAddress!).assumingMemoryBound(to: CChar.self)) }
  }
}
