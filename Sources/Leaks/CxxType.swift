// Types of C++ objects by the table of functions that their first word points into (Itanium C++ ABI, 2.5 and 2.9.5):
//
//   table - 16  distance to the object's beginning: 0     typeinfo      0  its own table of functions
//   table -  8  typeinfo                                                8  name: "N3app7HandlerE"
//   table       first function
//
// The typeinfo is itself an object of a class of the C++ library (…__cxxabiv1…), and that is looked at, too.

enum CxxType {
  /// Where the mangled name of the class stands whose objects begin with this word; nil if it is none, or not certain.
  @inline(never)
  static func name(_ table: UInt, _ memory: TypeMemory) -> UInt? {
    guard table & 7 == 0, memory.isModule(table &- 16), memory.word(table &- 16) == 0,
      let information = memory.word(table &- 8), let function = memory.word(table),
      function == 0 || memory.isCode(function), let name = rawName(information, memory),
      let kindTable = memory.word(information), memory.isModule(kindTable &- 8),
      let kind = memory.word(kindTable &- 8), let kindName = rawName(kind, memory),
      memory.hasPrefix(kindName, "N10__cxxabiv1")
    else { return nil }
    return name
  }

  /// The name in a typeinfo: a class is named by its length and letters, or nested in others. A star says that the name alone
  /// does not tell two types apart.
  @inline(never)
  private static func rawName(_ information: UInt, _ memory: TypeMemory) -> UInt? {
    guard memory.isModule(information), var name = memory.word(information &+ 8),
      memory.isModule(name)
    else { return nil }
    if memory.byte(name) == UInt8(ascii: "*") { name &+= 1 }
    guard memory.isName(name), let first = memory.byte(name) else { return nil }
    let isClass =
      first == UInt8(ascii: "N") || first == UInt8(ascii: "S") || first == UInt8(ascii: "Z")
      || (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(first)
    return isClass ? name : nil
  }

  /// Whether a class counts the owners of an object: std::shared_ptr's, of libstdc++ or libc++.
  @inline(never)
  static func isOwnerCount(_ name: UInt, _ memory: TypeMemory) -> Bool {
    isStandardOwnerCount(name, memory) || isLibcxxOwnerCount(name, memory)
  }

  /// `St23_Sp_counted_ptr_inplaceI…`.
  private static func isStandardOwnerCount(_ name: UInt, _ memory: TypeMemory) -> Bool {
    memory.hasPrefix(name, "St") && memory.hasPrefix(name &+ 4, "_Sp_counted_")
  }

  /// Whether such a class holds the object itself: it is then no pointer to one.
  static func holdsObject(_ name: UInt, _ memory: TypeMemory) -> Bool {
    memory.hasPrefix(name, "St23_Sp_counted_ptr_inplace")
      || memory.hasPrefix(name, "NSt3__120__shared_ptr_emplace")
  }

  /// `NSt3__120__shared_ptr_emplaceI…`. It counts from 0 on, in 64 bits; libstdc++ from 1 on, in 32 bits.
  static func isLibcxxOwnerCount(_ name: UInt, _ memory: TypeMemory) -> Bool {
    memory.hasPrefix(name, "NSt3__1") && memory.hasPrefix(name &+ 9, "__shared_ptr_")
  }
}
