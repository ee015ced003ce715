// Bytes that the program must not have changed and did: copied while the heap's lock is held, shown by the report.

import Platform

/// Bytes that are not as they were written, and some before and behind them.
package struct Damage {
  package static let limit = 48
  package var first: UInt
  package var last: UInt
  /// How many from the first to the last are not as they were written.
  package var changedCount: Int
  package var start: UInt
  package var count: Int
  package var bytes = InlineArray<48, UInt8>(repeating: 0)

  /// Copies what is around the bytes from `first` to `last`, within `area`. These are the fill of a freed block or canary
  /// bytes, and are restored later.
  package init(first: UInt, last: UInt, in area: Area, isFreed: Bool) {
    self.first = first
    self.last = last
    changedCount = Pattern.changedCount(first, last, isFreed: isFreed)
    start = max(area.start, first &- 16)
    count = Int(min(area.end &- start, UInt(Self.limit)))
    for index in 0..<count {
      bytes[index] = UnsafePointer<UInt8>(bitPattern: start + UInt(index)).unsafelyUnwrapped.pointee
    }
  }

  /// Sixteen bytes a line, those that were overwritten in brackets.
  func print() {
    var index = 0
    while index < count {
      var message = Message()
      message.text("  ")
      message.hexadecimal(start + UInt(index))
      message.text(":")
      for column in index..<min(index + 16, count) {
        let address = start + UInt(column)
        let isDamaged = address >= first && address <= last
        if isDamaged { message.style(.culprit) }
        message.text(isDamaged ? " [" : "  ")
        message.twoDigits(bytes[column])
        message.text(isDamaged ? "]" : " ")
        if isDamaged { message.style(.plain) }
      }
      message.endLine()
      index += 16
    }
  }
}
