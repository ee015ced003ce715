// The blocks that a mark has reached and not read: memory of its own, made before anything is marked.

/// Numbers of blocks whose words are still to be read.
package struct MarkStacks {
  var reached: MappedArray<Int>
  var possible: MappedArray<Int>

  /// Room for so many blocks, each of which comes once at most; nil without memory.
  package init?(blockCount: Int) {
    guard let reached = MappedArray<Int>(capacity: blockCount),
      let possible = MappedArray<Int>(capacity: blockCount)
    else { return nil }
    self.reached = reached
    self.possible = possible
  }

  package func forEachMapping(_ body: (UInt, Int) -> Void) {
    body(reached.addresses.start, reached.addresses.byteCount)
    body(possible.addresses.start, possible.addresses.byteCount)
  }
}
