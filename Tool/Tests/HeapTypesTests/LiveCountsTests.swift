// All live blocks of a program with its own counts.

import HeapReader
import HeapTypes
import Targets
import Testing

struct LiveCountsTests {
  @Test(arguments: ["-Onone", "-O"])
  func countsAreTheProgramsOwn(_ options: String) throws {
    let program = try TestProgram([
      "swiftc -parse-as-library -module-name MyApp \(options) $SOURCES/counts.swift -o app",
      "env LD_PRELOAD=$LIBRARY ./app",
    ])
    let blocks = try HeapReader(program.memory).liveBlocks()
    let finder = TypeFinder(program.memory)
    var found: [String: Int] = [:]
    for index in 0..<blocks.count {
      let block = TestProgram.Block(
        name: "", address: blocks.addresses[index], size: Int(blocks.sizes[index]))
      let name = program.name(block, finder)
      let text = name.kind == .closure ? "closure" : name.text
      found[text, default: 0] += 1
    }
    #expect(program.counts.count == 9)
    for (name, count) in program.counts {
      // Of what is no object of a class the program has a few that it does not count.
      let most = name.hasPrefix("MyApp.") ? count : count + 4
      #expect((count...most).contains(found[name] ?? 0), "\(name): \(count), found \(found)")
    }
  }
}
