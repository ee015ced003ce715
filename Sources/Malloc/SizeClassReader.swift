// SIZE_CLASSES: a list of sizes, or a file with one. Sizes stand one behind the other, the shortest first, with commas or white
// space between them; in a file `#` begins a comment. What is wrong is named once, and then CLASS_STEPS decides.

import CShims
import Memory
import Platform

struct SizeClassReader {
  private enum Problem {
    case none
    case noMemory
    case noFile
    case unreadable
    case tooMuch
    case noSize
    case noNumber
    case commaAlone
    case ofSizes(SizeClassProblem)
  }

  private static let longestWord = 24
  // Nobody's comments are longer.
  private static let largestFile = 1 << 20

  private let value: Text
  private let table: UnsafeMutablePointer<SizeClassTable>?
  private var problem = Problem.none
  // The number that is being read.
  private var word = InlineArray<24, CChar>(repeating: 0)
  private var wordLength = 0
  // A comma was read behind a size, and no size since.
  private var endsWithComma = false
  // Of a file; 0 for a list.
  private var line = 0
  private var isInComment = false

  /// The sizes that the value of the option gives; nil after a word to the user, but for a `quiet` one, when there are none.
  static func read(_ value: Text, quiet: Bool, classSteps: Int) -> UnsafePointer<SizeClassTable>? {
    var reader = SizeClassReader(value)
    reader.read()
    if case .none = reader.problem { return reader.table.map { UnsafePointer($0) } }
    if !quiet { reader.complain(classSteps) }
    reader.table?.giveBack()
    return nil
  }

  private init(_ value: Text) {
    self.value = value
    table = SizeClassTable.make()
  }

  private var isFine: Bool {
    if case .none = problem { return true }
    return false
  }

  private mutating func read() {
    guard let table else {
      problem = .noMemory
      return
    }
    if isList {
      for index in 0..<value.count where isFine { take(value[index]) }
    } else {
      readFile()
    }
    if isFine { endWord() }
    if isFine, endsWithComma { problem = .commaAlone }
    if !isFine { return }
    line = 0
    if table.pointee.count == 0 {
      problem = .noSize
    } else if let lack = table.pointee.problem {
      problem = .ofSizes(lack)
    }
  }

  // No list begins otherwise, and no path that is meant to be a file's has to.
  private var isList: Bool {
    for index in 0..<value.count where !Self.isSeparator(value[index]) {
      return value[index] >= UInt8(ascii: "0") && value[index] <= UInt8(ascii: "9")
    }
    return true
  }

  private mutating func readFile() {
    guard let descriptor = value.openAsPath() else {
      problem = .noFile
      return
    }
    defer { FileDescriptor.close(descriptor) }
    line = 1
    var bytes = InlineArray<512, UInt8>(repeating: 0)
    var length = 0
    while isFine {
      let count = withUnsafeMutableBytes(of: &bytes) {
        FileDescriptor.read(descriptor, $0.baseAddress!, $0.count)
      }
      if count == 0 { return }
      length += count
      if count < 0 || length > Self.largestFile {
        problem = count < 0 ? .unreadable : .tooMuch
        line = 0
        return
      }
      for index in 0..<count where isFine { take(bytes[index]) }
    }
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: " ") || byte >= 9 && byte <= 13
  }

  private mutating func take(_ byte: UInt8) {
    let endsLine = byte == UInt8(ascii: "\n")
    if line > 0, byte == UInt8(ascii: "#") { isInComment = true }
    if isInComment || Self.isSeparator(byte) {
      endWord()
      if byte == UInt8(ascii: ","), !isInComment { takeComma() }
    } else {
      if wordLength < Self.longestWord { word[wordLength] = CChar(bitPattern: byte) }
      wordLength += 1
    }
    if endsLine, isFine {
      isInComment = false
      if line > 0 { line += 1 }
    }
  }

  private mutating func takeComma() {
    if !isFine || table?.pointee.count == 0 { return }
    if endsWithComma { problem = .commaAlone }
    endsWithComma = true
  }

  private mutating func endWord() {
    if wordLength == 0 { return }
    endsWithComma = false
    guard let byteCount = withWord({ wordLength <= Self.longestWord ? $0.size : nil }) else {
      problem = .noNumber
      return
    }
    wordLength = 0
    if let wrong = table?.pointee.append(byteCount) { problem = .ofSizes(wrong) }
  }

  private func withWord<Result>(_ body: (Text) -> Result) -> Result {
    let (copy, length) = (word, min(wordLength, Self.longestWord))
    return withUnsafeBytes(of: copy) {
      body(Text($0.baseAddress!.assumingMemoryBound(to: CChar.self), count: length))
    }
  }

  private func complain(_ classSteps: Int) {
    var message = Message()
    message.head("WARNING")
    message.text("option SIZE_CLASSES cannot be \"")
    value.append(to: &message)
    message.text("\": ")
    if line > 0 {
      message.text("in line ")
      message.decimal(line)
      message.text(" of the file ")
    }
    tell(&message)
    message.text("; the classes of CLASS_STEPS=")
    message.decimal(classSteps)
    message.text(" are used")
    message.endLine()
  }

  private func tell(_ message: inout Message) {
    switch problem {
    case .none: break
    case .noMemory: message.text("there is no memory for the table")
    case .noFile: message.text("it is no list of sizes, and no file that can be opened")
    case .unreadable: message.text("the file cannot be read")
    case .tooMuch: message.text("the file is longer than 1 MiB")
    case .noSize: message.text("it has no size")
    case .noNumber:
      message.text("\"")
      withWord { $0.append(to: &message) }
      if wordLength > Self.longestWord { message.text("…") }
      message.text("\" is no number of bytes")
    case .commaAlone: message.text("a comma has no size behind it")
    case .ofSizes(let wrong): tell(wrong, &message)
    }
  }

  private func tell(_ wrong: SizeClassProblem, _ message: inout Message) {
    switch wrong {
    case .notAMultiple(let size):
      message.decimal(size)
      message.text(" is no multiple of 16")
    case .tooShort(let size):
      message.decimal(size)
      message.text(" is less than 16, the shortest block")
    case .tooLong(let size):
      message.decimal(size)
      message.text(" is more than 32768, the longest block of a class")
    case .twice(let size):
      message.decimal(size)
      message.text(" stands there twice")
    case .outOfOrder(let size, let before):
      message.decimal(size)
      message.text(" stands behind ")
      message.decimal(before)
      message.text(", but the sizes have to grow")
    case .tooMany:
      message.text("it has more than ")
      message.decimal(SizeClasses.limit)
      message.text(" sizes")
    case .lacks(let size):
      message.text("it lacks ")
      message.decimal(size)
      message.text(", and every power of two from 16 to 32768 has to be there for aligned blocks")
    }
  }
}
