// Tables: text and numbers that end at a column.

extension Message {
  /// Appends a number so that it ends before `column`, at least a space behind what is there.
  package mutating func right(_ value: Int, at column: Int) {
    var width = value < 0 ? 2 : 1
    var rest = value.magnitude / 10
    while rest > 0 {
      width += 1
      rest /= 10
    }
    pad(width, column)
    decimal(value)
  }

  package mutating func right(_ text: StaticString, at column: Int) {
    pad(text.utf8CodeUnitCount, column)
    self.text(text)
  }

  private mutating func pad(_ width: Int, _ column: Int) {
    byte(UInt8(ascii: " "))
    pad(to: column - width)
  }

  /// Nanoseconds as seconds with three decimals.
  package mutating func seconds(_ nanoseconds: UInt64) {
    let milliseconds = Int(clamping: nanoseconds / 1_000_000)
    decimal(milliseconds / 1000)
    byte(UInt8(ascii: "."))
    var divisor = 100
    while divisor > 0 {
      byte(UInt8(ascii: "0") + UInt8(milliseconds % 1000 / divisor % 10))
      divisor /= 10
    }
  }
}
