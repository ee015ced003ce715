// A profile as pprof's profile.proto has it (https://github.com/google/pprof/tree/main/proto): samples, each a stack of
// locations with a value for each sample type. What the file names by ids is named by places in arrays here.
//
//   sample ── locations, the innermost first ──> location ── mapping ──> an executable segment of a file
//     │                                             └── lines, the innermost inlined function first ──> function
//     └── values[i] is of sampleTypes[i]
//
// Sum of a sample type = Σ over all samples of its value: every table adds up to that.

/// A profile.
package struct Profile: Equatable, Sendable {
  /// What is counted, and in which unit: "inuse_space", "bytes".
  package struct ValueType: Equatable, Hashable, Sendable {
    package var type: String
    package var unit: String

    package init(_ type: String, _ unit: String) {
      self.type = type
      self.unit = unit
    }
  }

  /// What else is known of a sample: a text, or a number with a unit.
  package struct Label: Equatable, Hashable, Sendable {
    package var key: String
    package var text: String
    package var number: Int64
    package var unit: String

    package init(_ key: String, text: String = "", number: Int64 = 0, unit: String = "") {
      self.key = key
      self.text = text
      self.number = number
      self.unit = unit
    }
  }

  package struct Sample: Equatable, Sendable {
    /// Places in `locations`, the innermost first.
    package var locations: [Int]
    package var values: [Int64]
    package var labels: [Label]

    package init(locations: [Int], values: [Int64], labels: [Label] = []) {
      self.locations = locations
      self.values = values
      self.labels = labels
    }

    /// The text of a label; nil without one.
    package func text(_ key: String) -> String? { labels.first { $0.key == key }?.text }
  }

  /// An executable segment of a file in memory.
  package struct Mapping: Equatable, Hashable, Sendable {
    package var start: UInt64
    package var limit: UInt64
    package var offset: UInt64
    package var file: String
    /// In hexadecimal digits; empty when it is not known.
    package var buildID: String
    package var hasFunctions = false
    package var hasFilenames = false
    package var hasLineNumbers = false
    package var hasInlineFrames = false

    package init(
      start: UInt64, limit: UInt64, offset: UInt64 = 0, file: String, buildID: String = ""
    ) {
      self.start = start
      self.limit = limit
      self.offset = offset
      self.file = file
      self.buildID = buildID
    }
  }

  package struct Line: Equatable, Hashable, Sendable {
    /// A place in `functions`.
    package var function: Int
    package var line: Int64

    package init(function: Int, line: Int64 = 0) {
      self.function = function
      self.line = line
    }
  }

  package struct Location: Equatable, Sendable {
    /// A place in `mappings`.
    package var mapping: Int?
    /// Within the instruction; of a caller, the return address minus one.
    package var address: UInt64
    /// The innermost inlined function first.
    package var lines: [Line]
    package var isFolded = false

    package init(mapping: Int?, address: UInt64, lines: [Line] = []) {
      self.mapping = mapping
      self.address = address
      self.lines = lines
    }
  }

  package struct Function: Equatable, Hashable, Sendable {
    package var name: String
    /// As the linker knows it.
    package var systemName: String
    package var file: String
    package var startLine: Int64

    package init(name: String, systemName: String = "", file: String = "", startLine: Int64 = 0) {
      self.name = name
      self.systemName = systemName
      self.file = file
      self.startLine = startLine
    }
  }

  package var sampleTypes: [ValueType] = []
  package var samples: [Sample] = []
  package var mappings: [Mapping] = []
  package var locations: [Location] = []
  package var functions: [Function] = []
  package var dropFrames = ""
  package var keepFrames = ""
  /// Nanoseconds since 1970.
  package var timeNanos: Int64 = 0
  package var durationNanos: Int64 = 0
  package var periodType = ValueType("", "")
  package var period: Int64 = 0
  package var comments: [String] = []
  /// Empty: the last one.
  package var defaultSampleType = ""

  package init() {}

  /// The place of a sample type; nil when there is none of that name.
  /// - Parameter name: nil: the one that the profile is mostly about.
  package func sampleType(_ name: String?) -> Int? {
    if let name { return sampleTypes.firstIndex { $0.type == name } }
    return sampleTypes.firstIndex { $0.type == defaultSampleType } ?? sampleTypes.indices.last
  }

  /// The sum of a sample type.
  package func sum(_ type: Int) -> Int64 { samples.reduce(0) { $0.plus($1.values[type]) } }

  /// A function's name at an address without one: "module+0xOFFSET", the offset in the file.
  package func placeName(_ location: Location) -> String {
    guard let index = location.mapping else { return hexadecimal(location.address) }
    let mapping = mappings[index]
    let offset = location.address &- mapping.start &+ mapping.offset
    let name = mapping.file.split(separator: "/").last.map(String.init) ?? ""
    return name.isEmpty ? hexadecimal(location.address) : "\(name)+\(hexadecimal(offset))"
  }

  /// The names of a sample's frames, the innermost first, those that were inlined among them.
  package func frames(_ sample: Sample) -> [String] {
    sample.locations.flatMap { names(locations[$0]) }
  }

  /// The names of a location's functions.
  package func names(_ location: Location) -> [String] {
    if location.lines.isEmpty { return [placeName(location)] }
    return location.lines.map { line in
      let function = functions[line.function]
      if !function.name.isEmpty { return function.name }
      return function.systemName.isEmpty ? placeName(location) : function.systemName
    }
  }
}

private func hexadecimal(_ number: UInt64) -> String { "0x" + String(number, radix: 16) }

extension Int64 {
  /// The sum, or the greatest or least number when it has no room: a damaged file ends no program.
  package func plus(_ other: Int64) -> Int64 {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? (other < 0 ? .min : .max) : sum
  }

  /// The difference, likewise.
  package func minus(_ other: Int64) -> Int64 {
    let (difference, overflows) = subtractingReportingOverflow(other)
    return overflows ? (other < 0 ? .max : .min) : difference
  }
}
