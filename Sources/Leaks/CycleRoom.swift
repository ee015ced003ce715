// What a search for cycles keeps: blocks on the way, and which cycles are told.

/// A block of a cycle, and which of its words leads to the next one.
package struct CycleStep {
  package let type: BlockType
  /// Bytes from the block's beginning to that word.
  package let offset: UInt32
  package let trace: UInt32
}

/// A block on the way.
struct CycleVisit {
  let number: Int
  /// The one before, by its place in the list, and where in it the pointer stands.
  let source: Int32
  let offset: UInt32
  let type: BlockType
  /// Bytes of it that hold something.
  let limit: UInt32
}

/// Where a block is in the list of visits, by a hash of its number.
struct CyclePlace {
  var search: UInt32 = 0
  var visit: Int32 = 0
}

/// Memory for the searches, made before anything is marked.
struct CycleRoom {
  static let mostVisits = 4096

  let visits: MappedArray<CycleVisit>
  let places: MappedArray<CyclePlace>
  /// A number for each cycle that is told, the same for those of the same types and fields.
  let told: MappedArray<UInt>

  init?() {
    guard let visits = MappedArray<CycleVisit>(capacity: Self.mostVisits),
      let told = MappedArray<UInt>(capacity: LeakFindings.stepCapacity),
      let places = MappedArray<CyclePlace>(capacity: 4 * Self.mostVisits)
    else { return nil }
    self.visits = visits
    self.places = places
    self.told = told
  }

  func forEachMapping(_ body: (UInt, Int) -> Void) {
    body(visits.addresses.start, visits.addresses.byteCount)
    body(places.addresses.start, places.addresses.byteCount)
    body(told.addresses.start, told.addresses.byteCount)
  }
}
