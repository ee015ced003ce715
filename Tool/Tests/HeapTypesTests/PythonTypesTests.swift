// Types of CPython's objects.

import HeapTypes
import Testing

struct PythonTypesTests {
  @Test func everyKindOfObject() throws {
    let program = try TestProgram([
      "python=$(python3 -c 'import sys; print(sys.executable)')",
      "env PYTHONMALLOC=malloc $python $SOURCES/objects.py",
    ])
    let finder = TypeFinder(program.memory)
    #expect(program.blocks.count == 15)
    for block in program.blocks {
      let name = program.name(block, finder)
      #expect(name.text == block.name)
      #expect(name.language == .python && name.kind == .pythonObject)
    }
  }
}
