// Names for the addresses of a profile, module by module. The address in memory becomes one in the file,
//
//   offset in the file = address - start of the mapping + offset of the mapping,
//
// and the segment that holds this offset says the address by which symbols know it. Lines and inlined functions come from a
// symbolizer that is installed; a module without lines is read here, and so is all when no symbolizer is there. What was
// found is kept by build id, or path: the next profile of the same process asks for little.

import ProfileFiles
import Symbols
import ToolKit

/// Finds names, and remembers them.
struct ProfileSymbols {
  private let symbolizer = Symbolizer()
  private var search: ModuleSearch
  private var modules: [String: Module] = [:]
  private(set) var complaints: [String] = []

  fileprivate struct Module {
    /// The file with the symbols; nil where none was found.
    let symbols: ObjectFile?
    /// The file that was mapped; nil when it is not here any more.
    let mapped: ObjectFile?
    /// Read when it is needed.
    var table: SymbolTable?
    var known: [UInt64: [Profile.NamedFrame]] = [:]
  }

  /// - Parameters:
  ///   - folders: looked into first.
  ///   - root: where the paths of the process begin; "" is our own root.
  init(folders: [String] = [], root: String = "") {
    search = ModuleSearch(folders: folders, root: root, source: "profile")
  }

  /// Puts names into a profile. `complaints` says what could not be found, once for each module.
  mutating func resolve(_ profile: inout Profile) {
    profile.resolve { frames($0, $1) }
  }

  private mutating func frames(
    _ mapping: Profile.Mapping, _ addresses: [UInt64]
  ) -> [[Profile.NamedFrame]] {
    // "[vdso]", and code that no file has.
    guard mapping.file.hasPrefix("/") else { return [] }
    let key = mapping.buildID.isEmpty ? mapping.file : mapping.buildID
    var module = modules[key] ?? found(mapping)
    let places = addresses.map { module.address($0, mapping) }
    let unknown = Set(places).filter { module.known[$0] == nil }.sorted()
    if !unknown.isEmpty, let symbols = module.symbols {
      var answers: [[SourceFrame]] = unknown.map { _ in [] }
      if symbols.hasLines, let symbolizer {
        answers = symbolizer.frames(in: symbols, at: unknown)
      }
      for (address, frames) in zip(unknown, answers) {
        let isNamed = frames.contains { $0.function != "??" }
        module.known[address] = isNamed ? frames.map { $0.named } : module.named(address)
      }
      if symbols.hasLines && symbolizer == nil {
        complain("no symbolizer found, so there are no lines: install llvm, binutils or elfutils")
      }
    }
    modules[key] = module
    return places.map { module.known[$0] ?? [] }
  }

  private mutating func found(_ mapping: Profile.Mapping) -> Module {
    let id = mapping.buildID.isEmpty ? nil : mapping.buildID
    let symbols = search.file(for: ReportPlace.Module(path: mapping.file, buildID: id))
    for sentence in search.takeComplaints() { complain(sentence) }
    let mapped = ObjectFile(search.rooted(mapping.file))
    return Module(symbols: symbols, mapped: mapped?.buildID == id || id == nil ? mapped : nil)
  }

  private mutating func complain(_ sentence: String) {
    if !complaints.contains(sentence) { complaints.append(sentence) }
  }
}

extension ProfileSymbols.Module {
  /// The address in the file of an address in memory.
  func address(_ address: UInt64, _ mapping: Profile.Mapping) -> UInt64 {
    let offset = address &- mapping.start &+ mapping.offset
    if let found = mapped?.address(ofOffset: offset) { return found }
    // A debug file has the addresses of the segments, but other offsets.
    guard let code = symbols?.segments.first(where: \.isExecutable) else { return offset }
    return address &- mapping.start &+ (code.address & ~0xfff)
  }

  /// The function alone.
  mutating func named(_ address: UInt64) -> [Profile.NamedFrame] {
    if table == nil { table = symbols.map { SymbolTable($0) } }
    guard let name = table?.name(at: address) else { return [] }
    return [Profile.NamedFrame(name: Demangled.name(name), systemName: name)]
  }
}

extension SourceFrame {
  fileprivate var named: Profile.NamedFrame {
    let colon = place?.lastIndex(of: ":")
    let file = colon.map { String(place![..<$0]) } ?? ""
    let line = colon.flatMap { Int64(place![place!.index(after: $0)...]) } ?? 0
    return Profile.NamedFrame(
      name: Demangled.name(function), systemName: function, file: file, line: line)
  }
}
