// The functions, or the variables, that an ELF file names itself: those of .symtab, or of .dynsym in a stripped file. They have no
// lines, but need no other program to be read.
//
//   a symbol is of  [value, value + size)      without a size: up to the next one

/// Names of functions, or of variables, by address.
package struct SymbolTable {
  package enum Kind: Sendable {
    case functions, data
  }

  private struct Symbol {
    let start: UInt64
    let byteCount: UInt64
    let name: UInt32
  }

  private static let symbolTable: UInt32 = 2
  fileprivate static let dynamicSymbols: UInt32 = 11
  private static let rowBytes = 24
  private static let (variable, function, indirectFunction): (UInt8, UInt8, UInt8) = (1, 2, 10)

  private let places: [Range<UInt64>]
  private let symbols: [Symbol]
  private let names: [UInt8]

  /// Empty when the file has none, or is gone.
  package init(_ object: ObjectFile, of kind: Kind = .functions) {
    let kinds = kind == .data ? [Self.variable] : [Self.function, Self.indirectFunction]
    places = object.segments.filter { $0.isExecutable || kind == .data }.map { segment in
      segment.address..<max(segment.address, segment.address &+ segment.memoryBytes)
    }
    let wanted = [Self.symbolTable, Self.dynamicSymbols].lazy.compactMap { kind in
      object.sections.first { $0.kind == kind && $0.link < object.sections.count }
    }
    guard let table = wanted.first, let file = OpenFile(object.path) else {
      symbols = []
      names = []
      return
    }
    let rows = file.contents(table)
    var symbols: [Symbol] = []
    rows.withUnsafeBytes { rows in
      for place in stride(from: 0, through: rows.count - Self.rowBytes, by: Self.rowBytes) {
        let kind = rows[place + 4] & 0xf
        let section = rows.loadUnaligned(fromByteOffset: place + 6, as: UInt16.self)
        guard kinds.contains(kind), section != 0 else { continue }
        symbols.append(
          Symbol(
            start: rows.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self),
            byteCount: rows.loadUnaligned(fromByteOffset: place + 16, as: UInt64.self),
            name: rows.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
      }
    }
    // Of several names of one function the first of the file.
    self.symbols = symbols.enumerated().sorted {
      ($0.element.start, $0.offset) < ($1.element.start, $1.offset)
    }.map(\.element)
    names = file.contents(object.sections[table.link])
  }

  /// Where the thing of this name begins; it is looked for one by one.
  package func address(of name: String) -> UInt64? {
    let wanted = Array(name.utf8)
    return symbols.first { symbol in
      let start = Int(symbol.name)
      return start + wanted.count < names.count && names[start + wanted.count] == 0
        && names[start..<start + wanted.count].elementsEqual(wanted)
    }?.start
  }

  /// The place of the first symbol behind an address.
  private func firstBehind(_ address: UInt64) -> Int {
    var (low, high) = (0, symbols.count)
    while low < high {
      let middle = (low + high) / 2
      if symbols[middle].start <= address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The function at an address, as the linker knows it; nil where there is none.
  package func name(at address: UInt64) -> String? { symbol(at: address)?.name }

  /// The same, and where it begins.
  package func symbol(at address: UInt64) -> (name: String, start: UInt64)? {
    guard places.contains(where: { $0.contains(address) }) else { return nil }
    let low = firstBehind(address)
    var place = low - 1
    guard place >= 0 else { return nil }
    let start = symbols[place].start
    while place > 0, symbols[place - 1].start == start { place -= 1 }
    while place < low {
      let symbol = symbols[place]
      if symbol.byteCount == 0 || address - start < symbol.byteCount {
        let name = names.text(at: Int(symbol.name))
        if !name.isEmpty { return (name, start) }
      }
      place += 1
    }
    return nil
  }
}

extension ObjectFile {
  /// Whether lines are known here, or a file with them is named.
  package var hasLines: Bool {
    let known = [
      ".debug_info", ".debug_line", ".zdebug_info", ".gnu_debuglink", ".gnu_debugaltlink",
    ]
    return sections.contains { known.contains($0.name) }
  }

  /// Whether a dynamic symbol has this name.
  package func exports(_ name: String) -> Bool {
    guard let file = OpenFile(path) else { return false }
    let wanted = [0] + Array(name.utf8) + [0]
    return sections.contains { section in
      section.kind == SymbolTable.dynamicSymbols && section.link < sections.count
        && file.contents(sections[section.link]).firstRange(of: wanted) != nil
    }
  }
}
