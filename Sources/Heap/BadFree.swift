// The report of a bad free in production mode: one line with kind, address, what is known of the
// block, and the thread; then the process ends. Shaped as AddressSanitizer's first line.

import CShims
import Memory
import Platform

package enum BadFree {
  /// The block at `address` is free already.
  @inline(never)
  static func doubleFree(_ address: UInt, blockSize: Int) -> Never {
    var message = head("double-free", address)
    message.text(" (")
    message.decimal(blockSize)
    message.text("-byte block)")
    finish(message)
  }

  /// `address` is a place for a block, but none was ever given out there.
  @inline(never)
  static func neverAllocated(_ address: UInt, blockSize: Int) -> Never {
    var message = head("invalid-free", address)
    message.text(" (never allocated, in a span of ")
    message.decimal(blockSize)
    message.text("-byte blocks)")
    finish(message)
  }

  /// `address` is in a block's or a span's memory, but does not begin a block.
  @inline(never)
  static func insideBlock(_ address: UInt, _ record: UnsafeMutablePointer<SpanRecord>) -> Never {
    let start = record.pointee.start
    if address &- start >= UInt(max(record.pointee.byteCount, PageMap.sliceSize)) {
      freedSpan(address, record)
    }
    switch record.pointee.kind {
    case .small:
      let blockSize = UInt(record.pointee.blockSize)
      // In the gap there is no block.
      if address < record.firstBlock { insideFreedBlock(address) }
      let offset = (address - record.firstBlock) % blockSize
      inside(address, offset: offset, blockSize: Int(blockSize))
    case .medium, .large, .emergency:
      inside(address, offset: address - start, blockSize: record.pointee.byteCount)
    default:
      freedSpan(address, record)
    }
  }

  private static func inside(_ address: UInt, offset: UInt, blockSize: Int) -> Never {
    var message = head("invalid-free", address)
    message.text(" (")
    message.count(Int(offset), "byte")
    message.text(" inside the ")
    message.decimal(blockSize)
    message.text("-byte block at ")
    message.hexadecimal(address - offset)
    message.text(")")
    finish(message)
  }

  /// `address` is in memory of the heap where there are no blocks now.
  @inline(never)
  static func freedSpan(_ address: UInt, _ record: UnsafeMutablePointer<SpanRecord>) -> Never {
    switch record.pointee.kind {
    case .tombstone where record.pointee.start == address:
      doubleFree(address, blockSize: record.pointee.byteCount)
    case .freeDirty, .freeClean, .purging, .stashed:
      // What the slice's last span was is still known, unless it was a run's inner slice.
      let blockSize = Int(record.pointee.blockSize)
      let distance = Int(address & PageMap.sliceMask) - Int(record.pointee.gap)
      if blockSize > 0, distance >= 0, distance % blockSize == 0 {
        doubleFree(address, blockSize: blockSize)
      }
    default:
      break
    }
    insideFreedBlock(address)
  }

  /// `address` is in memory of the heap that holds no live block.
  @inline(never)
  static func insideFreedBlock(_ address: UInt) -> Never {
    var message = head("invalid-free", address)
    message.text(" (in memory of the heap that holds no live block)")
    finish(message)
  }

  /// `address` is not in memory of ours. Ends the process if it cannot be another allocator's
  /// block, else says so once and returns.
  @inline(never)
  static func foreign(_ address: UInt, isOnThreadStack: (UInt, Mapping) -> Bool) {
    switch AddressPlace.find(address) {
    case .unmapped: end(address, " (in no mapping)")
    case .stack: end(address, " (on the stack)")
    case .kernel: end(address, " (in memory of the kernel's)")
    case .inaccessible: end(address, " (in inaccessible memory)")
    case .loadedObject: end(address, " (in a loaded program or library)")
    case .anonymous(let mapping):
      if isOnThreadStack(address, mapping) { end(address, " (on a thread's stack)") }
      warnOnce(address, isKnown: true)
    case .file: warnOnce(address, isKnown: true)
    case .unknown: warnOnce(address, isKnown: false)
    }
  }

  private static func end(_ address: UInt, _ place: StaticString) -> Never {
    var message = head("invalid-free", address)
    message.text(place)
    finish(message)
  }

  nonisolated(unsafe) private static var hasWarned = false

  private static func warnOnce(_ address: UInt, isKnown: Bool) {
    if hasWarned { return }
    hasWarned = true
    AddressPlace.warn(address, isKnown: isKnown)
  }

  private static func head(_ kind: StaticString, _ address: UInt) -> Message {
    var message = Message()
    if ReportStyle.isJSON { message.beginReport(kind, address) } else { message.head("ERROR") }
    message.text(kind)
    message.text(" on address ")
    message.hexadecimal(address)
    return message
  }

  private static func finish(_ finished: consuming Message) -> Never {
    var message = finished
    let thread = Int(swiftmalloc_thread_id())
    var name = InlineArray<16, CChar>(repeating: 0)
    withUnsafeMutableBytes(of: &name) {
      let characters = $0.baseAddress!.assumingMemoryBound(to: CChar.self)
      swiftmalloc_thread_name(characters)
      message.text(", thread \"")
      message.printable(characters)
      message.text("\" (")
      message.decimal(thread)
      message.text(")")
      if !ReportStyle.isJSON { return }
      message.endString()
      message.text(",\"thread\":")
      message.quoted(characters)
      message.text(",\"thread_id\":")
      message.decimal(thread)
      message.text("}")
    }
    message.endLine()
    swiftmalloc_abort()
  }
}
