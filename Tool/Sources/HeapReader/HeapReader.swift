// The live blocks of a process that has the library, found by its memory alone: no line runs in it
// (docs/design/layout.md). What is read may be damaged or change at any time: every number is checked before something is
// counted on it, and every loop has an end.

import CLive
import Targets

package struct HeapReader {
  package let layout: HeapLayout
  let memory: any TargetMemory
  private let threads: ThreadPlaces
  private static var attempts: Int { 5 }

  /// Finds the library in the process. `threads` are where its threads are, for the numbers of those that own spans. Throws
  /// when the process has no such library, one of another version, or the debug heap.
  package init(
    _ memory: some TargetMemory, threads: ThreadPlaces = ThreadPlaces()
  ) throws(HeapReaderError) {
    let readers = try HeapLayout.all(in: memory).map { HeapReader(memory, threads, $0) }
    self = readers.count == 1 ? readers[0] : Self.busiest(readers)
    let mode = layout.mode(memory)
    if mode == SWIFTMALLOC_MODE_PRODUCTION { return }
    let name = mode == SWIFTMALLOC_MODE_LEAKS ? "LEAKS" : "DEBUG"
    throw HeapReaderError(
      "the process has SWIFTMALLOC_\(name), whose heap is not read from outside: start it without, or"
        + " with LEAKS=all and LEAK_SIGNAL=USR1, which prints blocks by type at kill -USR1")
  }

  private init(_ memory: any TargetMemory, _ threads: ThreadPlaces, _ layout: HeapLayout) {
    self.memory = memory
    self.threads = threads
    self.layout = layout
  }

  // Of several copies of the library one serves the program; the others have no blocks but perhaps some of their own beginning.
  private static func busiest(_ readers: [HeapReader]) -> HeapReader {
    let counts = readers.map { (try? $0.liveBlocks().count) ?? 0 }
    return readers[counts.indices.max { counts[$0] < counts[$1] } ?? 0]
  }

  /// Copies what tells which blocks are live. `isStill`: the process stands still meanwhile, and nothing is looked at twice.
  package func capture(isStill: Bool = false) throws(HeapReaderError) -> HeapCapture {
    // A list whose elements changed hands meanwhile looks as if it were broken.
    for _ in 0..<(isStill ? 0 : Self.attempts) {
      if let capture = try? HeapCapture(memory, layout, isStill: false) { return capture }
    }
    return try HeapCapture(memory, layout, isStill: isStill)
  }

  /// The blocks of a capture; the process may run again.
  package func liveBlocks(of capture: HeapCapture) throws(HeapReaderError) -> LiveBlocks {
    let numbers = threads.numbers(of: Array(capture.heaps.threads.values))
    return try LiveBlocks(capture, memory) { numbers[$0] ?? 0 }
  }

  /// Both.
  package func liveBlocks(isStill: Bool = false) throws(HeapReaderError) -> LiveBlocks {
    try liveBlocks(of: capture(isStill: isStill))
  }
}
