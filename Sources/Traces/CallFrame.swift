// What one entry of .eh_frame says of the frame at an address of its function: the instructions of
// the common entry and then its own are followed up to there (DWARF 5, 6.4.2). Of the registers the
// stack pointer, the frame pointer and the return address matter.

import CShims

struct CallFrame {
  private enum Saved {
    case inRegister
    case at(Int)
    case unknown
  }

  private struct Row {
    var isByFrame = false
    var isKnown = true
    var offset = 0
    var frame = Saved.inRegister
    var hasCaller = true
    /// The return address is in its register still, where there is one for it.
    var keepsLink = true
  }

  private static let framePointer = UInt(SWIFTMALLOC_DWARF_FRAME_POINTER)
  private static let stackPointer = UInt(SWIFTMALLOC_DWARF_STACK_POINTER)
  private static let returnAddress = UInt(SWIFTMALLOC_DWARF_RETURN_ADDRESS)
  private static var hasLink: Bool { swiftmalloc_has_frame_records() != 0 }

  private var codeAlignment: UInt = 1
  private var dataAlignment = 1
  private var encoding: UInt8 = 0
  private var hasAugmentation = false
  private var isKnown = false
  private var isSignal = false

  private var row = Row()
  private var initial = Row()
  // As deep as compilers go: one.
  private var remembered = InlineArray<4, Row>(repeating: Row())
  private var depth = 0

  /// The answer of the entry at `description` for the code at `pc`.
  static func answer(at pc: UInt, _ description: UInt) -> FrameTable.Answer {
    frame(at: pc, description)?.answer ?? .none
  }

  /// Whether the return address is in its register still when the code at `pc` is about to run; nil
  /// when the entry at `description` does not tell.
  static func keepsLink(at pc: UInt, _ description: UInt) -> Bool? {
    guard let frame = frame(at: pc, description), frame.isKnown, frame.row.isKnown else {
      return nil
    }
    return frame.row.keepsLink
  }

  private static func frame(at pc: UInt, _ description: UInt) -> CallFrame? {
    var bytes = TableBytes(description)
    let length = bytes.unsigned4()
    // Entries of more than 4 GiB do not occur.
    if length == 0 || length == .max { return nil }
    let end = bytes.address &+ UInt(length)
    let place = bytes.address
    let distance = UInt(bytes.unsigned4())
    if distance == 0 { return nil }
    var frame = CallFrame()
    guard let (first, last) = frame.readCommon(place &- distance),
      let start = bytes.pointer(frame.encoding),
      // A length has the form of the pointer, without what it is relative to.
      let count = bytes.pointer(frame.encoding & 0x0f), pc &- start < count
    else { return nil }
    if frame.hasAugmentation { bytes.skip(bytes.unsignedLEB()) }
    var location = start
    frame.follow(first, to: last, upTo: pc, &location)
    frame.initial = frame.row
    location = start
    frame.follow(bytes.address, to: end, upTo: pc, &location)
    return frame
  }

  private init() {}

  private var answer: FrameTable.Answer {
    if isSignal { return .signal }
    if !isKnown || !row.isKnown { return .none }
    if !row.hasCaller { return .end }
    let saved: UInt16
    switch row.frame {
    case .inRegister: saved = 0
    case .at(let offset):
      guard offset < 0, offset % 8 == 0, offset > -65536 * 8 else { return .none }
      saved = UInt16(-offset / 8)
    case .unknown: return .none
    }
    guard let offset = Int32(exactly: row.offset) else { return .none }
    return .rule(isByFrame: row.isByFrame, offset: offset, savedFrame: saved)
  }

  /// Reads the common entry; where its instructions begin and end.
  private mutating func readCommon(_ address: UInt) -> (UInt, UInt)? {
    var bytes = TableBytes(address)
    let length = bytes.unsigned4()
    if length == 0 || length == .max { return nil }
    let end = bytes.address &+ UInt(length)
    guard bytes.unsigned4() == 0 else { return nil }
    let version = bytes.byte()
    var augmentation = bytes
    while bytes.byte() != 0 {}
    codeAlignment = bytes.unsignedLEB()
    dataAlignment = bytes.signedLEB()
    let register = version == 1 ? UInt(bytes.byte()) : bytes.unsignedLEB()
    guard version == 1 || version == 3, register == Self.returnAddress else { return nil }
    isKnown = true
    var letter = augmentation.byte()
    if letter == 0 { return (bytes.address, end) }
    guard letter == UInt8(ascii: "z") else { return nil }
    hasAugmentation = true
    let augmentationLength = bytes.unsignedLEB()
    var data = bytes
    bytes.skip(augmentationLength)
    letter = augmentation.byte()
    while letter != 0 {
      switch letter {
      case UInt8(ascii: "R"): encoding = data.byte()
      case UInt8(ascii: "L"): _ = data.byte()
      case UInt8(ascii: "P"):
        // Its place does not matter, and how it is found neither.
        let personality = data.byte()
        if data.pointer(personality & 0x0f) == nil { return nil }
      case UInt8(ascii: "S"): isSignal = true
      // Which of two keys signs return addresses.
      case UInt8(ascii: "B") where Self.hasLink: break
      default: return nil
      }
      letter = augmentation.byte()
    }
    return (bytes.address, end)
  }

