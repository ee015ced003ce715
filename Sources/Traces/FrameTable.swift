// The rule of a return address by the unwind tables of its module, read where the loader has put
// them: .eh_frame_hdr, in which the description of a function is found by halving, and .eh_frame
// (DWARF 5, 6.4; Linux Standard Base Core 5.0, 10.6). No lock is taken and nothing is allocated, so
// it serves while a sample is taken.
//
// Code that finds its caller in another way than an ordinary function (by an expression, by a third
// register) has no rule here.

import CShims

enum FrameTable {
  /// What the tables say of a return address.
  enum Answer {
    /// The caller's stack pointer is `offset` bytes above the stack pointer, or above the frame
    /// pointer; its frame pointer stands `savedFrame` words below that, and is in its register
    /// still when that is 0.
    case rule(isByFrame: Bool, offset: Int32, savedFrame: UInt16)
    /// There is no caller.
    case end
    /// A signal's handler returns here, if the code does what that takes.
    case signal
    /// Nothing is known.
    case none
  }

  /// The answer for a return address, which belongs to the call before it.
  static func find(_ returnAddress: UInt) -> Answer {
    let pc = returnAddress &- 1
    if swiftmalloc_has_frame_records() != 0 { return recordRule(pc) }
    guard let description = description(of: pc) else { return .none }
    return CallFrame.answer(at: pc, description)
  }

  // Two words, where the frame pointer leads to: the caller's frame pointer and the return address. Code that a signal
  // interrupted may have made no record yet.
  private static func recordRule(_ pc: UInt) -> Answer {
    if FrameRecord.isSignalReturn(pc &+ 1) { return .signal }
    if FrameRecord.isInterrupted(pc &+ 1) { return .none }
    return .rule(isByFrame: true, offset: 16, savedFrame: 2)
  }

  /// Whether the return address is in its register still, where there is one for it, when the code at `pc` is about to
  /// run; nil when no table tells.
  static func keepsLink(at pc: UInt) -> Bool? {
    description(of: pc).flatMap { CallFrame.keepsLink(at: pc, $0) }
  }

  /// The frame description entry of the function at `pc`, by the tables of its module.
  private static func description(of pc: UInt) -> UInt? {
    let header = swiftmalloc_unwind_table(pc)
    return header == 0 ? nil : description(of: pc, header)
  }

  /// The frame description entry whose function begins last at or before `pc`. Only the form of the
  /// table that all linkers write is read: pairs of four bytes, relative to the header.
  private static func description(of pc: UInt, _ header: UInt) -> UInt? {
    var bytes = TableBytes(header)
    let (pointersRelativeToTable, plainCount): (UInt8, UInt8) = (0x3b, 0x03)
    guard bytes.byte() == 1 else { return nil }
    let pointerEncoding = bytes.byte()
    guard bytes.byte() == plainCount, bytes.byte() == pointersRelativeToTable,
      bytes.pointer(pointerEncoding) != nil
    else { return nil }
    let count = Int(bytes.unsigned4())
    let table = UnsafePointer<Int32>(bitPattern: bytes.address).unsafelyUnwrapped
    let distance = Int(bitPattern: pc &- header)
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if Int(table[2 * middle]) <= distance { low = middle + 1 } else { high = middle }
    }
    if low == 0 { return nil }
    return header &+ UInt(bitPattern: Int(table[2 * low - 1]))
  }
}

/// Reads numbers of unwind tables one behind the other.
struct TableBytes {
  private(set) var address: UInt

  init(_ address: UInt) { self.address = address }

  private mutating func take<Number>(_: Number.Type) -> Number {
    let place = UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped
    address &+= UInt(MemoryLayout<Number>.size)
    return place.loadUnaligned(as: Number.self)
  }

  mutating func byte() -> UInt8 { take(UInt8.self) }
  mutating func unsigned2() -> UInt16 { take(UInt16.self) }
  mutating func unsigned4() -> UInt32 { take(UInt32.self) }
  mutating func skip(_ count: UInt) { address &+= count }

  /// DWARF 5, 7.6: LEB128.
  mutating func unsignedLEB() -> UInt {
    var (result, shift): (UInt, UInt) = (0, 0)
    while true {
      let byte = byte()
      if shift < 64 { result |= UInt(byte & 0x7f) << shift }
      shift += 7
      if byte & 0x80 == 0 { return result }
    }
  }

  mutating func signedLEB() -> Int {
    var (result, shift): (UInt, UInt) = (0, 0)
    while true {
      let byte = byte()
      if shift < 64 { result |= UInt(byte & 0x7f) << shift }
      shift += 7
      if byte & 0x80 != 0 { continue }
      if byte & 0x40 != 0, shift < 64 { result |= .max << shift }
      return Int(bitPattern: result)
    }
  }

  /// A pointer in the form that `encoding` names (LSB 10.5.1); nil for forms that do not occur in these tables.
  mutating func pointer(_ encoding: UInt8) -> UInt? {
    let place = address
    let value: UInt
    switch encoding & 0x0f {
    case 0x00, 0x04, 0x0c: value = take(UInt.self)
    case 0x02: value = UInt(take(UInt16.self))
    case 0x03: value = UInt(take(UInt32.self))
    case 0x0a: value = UInt(bitPattern: Int(take(Int16.self)))
    case 0x0b: value = UInt(bitPattern: Int(take(Int32.self)))
    default: return nil
    }
    switch encoding & 0x70 {
    case 0x00: return value
    case 0x10: return place &+ value
    default: return nil
    }
  }
}
