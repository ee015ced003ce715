// Reads profile.proto. Twice over the file: first the tables (texts, sample types, mappings, functions, locations), then what
// refers to them, so that each reference is checked where it stands and no more is kept than the file has bytes for.
// Whatever is wrong is one sentence; ids are any numbers but zero, and must be there.

import Wire

extension Profile {
  /// Reads a file's contents, compressed or not. Throws FormatError.
  package init(_ file: [UInt8]) throws(FormatError) {
    if file.isEmpty { throw FormatError("is empty: there is no profile in it") }
    let bytes = Gzip.isCompressed(file) ? try Gzip.decompressed(file) : file
    let result = bytes.withUnsafeBufferPointer { bytes in
      Result { () throws(FormatError) in
        var decoder = ProfileDecoder(bytes)
        return try decoder.decode()
      }
    }
    self = try result.get()
  }
}

private struct ProfileDecoder {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var profile = Profile()
  private var texts: [String] = []
  private var mappings: [UInt64: Int] = [:]
  private var functions: [UInt64: Int] = [:]
  private var locations: [UInt64: Int] = [:]
  private var parts: [UInt64: [Range<Int>]] = [:]
  private var numbers: [UInt64: UInt64] = [:]
  private var comments: [UInt64] = []

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  mutating func decode() throws(FormatError) -> Profile {
    var reader = WireReader(bytes, of: "profile")
    while let (field, value) = try reader.next() {
      switch value {
      case .part(let part):
        if field == 6 {
          texts.append(String(decoding: bytes[part], as: UTF8.self))
        } else if field == 13 {
          var packed = WireReader(bytes, part, of: "profile")
          while !packed.isAtEnd { comments.append(try packed.varint()) }
        } else {
          parts[field, default: []].append(part)
        }
      case .number(let number):
        if field == 13 { comments.append(number) } else { numbers[field] = number }
      case .skipped: break
      }
    }
    for part in parts[1] ?? [] { profile.sampleTypes.append(try valueType(part)) }
    guard !profile.sampleTypes.isEmpty else {
      throw FormatError("is no profile: it does not say what its samples count")
    }
    for part in parts[3] ?? [] { try addMapping(part) }
    for part in parts[5] ?? [] { try addFunction(part) }
    for part in parts[4] ?? [] { try addLocation(part) }
    for part in parts[2] ?? [] { profile.samples.append(try sample(part)) }
    profile.dropFrames = try text(numbers[7])
    profile.keepFrames = try text(numbers[8])
    profile.timeNanos = Int64(bitPattern: numbers[9] ?? 0)
    profile.durationNanos = Int64(bitPattern: numbers[10] ?? 0)
    if let part = parts[11]?.last { profile.periodType = try valueType(part) }
    profile.period = Int64(bitPattern: numbers[12] ?? 0)
    for number in comments { profile.comments.append(try text(number)) }
    profile.defaultSampleType = try text(numbers[14])
    return profile
  }

  // The first text is the empty one; a file without texts has nothing to say by them.
  private func text(_ index: UInt64?) throws(FormatError) -> String {
    guard let index, index != 0 else { return "" }
    guard index < UInt64(texts.count) else {
      throw FormatError("is damaged: it names text \(index) of \(texts.count)")
    }
    return texts[Int(index)]
  }

  private func valueType(_ part: Range<Int>) throws(FormatError) -> Profile.ValueType {
    var fields = Fields()
    try fields.read(bytes, part)
    return Profile.ValueType(try text(fields[1]), try text(fields[2]))
  }

  private mutating func addMapping(_ part: Range<Int>) throws(FormatError) {
    var fields = Fields()
    try fields.read(bytes, part)
    var mapping = Profile.Mapping(
      start: fields[2], limit: fields[3], offset: fields[4], file: try text(fields[5]),
      buildID: try text(fields[6]))
    mapping.hasFunctions = fields[7] != 0
    mapping.hasFilenames = fields[8] != 0
    mapping.hasLineNumbers = fields[9] != 0
    mapping.hasInlineFrames = fields[10] != 0
    try ProfileDecoder.note(fields[1], "mapping", in: &mappings)
    profile.mappings.append(mapping)
  }

