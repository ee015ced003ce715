// Adds profiles up, or takes one from another: of two moments of a process, or of two runs of a program. Samples are the same
// when their stacks and labels are. A location is the same when it lies at the same place of the same file,
//
//   mapping (build id, or else file; offset)  and  address - start of the mapping
//
// also when the file was mapped elsewhere that time; without a mapping, when its address and functions are the same.

import Wire

/// A profile that others are added to.
package struct ProfileSum {
  /// The sum so far. Samples may be zero: `result` leaves them out.
  private var profile = Profile()
  private var mappings: [MappingKey: Int] = [:]
  private var locations: [LocationKey: Int] = [:]
  private var functions: [Profile.Function: Int] = [:]
  private var samples: [SampleKey: Int] = [:]

  private struct MappingKey: Hashable {
    let identity: String
    let offset: UInt64
  }

  private struct LocationKey: Hashable {
    let mapping: Int?
    let address: UInt64
    let lines: [Profile.Line]
  }

  private struct SampleKey: Hashable {
    let locations: [Int]
    let labels: [Profile.Label]
  }

  package init() {}

  /// What stays of `profile` without `base`, with the time between them as its duration. Throws FormatError when one counts
  /// what the other does not.
  package static func difference(
    of profile: Profile, from base: Profile
  ) throws(FormatError) -> Profile {
    var sum = ProfileSum()
    try sum.add(profile)
    try sum.add(base, times: -1)
    var result = sum.result
    if profile.timeNanos > base.timeNanos, base.timeNanos > 0 {
      result.durationNanos = profile.timeNanos.minus(base.timeNanos)
    }
    return result
  }

  /// The samples that are not zero.
  package var result: Profile {
    var result = profile
    result.samples.removeAll { $0.values.allSatisfy { $0 == 0 } }
    return result
  }

  /// Adds a profile, or takes it away (`times`: -1). Throws FormatError when it counts something else than those before.
  package mutating func add(_ other: Profile, times: Int64 = 1) throws(FormatError) {
    if profile.sampleTypes.isEmpty {
      takeHead(of: other)
    }
    var columns: [Int] = []
    for type in profile.sampleTypes {
      guard let column = other.sampleTypes.firstIndex(of: type) else {
        throw FormatError("counts no \(type.type) in \(type.unit), which the other profile does")
      }
      columns.append(column)
    }
    let mappingPlaces = other.mappings.map { place(of: $0) }
    let functionPlaces = other.functions.map { place(of: $0) }
    let locationPlaces = other.locations.map { location in
      var moved = location
      if let mapping = location.mapping {
        moved.mapping = mappingPlaces[mapping]
        moved.address =
          location.address &- other.mappings[mapping].start
          &+ profile.mappings[mappingPlaces[mapping]].start
      }
      for index in moved.lines.indices {
        moved.lines[index].function = functionPlaces[moved.lines[index].function]
      }
      return place(of: moved)
    }
    for sample in other.samples {
      let key = SampleKey(
        locations: sample.locations.map { locationPlaces[$0] }, labels: sample.labels)
      let values = columns.map { times < 0 ? Int64(0).minus(sample.values[$0]) : sample.values[$0] }
      if let place = samples[key] {
        for index in values.indices {
          profile.samples[place].values[index] = profile.samples[place].values[index].plus(
            values[index])
        }
      } else {
        samples[key] = profile.samples.count
        profile.samples.append(
          Profile.Sample(locations: key.locations, values: values, labels: key.labels))
      }
    }
  }

  private mutating func takeHead(of other: Profile) {
    profile = other
    profile.samples = []
    profile.mappings = []
    profile.locations = []
    profile.functions = []
  }

  private mutating func place(of mapping: Profile.Mapping) -> Int {
    let identity = mapping.buildID.isEmpty ? mapping.file : mapping.buildID
    let key = MappingKey(identity: identity, offset: mapping.offset)
    if let place = mappings[key] { return place }
    mappings[key] = profile.mappings.count
    profile.mappings.append(mapping)
    return profile.mappings.count - 1
  }

  private mutating func place(of function: Profile.Function) -> Int {
    if let place = functions[function] { return place }
    functions[function] = profile.functions.count
    profile.functions.append(function)
    return profile.functions.count - 1
  }

  private mutating func place(of location: Profile.Location) -> Int {
    let key = LocationKey(
      mapping: location.mapping, address: location.address, lines: location.lines)
    if let place = locations[key] { return place }
    locations[key] = profile.locations.count
    profile.locations.append(location)
    return profile.locations.count - 1
  }
}
