// What an address is that was freed and is in no memory of ours.

import CShims

/// What stands at an address, as far as the kernel and the loader tell.
package enum AddressPlace {
  case unmapped
  /// In the initial thread's stack.
  case stack(Mapping)
  /// In `[vdso]` or its like.
  case kernel
  case inaccessible
  /// In the memory of a loaded program or library.
  case loadedObject
  /// In memory without a file: another allocator's, or another thread's stack.
  case anonymous(Mapping)
  case file
  /// There is no /proc here.
  case unknown

  package static func find(_ address: UInt) -> AddressPlace {
    switch ProcessMaps.find(address) {
    case .none: return .unmapped
    case .unknown: return .unknown
    case .mapping(let mapping):
      if case .stack = mapping.name { return .stack(mapping) }
      if case .special = mapping.name { return .kernel }
      if !mapping.isReadable { return .inaccessible }
      if swiftmalloc_is_in_loaded_object(address) != 0 { return .loadedObject }
      if case .file = mapping.name { return .file }
      return .anonymous(mapping)
    }
  }

  /// Says that the free of an address is left alone: it may be another allocator's block or, without /proc,
  /// anything. The caller says it once.
  package static func warn(_ address: UInt, isKnown: Bool) {
    var message = Message()
    message.head("WARNING")
    message.text("free of address ")
    message.hexadecimal(address)
    if isKnown {
      message.text(", which may be another allocator's block")
    } else {
      message.text(", of which nothing is known without /proc")
    }
    message.text("; it is left alone, as are others like it without a word")
    message.endLine()
  }
}
