// Types of Swift's objects, their fields, and elements of arrays, in programs that are compiled in different ways.

import HeapTypes
import Testing

struct SwiftTypesTests {
  private static let compile =
    "swiftc -parse-as-library -module-name MyApp $SOURCES/objects.swift -o app"
  private static let named = "closure context of MyApp.Session.start(Int)"

  @Test func notOptimised() throws {
    try check(
      TestProgram([Self.compile + " -Onone", "./app"]), closure: Self.named,
      place: " in MyApp.plant(Int)")
  }

  @Test func optimised() throws {
    try check(
      TestProgram([Self.compile + " -O", "./app"]), closure: Self.named,
      place: " in MyApp.plant(Int)")
  }

  /// One file with the runtime in it, whose names are taken away.
  @Test func staticAndStripped() throws {
    let program = try TestProgram([Self.compile + " -O -static-stdlib", "strip app", "./app"])
    check(
      program, closure: "closure context capturing var Int, Int, MyApp.Session (app+0x",
      place: " (app+0x")
  }

  /// Where the fields lie is known only when the program runs.
  @Test func belowClassesOfALibrary() throws {
    let program = try TestProgram([
      "swiftc -emit-library -emit-module -enable-library-evolution -module-name Library"
        + " $SOURCES/library.swift -o libLibrary.so",
      "swiftc -parse-as-library -module-name MyApp -I . -L . -lLibrary -Xlinker -rpath -Xlinker ."
        + " $SOURCES/heirs.swift -o app", "./app",
    ])
    let finder = TypeFinder(program.memory)
    let fields = program.blocks.map { block in
      #expect(program.name(block, finder).text == block.name)
      return finder.fields(program.type(block, finder)).map {
        "\($0.offset) \($0.ownership) \($0.name): \($0.type ?? "?")"
      }
    }
    #expect(
      fields == [
        ["16 strong number: Int", "24 strong hidden: String", "40 strong next: MyApp.Heir?"],
        [
          "16 strong value: [String: Int]", "24 strong items: [[String: Int]]",
          "32 weak listener: MyApp.Listener?", "48 unmanaged heir: MyApp.Heir",
        ],
      ])
  }

  private func check(_ program: TestProgram, closure: String, place: String) {
    let finder = TypeFinder(program.memory)
    // Every block that the program tells has the name that it tells.
    #expect(program.blocks.count > 30)
    for block in program.blocks {
      let name = program.name(block, finder)
      // What has no name of its own is followed by where it was made.
      let isRight =
        switch block.name {
        case "closure": name.text.hasPrefix(closure)
        case "box of MyApp.Item": name.text.hasPrefix(block.name + place)
        default: name.text == block.name
        }
      #expect(isRight, "\(block.name) is called \(name.text)")
      #expect(name.language == .swift)
    }
    checkFields(program, finder)
    checkElements(program, finder)
  }

  private func checkFields(_ program: TestProgram, _ finder: TypeFinder) {
    func fields(_ name: String) -> [String] {
      guard let block = program.blocks.first(where: { $0.name == name }) else { return [] }
      return finder.fields(program.type(block, finder)).map {
        "\($0.offset) \($0.ownership) \($0.name): \($0.type ?? "?")"
      }
    }
    let session = [
      "16 strong onClose: (() -> ())?", "32 weak delegate: MyApp.Handler?",
      "40 unowned owner: MyApp.Handler", "48 strong number: Int",
    ]
    #expect(fields("MyApp.Session") == session)
    #expect(fields("MyApp.Login") == session + ["56 strong tries: [Int]"])
    #expect(
      fields("MyApp.Outer<Int>.Inner<String>") == ["16 strong key: Int", "24 strong value: String"])
    #expect(fields("MyApp.Pool<any Error>") == ["16 strong items: [(any Error)?]"])
    #expect(fields("MyApp.Buffer") == ["16 strong header: Int"])
    #expect(
      fields("closure") == [
        "16 strong captured var Int: var Int", "24 strong captured Int: Int",
        "32 strong captured MyApp.Session: MyApp.Session",
      ])
    #expect(
      fields("MyApp.Node") == [
        "16 strong isOpen: Bool",
        "24 weak links.weak: MyApp.Handler?", "32 unowned links.unowned: MyApp.Handler",
        "40 strong links.owned: MyApp.Handler",
        "48 weak spare.weak: MyApp.Handler?", "56 unowned spare.unowned: MyApp.Handler",
        "64 strong spare.owned: MyApp.Handler",
        "72 strong onEvent: ((MyApp.Handler) -> MyApp.Handler)?",
      ])
    #expect(fields("[Int] storage") == [])
  }

  private func checkElements(_ program: TestProgram, _ finder: TypeFinder) {
    func elements(_ name: String) -> [Int] {
      guard let block = program.blocks.first(where: { $0.name == name }),
        let layout = finder.elements(program.type(block, finder))
      else { return [] }
      return [layout.first, layout.stride]
    }
    #expect(elements("[Int] storage") == [32, 8])
    #expect(elements("[MyApp.Item] storage") == [32, 24])
    #expect(elements("[MyApp.Handler?] storage") == [32, 8])
    #expect(elements("MyApp.Handler") == [] && elements("Set<MyApp.Item> storage") == [])
  }
}
