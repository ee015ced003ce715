// Writes profile.proto as readers want it: the first text is empty, ids begin with 1 and stand in order, every part comes
// before what names it.

import Wire

extension Profile {
  /// The file's contents, compressed.
  package var file: [UInt8] { Gzip.compressed(encoded) }

  /// The message.
  package var encoded: [UInt8] {
    var texts = TextIndexes()
    placeDefault(&texts)
    var message = WireWriter()
    for type in sampleTypes { message.message(1) { write(type, &$0, &texts) } }
    for sample in samples { message.message(2) { write(sample, &$0, &texts) } }
    for (index, mapping) in mappings.enumerated() {
      message.message(3) { write(mapping, id: index + 1, &$0, &texts) }
    }
    for (index, location) in locations.enumerated() {
      message.message(4) { write(location, id: index + 1, &$0) }
    }
    for (index, function) in functions.enumerated() {
      message.message(5) {
        $0.number(1, UInt64(index + 1))
        $0.number(2, texts.index(function.name))
        $0.number(3, texts.index(function.systemName))
        $0.number(4, texts.index(function.file))
        $0.number(5, function.startLine)
      }
    }
    message.number(7, texts.index(dropFrames))
    message.number(8, texts.index(keepFrames))
    message.number(9, timeNanos)
    message.number(10, durationNanos)
    if periodType != ValueType("", "") { message.message(11) { write(periodType, &$0, &texts) } }
    message.number(12, period)
    message.packed(13, comments.map { texts.index($0) })
    message.number(14, texts.index(defaultSampleType))
    for text in texts.all { message.part(6, text.utf8) }
    return message.bytes
  }

  // Some readers (flameshow) take the number of the default's name for its place among the sample types: both are the same.
  private func placeDefault(_ texts: inout TextIndexes) {
    guard let place = sampleTypes.firstIndex(where: { $0.type == defaultSampleType }) else {
      return
    }
    for text in sampleTypes.flatMap({ [$0.type, $0.unit] }) where text != defaultSampleType {
      if texts.all.count < place { _ = texts.index(text) }
    }
    _ = texts.index(defaultSampleType)
  }

  private func write(_ type: ValueType, _ message: inout WireWriter, _ texts: inout TextIndexes) {
    message.number(1, texts.index(type.type))
    message.number(2, texts.index(type.unit))
  }

  private func write(_ sample: Sample, _ message: inout WireWriter, _ texts: inout TextIndexes) {
    message.packed(1, sample.locations.lazy.map { UInt64($0 + 1) })
    message.packed(2, sample.values.lazy.map { UInt64(bitPattern: $0) })
    for label in sample.labels {
      message.message(3) {
        $0.number(1, texts.index(label.key))
        $0.number(2, texts.index(label.text))
        $0.number(3, label.number)
        $0.number(4, texts.index(label.unit))
      }
    }
  }

  private func write(
    _ mapping: Mapping, id: Int, _ message: inout WireWriter, _ texts: inout TextIndexes
  ) {
    message.number(1, UInt64(id))
    message.number(2, mapping.start)
    message.number(3, mapping.limit)
    message.number(4, mapping.offset)
    message.number(5, texts.index(mapping.file))
    message.number(6, texts.index(mapping.buildID))
    message.flag(7, mapping.hasFunctions)
    message.flag(8, mapping.hasFilenames)
    message.flag(9, mapping.hasLineNumbers)
    message.flag(10, mapping.hasInlineFrames)
  }

  private func write(_ location: Location, id: Int, _ message: inout WireWriter) {
    message.number(1, UInt64(id))
    if let mapping = location.mapping { message.number(2, UInt64(mapping + 1)) }
    message.number(3, location.address)
    for line in location.lines {
      message.message(4) {
        $0.number(1, UInt64(line.function + 1))
        $0.number(2, line.line)
      }
    }
    message.flag(5, location.isFolded)
  }
}

/// The texts of a file, each once.
private struct TextIndexes {
  private(set) var all = [""]
  private var places = ["": 0]

  mutating func index(_ text: String) -> UInt64 {
    if let place = places[text] { return UInt64(place) }
    places[text] = all.count
    all.append(text)
    return UInt64(all.count - 1)
  }
}
