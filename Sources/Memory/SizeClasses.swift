// Which block sizes there are. Each power-of-two range (2ᵇ, 2ᵇ⁺¹] is split into `steps` equal parts,
// never finer than 16 bytes, so that every block keeps the alignment that compilers assume:
//
//   steps 4:   16 | 32 | 48 64 | 80 96 112 128 | 160 192 224 256 | 320 384 448 512 | …
//   steps 1:   16 | 32 | 64 | 128 | 256 | …        the pure power-of-two heap
//
// Class 0 is 16 bytes; class (b−4)·steps + part + 1 is part `part` of range b. With 4 or 8 steps the
// low ranges have fewer parts than class numbers: those numbers stay unused.
//
// Or the sizes are those of a table (SizeClassTable). The shift is beyond all ranges then, so that `index` comes to the
// table by the comparison that tells long blocks from short ones: they have not one instruction more for it.

/// An element for each class number: eight steps of eleven ranges, and class 0.
package typealias ClassArray<Element> = InlineArray<89, Element>

@usableFromInline
package struct SizeClasses {
  /// Parts of each power-of-two range: 1, 2, 4 or 8; 0 with a table.
  package let steps: Int
  private let stepShift: Int
  private let table: UnsafePointer<SizeClassTable>?

  /// Class numbers are below this, whatever the steps.
  @inline(__always)
  package static var limit: Int { ClassArray<UInt8>.count }
  @inlinable @inline(__always)
  package static var granuleShift: Int { 4 }
  /// The longest block that shares a span with others.
  package static let largestBlock = 32768

  /// `steps` is 1, 2, 4 or 8.
  package init(steps: Int) {
    self.steps = steps
    stepShift = steps.trailingZeroBitCount
    table = nil
  }

  /// The sizes of a whole table, which stays where it is.
  package init(_ table: UnsafePointer<SizeClassTable>) {
    steps = 0
    stepShift = 16
    self.table = table
  }

  /// Whether the sizes are those of a table: then not every multiple of an alignment has blocks that are.
  package var areListed: Bool { table != nil }

  /// Classes are numbered below this.
  package var count: Int { table?.pointee.count ?? (15 - Self.granuleShift) << stepShift + 1 }

  /// The class of the shortest blocks that hold `byteCount` ≤ `largestBlock` bytes.
  @inline(__always)
  package func index(_ byteCount: Int) -> Int {
    if byteCount <= 16 { return 0 }
    return 1
      &+ indexBehindFirst(byteCount) { table in
        if let table { return table.indexBehindFirst(byteCount) }
        let last = UInt(bitPattern: byteCount) &- 1
        let exponent = 63 ^ last.leadingZeroBitCount
        let part = Int(
          bitPattern: (last & ~(1 &<< UInt(bitPattern: exponent))) &>> UInt(Self.granuleShift))
        return ((exponent &- Self.granuleShift) &<< stepShift) &+ part
      }
  }

  /// As `index`, of more than 128 bytes: by whatever steps, the parts of these ranges are 16 bytes or longer.
  @inline(__always)
  package func longIndex(_ byteCount: Int) -> Int {
    1 &+ indexBehindFirst(byteCount) { $0.unsafelyUnwrapped.indexBehindFirst(byteCount) }
  }

  // The class' number less 1. `short`, unless the steps of the range are 16 bytes or longer.
  @inline(__always)
  private func indexBehindFirst(
    _ byteCount: Int, short: (UnsafePointer<SizeClassTable>?) -> Int
  ) -> Int {
    let last = UInt(bitPattern: byteCount) &- 1
    let exponent = 63 ^ last.leadingZeroBitCount
    let shift = exponent &- stepShift
    if shift < Self.granuleShift { return short(table) }
    // Above `shift` are the bit of the range, which counts as `steps` parts, and the part.
    let parts = Int(bitPattern: last &>> UInt(bitPattern: shift))
    return ((exponent &- Self.granuleShift &- 1) &<< stepShift) &+ parts
  }

  /// Bytes of a block of the class, or 0 when the number is unused.
  package func blockSize(_ index: Int) -> Int {
    if let table { return table.pointee.blockSize(index) }
    if index == 0 { return 16 }
    let exponent = Self.granuleShift &+ (index &- 1) &>> stepShift
    let part = (index &- 1) & (steps &- 1)
    let shift = max(Self.granuleShift, exponent &- stepShift)
    let size = 1 &<< exponent &+ (part &+ 1) &<< shift
    return size <= 2 &<< exponent ? size : 0
  }

  /// The class of the shortest blocks that hold `byteCount` bytes and of which each one in a span
  /// begins at a multiple of `alignment`. Both are at most `largestBlock`.
  package func index(_ byteCount: Int, alignment: Int) -> Int {
    var index = index(Self.roundUp(byteCount, alignment: alignment))
    // Only with a table; the next power of two is one.
    while blockSize(index) & (alignment - 1) != 0 { index += 1 }
    return index
  }

  /// `byteCount` ≤ `largestBlock`, or 1 for 0, as a multiple of `alignment`, a power of two: the shortest blocks that
  /// hold so many begin at multiples of it, but for those of a table. For in (2ᵇ, 2ᵇ⁺¹] all blocks are multiples of the range's part; and of the
  /// parts, those that are multiples of a greater power of two have blocks of just their length.
  @inline(__always)
  package static func roundUp(_ byteCount: Int, alignment: Int) -> Int {
    (max(byteCount, 1) &+ alignment &- 1) & (0 &- alignment)
  }
}