  // MARK: Instructions

  private mutating func follow(
    _ first: UInt, to end: UInt, upTo pc: UInt, _ location: inout UInt
  ) {
    var bytes = TableBytes(first)
    while bytes.address < end, row.isKnown {
      let code = bytes.byte()
      let low = UInt(code & 0x3f)
      switch code & 0xc0 {
      case 0x40: location &+= low &* codeAlignment
      case 0x80: save(low, Int(bitPattern: bytes.unsignedLEB()) &* dataAlignment)
      case 0xc0: restore(low)
      default: extended(code, &bytes, &location)
      }
      if location > pc { return }
    }
  }

  private mutating func extended(
    _ code: UInt8, _ bytes: inout TableBytes, _ location: inout UInt
  ) {
    switch code {
    case 0x00: break
    case 0x01:
      guard let place = bytes.pointer(encoding) else { return giveUp() }
      location = place
    case 0x02: location &+= UInt(bytes.byte()) &* codeAlignment
    case 0x03: location &+= UInt(bytes.unsigned2()) &* codeAlignment
    case 0x04: location &+= UInt(bytes.unsigned4()) &* codeAlignment
    case 0x05:
      let register = bytes.unsignedLEB()
      save(register, Int(bitPattern: bytes.unsignedLEB()) &* dataAlignment)
    case 0x06: restore(bytes.unsignedLEB())
    case 0x07:
      let register = bytes.unsignedLEB()
      if register == Self.returnAddress { row.hasCaller = false }
      if register == Self.framePointer { row.frame = .inRegister }
    case 0x08: restoreToRegister(bytes.unsignedLEB())
    case 0x09:
      lose(bytes.unsignedLEB())
      _ = bytes.unsignedLEB()
    case 0x0a:
      if depth == remembered.count { return giveUp() }
      remembered[depth] = row
      depth += 1
    case 0x0b:
      if depth == 0 { return giveUp() }
      depth -= 1
      row = remembered[depth]
    case 0x0c:
      define(bytes.unsignedLEB())
      row.offset = Int(bitPattern: bytes.unsignedLEB())
    case 0x0d: define(bytes.unsignedLEB())
    case 0x0e: row.offset = Int(bitPattern: bytes.unsignedLEB())
    case 0x10, 0x16:
      lose(bytes.unsignedLEB())
      bytes.skip(bytes.unsignedLEB())
    case 0x11:
      let register = bytes.unsignedLEB()
      save(register, bytes.signedLEB() &* dataAlignment)
    case 0x12:
      define(bytes.unsignedLEB())
      row.offset = bytes.signedLEB() &* dataAlignment
    case 0x13: row.offset = bytes.signedLEB() &* dataAlignment
    case 0x14:
      lose(bytes.unsignedLEB())
      _ = bytes.unsignedLEB()
    case 0x15:
      lose(bytes.unsignedLEB())
      _ = bytes.signedLEB()
    // From here on the return address is signed, or is no more (DWARF for the Arm 64-bit architecture, 4.5).
    case 0x2d where Self.hasLink: break
    // Bytes of arguments, which do not move the frame.
    case 0x2e: _ = bytes.unsignedLEB()
    default: giveUp()
    }
  }

  private mutating func giveUp() { row.isKnown = false }

  private mutating func define(_ register: UInt) {
    if register != Self.stackPointer, register != Self.framePointer { return giveUp() }
    row.isByFrame = register == Self.framePointer
  }

  private mutating func save(_ register: UInt, _ offset: Int) {
    if register == Self.framePointer { row.frame = .at(offset) }
    if register != Self.returnAddress { return }
    row.keepsLink = false
    // The call instruction has put it there.
    if !Self.hasLink, offset != -8 { giveUp() }
  }

  private mutating func restore(_ register: UInt) {
    if register == Self.framePointer { row.frame = initial.frame }
    if register == Self.returnAddress { row.keepsLink = initial.keepsLink }
  }

  private mutating func restoreToRegister(_ register: UInt) {
    if register == Self.framePointer { row.frame = .inRegister }
    if register == Self.returnAddress { row.keepsLink = true }
  }

  // It is found in a way that is not followed here.
  private mutating func lose(_ register: UInt) {
    if register == Self.framePointer { row.frame = .unknown }
    if register == Self.returnAddress { giveUp() }
  }
}
