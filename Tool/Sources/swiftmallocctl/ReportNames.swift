// Functions and lines for the places of a report, "(module+0xoffset, build id …)".

import ArgumentParser
import Symbols
import ToolKit

enum ReportNames {
  /// Prints the lines of a report, with names where they are found. Throws when no symbolizer is
  /// there, or a module's file was left out, as it is of another build.
  ///
  /// - Parameter folders: looked into first.
  static func print(_ lines: [String], _ folders: [String]) throws {
    let places = lines.map(ReportPlace.line)
    var search = ModuleSearch(folders: folders)
    var answers: [ReportPlace: [SourceFrame]] = [:]
    let wanted = Dictionary(grouping: Set(places.compactMap { $0?.place }), by: \.module)
    if !wanted.isEmpty {
      guard let symbolizer = Symbolizer() else {
        throw fail("no symbolizer found: install llvm, binutils or elfutils")
      }
      for (module, places) in wanted.sorted(by: { $0.key.path < $1.key.path }) {
        guard let found = search.file(for: module) else { continue }
        let addresses = places.map { $0.offset &+ found.firstAddress }
        for (place, frames) in zip(places, symbolizer.frames(in: found, at: addresses)) {
          answers[place] = frames.map {
            SourceFrame(function: Demangled.name($0.function), place: $0.place)
          }
        }
      }
    }
    for (line, found) in zip(lines, places) {
      guard let found, let frames = answers[found.place], !frames.isEmpty else {
        try say(line)
        continue
      }
      for text in found.lines(frames) { try say(text) }
    }
    for sentence in search.complaints { complain(sentence) }
    if search.hasWrongFile { throw ExitCode(1) }
  }
}
