// A profile for the page: each name, module, thread and heap once, stacks by their numbers. Stacks
// that are the same of a thread and a heap are one, whatever their lines are.

import LiveReader
import ProfileFiles

/// The JSON of a profile.
package struct ProfileJSON {
  private let profile: Profile
  private let complaints: [String]

  /// - Parameter complaints: names that were not found, and why.
  package init(_ profile: Profile, complaints: [String]) {
    self.profile = profile
    self.complaints = complaints
  }

  private struct Stack: Hashable {
    let thread: Int
    let heap: Int
    let frames: [Int]
  }

  private struct Name: Hashable {
    let function: String
    let module: String
    let file: String
  }

  private struct Numbers<Value: Hashable> {
    private(set) var all: [Value] = []
    private var places: [Value: Int] = [:]

    mutating func number(_ value: Value) -> Int {
      if let place = places[value] { return place }
      places[value] = all.count
      all.append(value)
      return all.count - 1
    }
  }

  /// One object.
  package var text: JSONText {
    var names = Numbers<Name>()
    var threads = Numbers<String>()
    var heaps = Numbers<String>()
    let framesOfLocations = profile.locations.map { frames($0).map { names.number($0) } }
    var order: [Stack] = []
    var values: [Stack: [Int64]] = [:]
    for sample in profile.samples {
      let stack = Stack(
        thread: threads.number(sample.text("thread") ?? ""),
        heap: heaps.number(sample.text("heap") ?? ""),
        frames: sample.locations.reversed().flatMap { framesOfLocations[$0].reversed() })
      if let sum = values[stack] {
        values[stack] = zip(sum, sample.values).map { $0.plus($1) }
      } else {
        values[stack] = sample.values
        order.append(stack)
      }
    }
    var json = JSONText()
    json.object { json in
      json.member("time", Int(profile.timeNanos / 1_000_000))
      json.member("interval", Int(profile.period))
      json.key("sampleTypes")
      json.array { json in
        for type in profile.sampleTypes {
          json.object { json in
            json.member("type", type.type)
            json.member("unit", type.unit)
          }
        }
      }
      texts("comments", profile.comments, &json)
      texts("complaints", complaints, &json)
      texts("threads", threads.all, &json)
      texts("heaps", heaps.all, &json)
      json.key("names")
      json.array { json in
        for name in names.all {
          json.array { json in
            json.string(name.function)
            json.string(name.module)
            json.string(name.file)
          }
        }
      }
      json.key("stacks")
      json.array { json in
        for stack in order {
          json.array { json in
            json.number(stack.thread)
            json.number(stack.heap)
            json.array { json in for frame in stack.frames { json.number(frame) } }
            for value in values[stack]! { json.number(Int(value).bounded) }
          }
        }
      }
    }
    return json
  }

  private func texts(_ name: String, _ all: [String], _ json: inout JSONText) {
    json.key(name)
    json.array { json in for text in all { json.string(text) } }
  }

  /// The functions of a location, the innermost first.
  private func frames(_ location: Profile.Location) -> [Name] {
    let path = location.mapping.map { profile.mappings[$0].file } ?? ""
    let module = path.split(separator: "/").last.map(String.init) ?? path
    let files = location.lines.map { profile.functions[$0.function].file }
    return profile.names(location).enumerated().map { index, function in
      Name(function: function, module: module, file: index < files.count ? files[index] : "")
    }
  }
}
