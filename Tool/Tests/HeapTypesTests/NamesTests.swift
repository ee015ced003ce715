// Names for people, and addresses in code.

import Testing

@testable import HeapTypes

struct NamesTests {
  @Test(arguments: [
    ("main.Session.start(Swift.Int) -> ()", "main.Session.start(Int)"),
    ("static main.Main.run() async throws -> [Swift.Int]", "main.Main.run()"),
    (
      "(2) suspend resume partial function for main.Main.run() async -> ()", "main.Main.run()"
    ),
    (
      "generic specialization <main.Sub, (Swift.Int) -> ()> of main.make<A>(A) -> () -> A",
      "main.make<A>(A)"
    ),
    (
      "closure #1 (Swift.Int) -> Swift.Bool in main.Session.start(Swift.Int) -> ()",
      "closure #1 in main.Session.start(Int)"
    ),
    ("merged main.Session.close() -> ()", "main.Session.close()"),
    ("main.Session.items.getter : [Swift.Int]", "main.Session.items.getter : [Int]"),
    (
      "static (extension in Swift):Swift.Task< where A == Swift.Never>.sleep() async -> ()",
      "Task.sleep()"
    ),
    ("main", "main"), ("", ""), ("->", ""),
    ("generic specialization <", "generic specialization <"),
  ]) func functions(_ long: String, _ short: String) {
    #expect(SwiftFunctionName.short(long) == short)
  }

  @Test(arguments: [
    ("Swift.Optional<Swift.Array<main.Item>>", "[main.Item]?"),
    ("Swift.Dictionary<Swift.String, (Swift.Int) -> ()>", "[String: (Int) -> ()]"),
    ("Swift.Optional<() -> ()>", "(() -> ())?"), ("main.Optional<Swift.Int>", "main.Optional<Int>"),
    ("Swift.Result<A, B1>", "Result<Int, B1>"), ("main.A", "main.A"), ("Swift.Array<", "Array<"),
    ("MySwift.Int", "MySwift.Int"),
  ]) func types(_ long: String, _ short: String) {
    #expect(SwiftTypeText.readable(long, ["A": "Int"]) == short)
  }

  /// lea rdi, [rip + 0x101] at 0x1003; lea of an address that is no multiple of eight.
  @Test func mentionsOnX86() {
    var mentions = CodeMentions(machine: 62)
    let code: [UInt8] =
      [0x90, 0x90, 0x90, 0x48, 0x8d, 0x3d, 0x06, 0x01, 0, 0, 0x4c, 0x8d, 0x05, 0x01, 0, 0, 0]
    mentions.add(code, at: 0x1000, of: 0..<0x10000)
    mentions.sort()
    #expect(mentions.places(of: 0x1110) == [0x1003])
    #expect(mentions.places(of: 0x1012).isEmpty && mentions.places(of: 0).isEmpty)
  }

  /// adrp x0, one page before; add x0, x0, #0x18, with another instruction between them.
  @Test func mentionsOnARM() {
    var mentions = CodeMentions(machine: 183)
    let words: [UInt32] = [0xd503_201f, 0xf0ff_ffe0, 0xd503_201f, 0x9100_6000]
    let code = words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    mentions.add(code, at: 0x8000, of: 0..<0x10000)
    mentions.sort()
    #expect(mentions.places(of: 0x7018) == [0x8004])
  }

  @Test func nothingIsFoundInNoCode() {
    for machine in [62, 183, 0] as [UInt16] {
      var mentions = CodeMentions(machine: machine)
      for count in 0..<12 {
        mentions.add(Array(repeating: 0x8d, count: count), at: .max, of: 0..<1)
      }
      mentions.sort()
      #expect(mentions.places(of: 0).isEmpty)
    }
  }
}
