// Names for addresses. A file that was written by the process itself tells places alone ("module+0x1234"); a mapping says
// (has_functions) when its names are real. Of others each location is asked for once, all of a mapping together.

extension Profile {
  /// A function at an address.
  package struct NamedFrame: Equatable, Sendable {
    /// For people.
    package var name: String
    /// As the linker knows it.
    package var systemName: String
    /// Empty when only the function is known.
    package var file: String
    package var line: Int64

    package init(name: String, systemName: String, file: String = "", line: Int64 = 0) {
      self.name = name
      self.systemName = systemName
      self.file = file
      self.line = line
    }
  }

  /// Whether some location has no real name.
  package var isUnresolved: Bool { locations.contains { needsName($0) } }

  private func needsName(_ location: Location) -> Bool {
    if location.lines.isEmpty { return true }
    guard let mapping = location.mapping, !mappings[mapping].hasFunctions else { return false }
    return location.lines.count == 1
      && functions[location.lines[0].function].name == placeName(location)
  }

  /// Puts names in the place of addresses.
  /// - Parameter frames: of a mapping, the functions at addresses in it, as the profile has them, for each the innermost first;
  ///   none where nothing is known.
  package mutating func resolve(_ frames: (Mapping, [UInt64]) -> [[NamedFrame]]) {
    placeAll()
    var wanted: [Int: [Int]] = [:]
    for (index, location) in locations.enumerated() where needsName(location) {
      wanted[location.mapping!, default: []].append(index)
    }
    var places: [Function: Int] = [:]
    for (index, function) in functions.enumerated() where places[function] == nil {
      places[function] = index
    }
    for (mapping, indices) in wanted.sorted(by: { $0.key < $1.key }) {
      let answers = frames(mappings[mapping], indices.map { locations[$0].address })
      var hasLines = false
      var hasInlined = false
      for (index, answer) in zip(indices, answers) {
        var answer = answer
        if answer.isEmpty {
          let name = placeName(locations[index])
          answer = [NamedFrame(name: name, systemName: name)]
        }
        locations[index].lines = answer.map { frame in
          let function = Function(
            name: frame.name, systemName: frame.systemName, file: frame.file)
          if places[function] == nil {
            places[function] = functions.count
            functions.append(function)
          }
          hasLines = hasLines || frame.line > 0
          return Line(function: places[function]!, line: frame.line)
        }
        hasInlined = hasInlined || answer.count > 1
      }
      // Readers that find this set replace no name by one of a file of their own machine.
      mappings[mapping].hasFunctions = true
      mappings[mapping].hasFilenames = mappings[mapping].hasFilenames || hasLines
      mappings[mapping].hasLineNumbers = mappings[mapping].hasLineNumbers || hasLines
      mappings[mapping].hasInlineFrames = mappings[mapping].hasInlineFrames || hasInlined
    }
    // A mapping without locations needs no names.
    for index in mappings.indices where wanted[index] == nil && !mappings[index].hasFunctions {
      mappings[index].hasFunctions = !locations.contains { $0.mapping == index }
    }
    dropUnusedFunctions()
  }

  // There are readers that take a mapping and a function of each location for granted.
  private mutating func placeAll() {
    guard locations.contains(where: { $0.mapping == nil }) else { return }
    let nowhere = Mapping(start: 0, limit: 0, file: "")
    let place = mappings.firstIndex { $0.file.isEmpty && $0.limit == 0 } ?? mappings.count
    if place == mappings.count { mappings.append(nowhere) }
    for index in locations.indices where locations[index].mapping == nil {
      locations[index].mapping = place
    }
  }

  // The names of places that are names of functions now.
  private mutating func dropUnusedFunctions() {
    var isUsed = [Bool](repeating: false, count: functions.count)
    for location in locations { for line in location.lines { isUsed[line.function] = true } }
    var places: [Int] = []
    var kept: [Function] = []
    for (index, function) in functions.enumerated() {
      places.append(kept.count)
      if isUsed[index] { kept.append(function) }
    }
    functions = kept
    for index in locations.indices {
      for line in locations[index].lines.indices {
        locations[index].lines[line].function = places[locations[index].lines[line].function]
      }
    }
  }
}
