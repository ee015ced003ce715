// Message and FileDescriptor: what is written, byte for byte, through a pipe.

import Platform
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct MessageTests {
  /// What `body` writes, and how many writes it took. At most a pipe's buffer of 64 KiB.
  private func written(_ body: (inout Message) -> Void) -> String {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return "no pipe" }
    var message = Message(to: .descriptor(ends[1]))
    body(&message)
    FileDescriptor.close(ends[1])
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 100)
    while true {
      let count = part.withUnsafeMutableBytes {
        FileDescriptor.read(ends[0], $0.baseAddress!, $0.count)
      }
      if count <= 0 { break }
      bytes += part.prefix(count)
    }
    FileDescriptor.close(ends[0])
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func decimalNumbers() {
    var numbers: [Int] = [0, .max, .min, .min + 1]
    for power in sequence(first: 1, next: { $0 > .max / 10 ? nil : $0 * 10 }) {
      numbers += [power - 1, power, power + 1, -power, 1 - power]
    }
    for number in numbers {
      #expect(
        written { message in
          message.decimal(number)
          message.endLine()
        } == "\(number)\n")
    }
    #expect(
      written { message in
        message.decimal(UInt.max)
        message.send()
      } == "\(UInt.max)")
  }

  @Test func hexadecimalNumbers() {
    for number: UInt in [0, 1, 9, 10, 15, 16, 255, 256, 0xdead_beef, 1 << 63, .max, .max - 15] {
      #expect(
        written { message in
          message.hexadecimal(number)
          message.send()
        } == "0x" + String(number, radix: 16))
    }
  }

  @Test func textOfEveryKind() {
    let line = written { message in
      message.text("ä text")
      message.cString(nil)
      message.pad(to: 10)
      message.cString("C string")
      message.pad(to: 5)
      message.printable("by\u{1}es")
      message.byte(33)
      message.endLine()
    }
    #expect(line == "ä text   C stringby?es!\n")
  }

  @Test func whatTurnsOrForgesALineIsAQuestionMark() {
    let line = written { message in
      message.printable("naïve €\u{202e}txt\u{85}\u{200b}\u{feff}\u{61c}\u{2066} 日本\u{7f}")
      message.endLine()
    }
    #expect(line == "naïve €?txt????? 日本?\n")
    // A character that is cut off at the end.
    let cut: [CChar] = [65, CChar(bitPattern: 0xe2), CChar(bitPattern: 0x80), 0, 66, 0]
    let rest = written { message in
      cut.withUnsafeBufferPointer { message.printable($0.baseAddress!) }
      message.decimal(7)
      message.endLine()
    }
    #expect(rest.utf8.first == 65 && rest.hasSuffix("7\n") && !rest.contains("B"))
  }

  @Test func errorsAreWordsAndANumber() {
    let line = written { message in
      message.error(28)
      message.text(", ")
      message.error(999)
      message.endLine()
    }
    #expect(line == "no space left (error 28), error 999\n")
  }

  @Test func headNamesTheProcess() {
    let line = written { message in
      message.head("ERROR")
      message.endLine()
    }
    #expect(line == "==\(getpid())==ERROR: swiftmalloc: \n")
  }

  @Test func moreThanTheBufferHoldsIsWrittenInParts() {
    let line = written { message in
      for _ in 0..<3000 { message.text("0123456789") }
      message.endLine()
    }
    #expect(line == String(repeating: "0123456789", count: 3000) + "\n")
  }

  @Test func nothingIsWrittenTwiceOrWithoutAnEnd() {
    #expect(written { $0.text("lost") } == "")
    #expect(
      written { message in
        message.text("once")
        message.send()
        message.send()
      } == "once")
  }

  @Test func filesThatAreNotThere() {
    #expect(FileDescriptor.open("/nonexistent/file", flags: 0) == nil)
    var byte: UInt8 = 0
    #expect(FileDescriptor.read(-1, &byte, 1) < 0)
    FileDescriptor.write(-1, &byte, 1)
  }
}
