// Types of C++ objects by the table of functions that their first word points into (Itanium C++ ABI, 2.5 and 2.9.5):
//
//   table - 16  distance to the object's beginning: 0     typeinfo      0  its own table of functions
//   table -  8  typeinfo, or 0 with -fno-rtti                           8  name: "N3app7HandlerE"
//   table       first function
//
// The typeinfo is itself an object of a class of the C++ library (…__cxxabiv1…), and that is looked at, too. Without
// typeinfo the linker's symbol _ZTV… names the table, where the file has it.

import Symbols

/// Reads tables of functions.
struct CxxTypes {
  private static let mostDistances: UInt64 = 64
  private static let library = "N10__cxxabiv1"

  private let pages: PageCache
  private let map: ModuleMap
  private let files: ModuleFiles

  init(_ pages: PageCache, _ map: ModuleMap, _ files: ModuleFiles) {
    self.pages = pages
    self.map = map
    self.files = files
  }

  /// The class whose objects begin with this word; nil if it is none, or not certain.
  func name(_ table: UInt64) -> TypeName? {
    guard table % 8 == 0, let module = map.module(of: table &- 16),
      pages.word(table &- 16) == 0, let information = pages.word(table &- 8),
      let function = pages.word(table), function == 0 || map.isCode(function)
    else { return nil }
    let name = information == 0 ? symbol(table &- 16) : typeName(information)
    return name.map {
      TypeName($0, .cxx, .vtableObject, module: map.modules[module].name)
    }
  }

  private func typeName(_ information: UInt64) -> String? {
    guard let name = rawName(information), let table = pages.word(information),
      table % 8 == 0, map.isModule(table &- 8), let kind = pages.word(table &- 8),
      rawName(kind)?.hasPrefix(Self.library) == true
    else { return nil }
    return Self.readable(name)
  }

  /// The mangled name in a typeinfo. A star says that the name alone does not tell two types apart.
  private func rawName(_ information: UInt64) -> String? {
    guard information % 8 == 0, map.isModule(information),
      let address = pages.word(information &+ 8), map.isModule(address),
      let name = pages.name(address, limit: 4096)
    else { return nil }
    let plain = name.first == "*" ? String(name.dropFirst()) : name
    // A class is named by its length and letters, or nested in others, or one of the library's own.
    guard let first = plain.utf8.first, plain.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
      first == UInt8(ascii: "N") || first == UInt8(ascii: "S") || first == UInt8(ascii: "Z")
        || (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(first)
    else { return nil }
    return plain
  }

  /// The symbol may begin before: distances of virtual bases come first.
  private func symbol(_ table: UInt64) -> String? {
    guard let (name, start) = files.variable(at: table), name.hasPrefix("_ZTV"),
      table - start <= Self.mostDistances * 8
    else { return nil }
    for place in stride(from: start, to: table, by: 8) {
      guard let distance: Int64 = pages.load(place), distance.magnitude < 1 << 32 else {
        return nil
      }
    }
    return Self.readable(String(name.dropFirst(4)))
  }

  /// Nil for what is no name of a type.
  static func readable(_ name: String) -> String? {
    let prefix = "typeinfo name for "
    let text = Demangled.name("_ZTS" + name)
    return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
  }
}
