// Types of C++ objects.

import HeapTypes
import Testing

struct CxxTypesTests {
  private func check(_ program: TestProgram) {
    let finder = TypeFinder(program.memory)
    #expect(program.blocks.count >= 10)
    for block in program.blocks {
      let name = program.name(block, finder)
      #expect(name.text == block.name)
      if block.name != "untyped" {
        #expect(name.language == .cxx && name.kind == .vtableObject)
      }
    }
  }

  @Test func withTypeInformation() throws {
    check(try TestProgram(["g++ -O2 $SOURCES/objects.cc -o app", "./app"]))
  }

  @Test func stripped() throws {
    check(try TestProgram(["g++ -O0 -no-pie $SOURCES/objects.cc -o app", "strip app", "./app"]))
  }

  /// The linker's names of the tables tell the classes; without them only the library's own are known.
  @Test func withoutTypeInformation() throws {
    let compile = "g++ -O1 -fno-rtti $SOURCES/objects.cc -o app"
    check(try TestProgram([compile, "./app"]))
    let program = try TestProgram([compile, "strip app", "./app"])
    let finder = TypeFinder(program.memory)
    for block in program.blocks {
      let isKnown = block.name == "std::runtime_error"
      #expect(program.name(block, finder).text == (isKnown ? block.name : "untyped"))
    }
  }

  @Test func staticProgram() throws {
    check(
      try TestProgram(["g++ -O1 -static-pie $SOURCES/objects.cc -o app", "strip app", "./app"]))
  }
}
