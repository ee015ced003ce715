// Types as the compiler writes them down for reflection: mangled names, in which a control character and a distance stand for a
// context descriptor ("symbolic reference"). Only what tells owners from other references is read of them.
//
//   01 dd dd dd dd   a descriptor        02 dd dd dd dd   a pointer to one        03 … 17: other things, as long
//   18 … 1f          eight bytes each

struct MangledType {
  private static let longest: UInt = 1024

  /// The descriptor that it begins with.
  private var first: UInt?
  /// Whether it is a weak or an unowned reference.
  private(set) var isReferenceWithoutOwner = false
  /// Whether it is a function, a box, or an array, a dictionary or a set: one reference that owns.
  private(set) var isWhole = false
  /// Bytes of a value; nil where the name does not tell.
  private(set) var size: UInt?

  /// Nil where there is none.
  @inline(never)
  init?(_ address: UInt, _ memory: TypeMemory) {
    var length: UInt = 0
    var references = 0
    // The last plain bytes, and how many there are behind the last reference.
    var tail: UInt32 = 0
    var tailCount = 0
    while true {
      guard length < Self.longest, let byte = memory.byte(address &+ length) else { return nil }
      if byte == 0 { break }
      if byte >= 0x20 {
        tail = tail << 8 | UInt32(byte)
        tailCount += 1
        length &+= 1
        continue
      }
      if length == 0, byte <= 2, let target = memory.target(address &+ 1) {
        first = byte == 1 ? target : memory.word(target)
      }
      references += 1
      (tail, tailCount) = (0, 0)
      length &+= byte < 0x18 ? 5 : 9
    }
    if length == 0 { return nil }
    readTail(tail, tailCount)
    if first == nil { readHead(address, memory, tail) }
    if size == nil, references == 1, tailCount == 0 || tail == 0x5367, let first,
      SwiftContext(first, memory)?.kind == .class
    {
      size = 8
    }
  }

  /// Xw: weak, Xo: unowned, Xu: unowned(unsafe); Xx and XX: a box; c and Ieg_: a function, Sg: an optional.
  @inline(never)
  private mutating func readTail(_ tail: UInt32, _ count: Int) {
    let two = tail & 0xffff
    switch two {
    case 0x5877, 0x586f, 0x5875:
      isReferenceWithoutOwner = true
      // Behind _p stands a table of functions, too.
      if tail >> 16 != 0x5f70, count < 5 { size = 8 }
    case 0x5878, 0x5858:
      isWhole = true
      size = 8
    default:
      if two & 0xff == 0x63 || tail & 0xff_ffff == 0x63_5367 || tail == 0x4965_675f {
        isWhole = true
        size = 16
      }
    }
  }

  /// Types of the standard library: SS is a string; Sa, SD and Sh have storage, and end with G or as an optional.
  @inline(never)
  private mutating func readHead(_ address: UInt, _ memory: TypeMemory, _ tail: UInt32) {
    if memory.hasPrefix(address, "Say") || memory.hasPrefix(address, "SDy")
      || memory.hasPrefix(address, "Shy")
    {
      isWhole = tail & 0xff == 0x47 || tail & 0xff_ffff == 0x47_5367
      if size == nil { size = 8 }
    }
    if size != nil { return }
    if memory.isText(address, "SS") { size = 16 }
    if memory.isText(address, "Si") || memory.isText(address, "Su")
      || memory.isText(address, "Sd") || memory.isText(address, "Bo")
    {
      size = 8
    }
  }
}
