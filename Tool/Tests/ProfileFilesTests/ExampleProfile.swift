// A profile as a process writes it, by hand: what every table of it says is known.

@testable import ProfileFiles

/// Three functions of one program, and a library; sampleTypes in Go's order.
func exampleProfile() -> Profile {
  var profile = Profile()
  profile.sampleTypes = [
    .init("alloc_objects", "count"), .init("alloc_space", "bytes"), .init("inuse_objects", "count"),
    .init("inuse_space", "bytes"),
  ]
  profile.mappings = [
    .init(start: 0x5000, limit: 0x9000, offset: 0x1000, file: "/bin/app", buildID: "0aff"),
    .init(start: 0x7f00_0000, limit: 0x7f10_0000, file: "/lib/libx.so", buildID: "beef"),
  ]
  profile.functions = ["app+0x1010", "app+0x1020", "app+0x1030", "libx.so+0x40"].map {
    .init(name: $0, systemName: $0)
  }
  profile.locations = [
    .init(mapping: 0, address: 0x5010, lines: [.init(function: 0)]),
    .init(mapping: 0, address: 0x5020, lines: [.init(function: 1)]),
    .init(mapping: 0, address: 0x5030, lines: [.init(function: 2)]),
    .init(mapping: 1, address: 0x7f00_0040, lines: [.init(function: 3)]),
  ]
  let main: [Profile.Label] = [
    .init("bytes", number: 64, unit: "bytes"), .init("thread", text: "main"),
  ]
  let worker: [Profile.Label] = [
    .init("bytes", number: 32, unit: "bytes"), .init("thread", text: "w"),
  ]
  profile.samples = [
    .init(locations: [0, 2], values: [10, 640, 5, 320], labels: main),
    .init(locations: [1, 0, 2], values: [4, 256, 4, 256], labels: main),
    // A function that calls itself.
    .init(locations: [0, 0, 0, 2], values: [2, 128, 1, 64], labels: main),
    .init(locations: [3], values: [100, 3200, 0, 0], labels: worker),
  ]
  profile.timeNanos = 1_700_000_000_000_000_000
  profile.durationNanos = 5_000_000_000
  profile.periodType = .init("space", "bytes")
  profile.period = 524_288
  profile.comments = ["live bytes: 650", "dropped samples: 0"]
  profile.defaultSampleType = "inuse_space"
  return profile
}
