// What types are read from: the metadata that blocks lead to. A block's first word may be any number, and what lies there may
// be damaged. So every address is looked for among the process' mappings before it is read, and every loop has an end.

import CShims
import Platform

/// Reads metadata of the process itself.
struct TypeMemory {
  let roots: Roots
  /// Whether every word is asked for before it is read: where a page that is gone would end the process.
  let isCareful: Bool

  /// The mapping of an address that can be read. Shared memory is left alone: it may be a device's.
  private func mapping(_ address: UInt) -> RootMapping? {
    guard let mapping = roots.mapping(at: address), mapping.isReadable, !mapping.isShared else {
      return nil
    }
    return mapping
  }

  @inline(never)
  private func isReadable(_ address: UInt, _ byteCount: UInt) -> Bool {
    guard let mapping = mapping(address), mapping.end - address >= byteCount else { return false }
    return !isCareful || swiftmalloc_is_readable(address & ~7) != 0
  }

  /// The word at an address, which must be a multiple of eight.
  @inline(never)
  func word(_ address: UInt) -> UInt? {
    address & 7 == 0 && isReadable(address, 8) ? Roots.word(address) : nil
  }

  /// The 32 bits at an address, which must be a multiple of four.
  @inline(never)
  func half(_ address: UInt) -> UInt32? {
    guard address & 3 == 0, isReadable(address, 4) else { return nil }
    return UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped.load(as: UInt32.self)
  }

  @inline(never)
  func byte(_ address: UInt) -> UInt8? {
    guard isReadable(address, 1) else { return nil }
    return UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped.load(as: UInt8.self)
  }

  /// The address that a distance leads to, which stands at `place` and counts from there; nil for the distance 0.
  @inline(never)
  func target(_ place: UInt) -> UInt? {
    guard isReadable(place, 4) else { return nil }
    let distance = UnsafeRawPointer(bitPattern: place).unsafelyUnwrapped.loadUnaligned(
      as: Int32.self)
    return distance == 0 ? nil : place &+ UInt(bitPattern: Int(distance))
  }

  /// The same where an odd distance leads to a pointer.
  @inline(never)
  func indirectTarget(_ place: UInt) -> UInt? {
    guard let found = target(place) else { return nil }
    return found & 1 == 0 ? found : word(found & ~1)
  }

  /// Whether an address lies in a program or a library: in a file, or behind one as the rest of its variables does.
  @inline(never)
  func isModule(_ address: UInt) -> Bool {
    guard let found = mapping(address) else { return false }
    if found.isFile { return true }
    let index = roots.mappings.lastIndex(notAbove: address)
    return index > 0 && roots.mappings[index - 1].isFile
      && roots.mappings[index - 1].end == found.start
  }

  /// Whether a function can be there.
  @inline(never)
  func isCode(_ address: UInt) -> Bool {
    mapping(address).map { $0.isExecutable && $0.isFile } ?? false
  }

  /// Whether there is a name: text of some length, without control characters, that ends.
  @inline(never)
  func isName(_ address: UInt) -> Bool {
    for index in 0..<TypeText.longest {
      guard let byte = byte(address &+ UInt(index)) else { return false }
      if byte == 0 { return index > 0 }
      if byte <= 0x20 || byte == 0x7f { return false }
    }
    return false
  }

  /// Whether the text at an address begins so.
  @inline(never)
  func hasPrefix(_ address: UInt, _ prefix: StaticString) -> Bool {
    for index in 0..<prefix.utf8CodeUnitCount
    where byte(address &+ UInt(index)) != prefix.utf8Start[index] { return false }
    return true
  }

  /// Whether it is this text and no more.
  @inline(never)
  func isText(_ address: UInt, _ text: StaticString) -> Bool {
    hasPrefix(address, text) && byte(address &+ UInt(text.utf8CodeUnitCount)) == 0
  }
}
