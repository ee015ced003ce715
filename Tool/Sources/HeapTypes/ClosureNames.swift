// Names of closures' contexts, and of boxes: of captured variables, and of the cases of indirect enums. Their metadata has no name, and
// nobody but the function that makes them mentions it: that function is found by its code. One captured value is called a box, more
// than one a context: a context of one value looks like its box.
//
//   x86-64    lea register, [rip + distance]            AArch64    adrp register, page ; add register, register, offset
//
// A module's code is searched once, when a name in it is asked for the first time: some milliseconds for each MiB.

import Symbols
import Targets

/// Finds who makes closures.
final class ClosureNames {
  private let types: SwiftTypes
  private let map: ModuleMap
  private let files: ModuleFiles
  /// For each mapping of data, by its start, where it is mentioned in the module's code.
  private var mentions: [UInt64: CodeMentions] = [:]

  init(_ types: SwiftTypes, _ map: ModuleMap, _ files: ModuleFiles) {
    self.types = types
    self.map = map
    self.files = files
  }

  /// The name of blocks with this metadata, whose kind is that of closures and of boxes.
  func name(_ metadata: UInt64) -> TypeName {
    let module = map.module(of: metadata)
    let makers = module.map { self.makers(metadata, $0) } ?? []
    let file = module.map { map.modules[$0].name } ?? ""
    let captured = types.capturedTypes(metadata)
    // Inlined into many functions: the names of two are enough to see where.
    let others = makers.count > 2 ? " and others" : makers.count == 2 ? " and \(makers[1])" : ""
    let maker = makers.first.map { $0 + others }
    let place = "(\(files.place(metadata)))"
    let key = maker == nil ? nil : makers.joined(separator: ";")
    if captured.count == 1, types.bindingCount(metadata) == 0 {
      let what = Self.described(captured[0]).map { "box of \($0)" } ?? "box"
      let text = "\(what) \(maker.map { "in \($0)" } ?? place)"
      return TypeName(
        text, .swift, .box, module: file, key: key.map { "swift:\(what):\($0)" })
    }
    let list = captured.map { Self.described($0) ?? SwiftTypes.unknown }.joined(separator: ", ")
    let content = maker.map { "of \($0)" } ?? (list.isEmpty ? place : "capturing \(list) \(place)")
    return TypeName(
      "closure context \(content)", .swift, .closure, module: file,
      key: key.map { "swift:closure:\($0)" })
  }

  private static func described(_ type: MangledType) -> String? {
    let ownership = type.ownership == .strong ? "" : "\(type.ownership.rawValue) "
    return SwiftTypes.captureName(type).map { ownership + $0 }
  }

  /// The functions whose code mentions the metadata, by name.
  private func makers(_ metadata: UInt64, _ module: Int) -> [String] {
    let mappings = map.modules[module].mappings
    guard let mapping = mappings.first(where: { ($0.start..<$0.end).contains(metadata) }) else {
      return []
    }
    let found = mentions[mapping.start] ?? search(module, mapping)
    mentions[mapping.start] = found
    var names: [String] = []
    // Unoptimised code takes the address of what lies before it, the destructor's, and adds to it.
    let places = found.places(of: metadata)
    for place in places.isEmpty ? found.places(of: metadata &- 16) : places {
      guard let name = files.function(at: place) else { continue }
      let readable = SwiftFunctionName.short(Demangled.name(name))
      if !names.contains(readable) { names.append(readable) }
    }
    return names.sorted()
  }

  /// Where a module's code mentions what lies in one mapping.
  private func search(_ module: Int, _ mapping: TargetMapping) -> CodeMentions {
    // Without names of functions it is of no use.
    guard let symbols = files.symbols(module) else { return CodeMentions(machine: 0) }
    var found = CodeMentions(machine: symbols.object.machine)
    for code in map.modules[module].mappings where code.isExecutable {
      files.readPieces(code, overlap: CodeMentions.longestMention) {
        found.add($0, at: $1, of: mapping.start..<mapping.end)
      }
    }
    found.sort()
    return found
  }
}
