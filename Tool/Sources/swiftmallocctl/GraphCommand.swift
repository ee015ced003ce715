// swiftmallocctl graph, why and cycles: who holds the memory.

import ArgumentParser
import Glibc
import HeapGraph
import ToolKit

struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Show how much memory the objects of each type retain.",
    discussion: """
      What an object retains is what would be free without it: itself, and all that only it leads to. Every word that \
      is the address of a block counts as a pointer, so sizes may be too small, and lost blocks too few.

      EXAMPLES
        swiftmallocctl graph 4711
        swiftmallocctl graph night.heap --rows 50

      Exit status: 0; 1 when the process or the snapshot cannot be read.
      """)

  @OptionGroup var options: HeapOptions

  func run() throws {
    let image = try options.heap.image(isStill: options.still)
    let text = RetainedText(image, of: options.heap.name, rows: options.rowLimit)
    try say(
      options.json
        ? text.json : text.lines(Style(for: STDOUT_FILENO)).joined(separator: "\n"))
  }
}

struct Cycles: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show retain cycles: objects that hold each other, and that nothing else holds.",
    discussion: """
      A lost cycle is what most leaks of Swift programs are. Weak and unowned references do not count. A process is looked at \
      twice, half a second apart: what is printed was lost both times.

      EXAMPLES
        swiftmallocctl cycles 4711
        swiftmallocctl cycles night.heap --json | jq '.groups[0]'

      Exit status: 0; 1 when the process or the snapshot cannot be read.
      """)

  @OptionGroup var options: HeapOptions

  private static let pause: UInt32 = 500_000

  func run() throws {
    var image = try options.heap.image(isStill: options.still)
    var earlier: HeapImage?
    if case .process = options.heap, !RetainCycles.all(in: image).isEmpty {
      earlier = image
      usleep(Self.pause)
      image = try options.heap.image(isStill: options.still)
    }
    let text = CyclesText(image, of: options.heap.name, rows: options.rowLimit, alsoIn: earlier)
    try say(
      options.json
        ? text.json : text.lines(Style(for: STDOUT_FILENO)).joined(separator: "\n"))
  }
}

struct Why: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Show why an object lives: the shortest ways to it from variables, stacks and threads.",
    discussion: """
      An address may be any in the block. A type is a name as `swiftmallocctl types` prints it; the ways to its nearest \
      objects are shown.

      EXAMPLES
        swiftmallocctl why 4711 0x7f3a5c0012a0
        swiftmallocctl why 4711 App.Session
        swiftmallocctl why night.heap App.Session --rows 3

      Exit status: 0, also when nothing leads to the object; 1 when there is no such object or type, and when the process or the \
      snapshot cannot be read.
      """)

  @OptionGroup var options: HeapOptions

  @Argument(help: "An address (0x…), or the name of a type.")
  var target: String

  func run() throws {
    let why: WhyText
    do {
      why = try WhyText(
        target, in: options.heap.image(isStill: options.still), of: options.heap.name,
        rows: options.rows ?? 5)
    } catch let error as NoSuchObject { throw fail(error.description) }
    try say(
      options.json
        ? why.json() : why.lines(Style(for: STDOUT_FILENO)).joined(separator: "\n"))
  }
}
