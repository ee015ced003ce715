// The files of the process' programs and libraries, for their symbols. They are opened as the process sees them: by way of its root,
// or of the mapping itself when the name has been taken away. A file that is not there costs names, nothing else.

import Glibc
import Targets
import ToolKit

/// Symbols of modules, by address in the process.
final class ModuleFiles {
  /// What was read of one file.
  final class Symbols {
    let object: ObjectFile
    /// What is to be taken from an address of the process to have one of the file.
    let bias: UInt64
    private(set) lazy var functions = SymbolTable(object)
    private(set) lazy var data = SymbolTable(object, of: .data)

    init(_ object: ObjectFile, bias: UInt64) {
      self.object = object
      self.bias = bias
    }
  }

  private static let pieceBytes: UInt64 = 4 << 20

  private let map: ModuleMap
  private let memory: any TargetMemory
  private let process: pid_t?
  private let root: String
  private var known: [Int: Symbols?] = [:]

  init(_ map: ModuleMap, _ memory: any TargetMemory, process: pid_t?, root: String?) {
    self.map = map
    self.memory = memory
    self.process = process
    self.root = root ?? process.map { "/proc/\($0)/root" } ?? ""
  }

  /// Nil when the file is gone, or no ELF file.
  func symbols(_ module: Int) -> Symbols? {
    if let found = known[module] { return found }
    let found = open(map.modules[module])
    known[module] = .some(found)
    return found
  }

  /// The linker's name of the function at an address.
  func function(at address: UInt64) -> String? {
    guard let module = map.module(of: address), let symbols = symbols(module) else { return nil }
    return symbols.functions.name(at: address &- symbols.bias)
  }

  /// The linker's name of the variable that an address lies in, and where that begins.
  func variable(at address: UInt64) -> (name: String, start: UInt64)? {
    guard let module = map.module(of: address), let symbols = symbols(module),
      let (name, start) = symbols.data.symbol(at: address &- symbols.bias)
    else { return nil }
    return (name, start &+ symbols.bias)
  }

  /// Where a variable of this name is, in the first module that has one.
  func address(ofVariable name: String, where isMeant: (ModuleMap.Module) -> Bool) -> UInt64? {
    for place in map.modules.indices where map.modules[place].isCode && isMeant(map.modules[place])
    {
      if let symbols = symbols(place), let address = symbols.data.address(of: name) {
        return address &+ symbols.bias
      }
    }
    return nil
  }

  /// Reads a mapping in pieces, each with some bytes of the one before it, and tells where each one begins.
  func readPieces(_ mapping: TargetMapping, overlap: UInt64, _ body: ([UInt8], UInt64) -> Void) {
    var start = mapping.start
    while start < mapping.end {
      let count = min(mapping.end - start, Self.pieceBytes)
      let piece = memory.bytes(at: start, count: Int(count))
      body(piece, start)
      if UInt64(piece.count) < count || start + count == mapping.end { return }
      start += count - overlap
    }
  }

  /// `app+0x1f30`: for what has no name.
  func place(_ address: UInt64) -> String {
    guard let number = map.module(of: address) else { return "0x" + String(address, radix: 16) }
    let module = map.modules[number]
    let first = module.mappings[0]
    let offset = address &- (first.start &- first.fileOffset)
    return "\(module.name)+0x" + String(offset, radix: 16)
  }

  private func open(_ module: ModuleMap.Module) -> Symbols? {
    guard module.isCode, let first = module.mappings.first else { return nil }
    var paths = [root + module.path]
    if let process, module.path.hasSuffix(" (deleted)") {
      let range = String(first.start, radix: 16) + "-" + String(first.end, radix: 16)
      paths = ["/proc/\(process)/map_files/\(range)"]
    }
    for path in paths {
      guard let object = ObjectFile(path) else { continue }
      // A page of the file is mapped whole: the segment may begin inside of it.
      for mapping in module.mappings {
        let segment = object.segments.first { $0.offset & ~0xfff == mapping.fileOffset }
        if let segment {
          return Symbols(object, bias: mapping.start &- (segment.address & ~0xfff))
        }
      }
    }
    return nil
  }
}