  private mutating func addFunction(_ part: Range<Int>) throws(FormatError) {
    var fields = Fields()
    try fields.read(bytes, part)
    try ProfileDecoder.note(fields[1], "function", in: &functions)
    profile.functions.append(
      Profile.Function(
        name: try text(fields[2]), systemName: try text(fields[3]), file: try text(fields[4]),
        startLine: Int64(bitPattern: fields[5])))
  }

  private mutating func addLocation(_ part: Range<Int>) throws(FormatError) {
    var fields = Fields()
    try fields.read(bytes, part)
    var location = Profile.Location(mapping: nil, address: fields[3])
    if fields[2] != 0 { location.mapping = try found(fields[2], "mapping", in: mappings) }
    location.isFolded = fields[5] != 0
    for part in fields.parts where part.field == 4 {
      var line = Fields()
      try line.read(bytes, part.range)
      location.lines.append(
        Profile.Line(
          function: try found(line[1], "function", in: functions), line: Int64(bitPattern: line[2]))
      )
    }
    try ProfileDecoder.note(fields[1], "location", in: &locations)
    profile.locations.append(location)
  }

  private func sample(_ part: Range<Int>) throws(FormatError) -> Profile.Sample {
    var ids: [UInt64] = []
    var values: [UInt64] = []
    var labels: [Profile.Label] = []
    var reader = WireReader(bytes, part, of: "profile")
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, .number(let number)): ids.append(number)
      case (2, .number(let number)): values.append(number)
      case (1, .part(let part)), (2, .part(let part)):
        var packed = WireReader(bytes, part, of: "profile")
        while !packed.isAtEnd {
          let number = try packed.varint()
          if field == 1 { ids.append(number) } else { values.append(number) }
        }
      case (3, .part(let part)): labels.append(try label(part))
      default: break
      }
    }
    guard values.count == profile.sampleTypes.count else {
      throw FormatError(
        "is damaged: a sample has \(values.count) values for \(profile.sampleTypes.count) sample types"
      )
    }
    var places: [Int] = []
    places.reserveCapacity(ids.count)
    for id in ids { places.append(try found(id, "location", in: locations)) }
    return Profile.Sample(
      locations: places, values: values.map { Int64(bitPattern: $0) }, labels: labels)
  }

  private func label(_ part: Range<Int>) throws(FormatError) -> Profile.Label {
    var fields = Fields()
    try fields.read(bytes, part)
    return Profile.Label(
      try text(fields[1]), text: try text(fields[2]), number: Int64(bitPattern: fields[3]),
      unit: try text(fields[4]))
  }

  private static func note(
    _ id: UInt64, _ what: String, in ids: inout [UInt64: Int]
  ) throws(FormatError) {
    guard id != 0 else { throw FormatError("is damaged: a \(what) has no id") }
    guard ids.updateValue(ids.count, forKey: id) == nil else {
      throw FormatError("is damaged: two \(what)s have the id \(id)")
    }
  }

  private func found(
    _ id: UInt64, _ what: String, in ids: [UInt64: Int]
  ) throws(FormatError) -> Int {
    guard let place = ids[id] else {
      throw FormatError("is damaged: it names a \(what) with the id \(id), which is not there")
    }
    return place
  }
}

/// The fields of a small message: numbers by field, the last one of each, and parts in their order.
private struct Fields {
  private var numbers = [UInt64](repeating: 0, count: 11)
  private(set) var parts: [(field: UInt64, range: Range<Int>)] = []

  /// A number; zero where there is none.
  subscript(field: Int) -> UInt64 { numbers[field] }

  mutating func read(
    _ bytes: UnsafeBufferPointer<UInt8>, _ part: Range<Int>
  ) throws(FormatError) {
    var reader = WireReader(bytes, part, of: "profile")
    while let (field, value) = try reader.next() {
      switch value {
      case .number(let number) where field < 11: numbers[Int(field)] = number
      case .part(let range): parts.append((field, range))
      default: break
      }
    }
  }
}
