// Functions by what they hold, as `pprof -top` counts them:
//
//   flat        of samples in which the function is the innermost
//   cumulative  of samples in whose stack it is, once for each sample
//
//   Σ flat over all rows = sum of the sample type

/// The top table of one sample type.
package struct ProfileTable {
  package struct Row: Equatable, Sendable {
    package let name: String
    package let flat: Int64
    package let cumulative: Int64
  }

  package let type: Profile.ValueType
  package let total: Int64
  /// The largest first.
  package let rows: [Row]

  /// - Parameters:
  ///   - type: a place in the profile's sample types.
  ///   - byCumulative: what is the largest: by the cumulative value in place of the flat one.
  package init(_ profile: Profile, type: Int, byCumulative: Bool = false) {
    var names = FrameNames(profile)
    var flat: [Int64] = []
    var cumulative: [Int64] = []
    // The number of the sample that counted last for a name.
    var counted: [Int] = []
    for (number, sample) in profile.samples.enumerated() {
      let value = sample.values[type]
      if value == 0 { continue }
      var isInnermost = true
      for location in sample.locations.isEmpty ? [-1] : sample.locations {
        for name in names.indices(ofLocation: location) {
          while flat.count <= name {
            flat.append(0)
            cumulative.append(0)
            counted.append(-1)
          }
          if isInnermost { flat[name] = flat[name].plus(value) }
          isInnermost = false
          if counted[name] == number { continue }
          counted[name] = number
          cumulative[name] = cumulative[name].plus(value)
        }
      }
    }
    self.type = profile.sampleTypes[type]
    total = profile.sum(type)
    rows = flat.indices.map {
      Row(name: names.all[$0], flat: flat[$0], cumulative: cumulative[$0])
    }.sorted { a, b in
      let flat = (a.flat.magnitude, b.flat.magnitude)
      let cumulative = (a.cumulative.magnitude, b.cumulative.magnitude)
      let (first, second) = byCumulative ? (cumulative, flat) : (flat, cumulative)
      return (first.0, second.0, b.name) > (first.1, second.1, a.name)
    }
  }
}

/// The names of frames, each once, by number.
package struct FrameNames {
  private let profile: Profile
  package private(set) var all: [String] = []
  private var places: [String: Int] = [:]
  private var ofLocation: [Int: [Int]] = [:]

  package init(_ profile: Profile) { self.profile = profile }

  /// The numbers of a location's names, the innermost function first.
  /// - Parameter location: -1: of a sample without a stack.
  package mutating func indices(ofLocation location: Int) -> [Int] {
    if let known = ofLocation[location] { return known }
    let names = location < 0 ? ["(no stack)"] : profile.names(profile.locations[location])
    let indices = names.map { name in
      if let place = places[name] { return place }
      places[name] = all.count
      all.append(name)
      return all.count - 1
    }
    ofLocation[location] = indices
    return indices
  }
}
