// What a process left when it ended: the line of JSON that STATS=json writes, with the lengths of its blocks.

/// A process in numbers.
package struct ProcessRecord: Sendable, Equatable {
  package var processID: Int
  package var program: String
  /// Resident memory at its greatest, in bytes.
  package var peakResident: Int
  /// User and system time, in seconds.
  package var seconds: Double
  package var sizes: SizeHistogram

  /// Nil for a line that is none, or has no lengths: of a process in another mode, or a child that had no peak of its own.
  package init?(_ line: String) {
    guard line.hasPrefix("{\"pid\":"), let all = JSONValue(line),
      let processID = all["pid"]?.integer, let program = all["program"]?.string,
      let peak = all["peakRss"]?.integer, let user = all["userTime"]?.double,
      let system = all["systemTime"]?.double, let sizes = all["sizes"]
    else { return nil }
    guard let histogram = SizeHistogram(sizes) else { return nil }
    self.processID = processID
    self.program = program
    peakResident = peak
    seconds = user + system
    self.sizes = histogram
  }

  /// Of all the processes of a run the one with most memory in small blocks; nil when there is none. `program`: rather one
  /// that is called so.
  package static func greatest(_ lines: [String], program: String? = nil) -> ProcessRecord? {
    let all = lines.compactMap { ProcessRecord($0) }
    let named = all.filter { $0.program == program }
    return (named.isEmpty ? all : named).max {
      $0.sizes.requestedBytes < $1.sizes.requestedBytes
    }
  }
}

extension SizeHistogram {
  fileprivate init?(_ sizes: JSONValue) {
    guard let blockBytes = sizes["blockBytes"]?.integer,
      let requestedBytes = sizes["requestedBytes"]?.integer,
      let rows = sizes["counts"]?.elements
    else { return nil }
    self.init()
    self.blockBytes = blockBytes
    self.requestedBytes = requestedBytes
    for row in rows {
      guard let pair = row.elements, pair.count == 2, let byteCount = pair[0].integer,
        let count = pair[1].integer
      else { return nil }
      add(count, byteCount: byteCount)
    }
  }
}
