// What an address is that is in no block of the heap.

import CShims
import Platform
import Traces

/// Where a pointer points that was freed and is none of the heap's.
enum Place {
  /// In the heap's memory, where no block ever was.
  case unusedHeap
  /// On the stack of the thread with the number; 0: of one that is not known.
  case stack(Int)
  /// In a file's or a library's mapping.
  case file
  case kernel
  case inaccessible
  case unmapped
  /// In memory that another allocator may have given out, or of which nothing is known.
  case foreign(StaticString)

  static func find(_ address: UInt) -> Place {
    switch ProcessMaps.find(address) {
    case .none: return .unmapped
    case .unknown: return .foreign(", of which nothing is known without /proc")
    case .mapping(let mapping):
      switch mapping.name {
      case .stack:
        return .stack(
          ThreadTable.owner(ofStackFrom: mapping.start, to: mapping.end, near: address))
      case .special: return .kernel
      default: break
      }
      if !mapping.isReadable { return .inaccessible }
      if case .anonymous = mapping.name {
        let thread = ThreadTable.owner(ofStackFrom: mapping.start, to: mapping.end, near: address)
        if thread != 0 { return .stack(thread) }
      }
      if swiftmalloc_is_in_loaded_object(address) != 0 { return .file }
      if case .file = mapping.name { return .file }
      return .foreign(", which may be another allocator's block")
    }
  }

  func append(_ address: UInt, to message: inout Message) {
    switch self {
    case .unusedHeap: message.text("in memory of the heap that holds no block")
    case .stack(let thread):
      message.text("on the stack")
      if thread != 0 {
        message.text(" of thread ")
        ThreadTable.append(thread, to: &message)
      }
    case .file:
      message.text("in ")
      ProcessMaps.appendName(of: address, to: &message)
    case .kernel: message.text("in memory of the kernel's")
    case .inaccessible: message.text("in inaccessible memory")
    case .unmapped: message.text("in no mapping")
    case .foreign: message.text("in memory that is not the heap's")
    }
  }

  /// Says once that such addresses are left alone.
  static func warn(_ address: UInt, _ reason: StaticString) {
    var message = Message()
    message.head("WARNING")
    message.text("free of address ")
    message.hexadecimal(address)
    message.text(reason)
    message.text("; it is left alone, as are others like it without a word")
    message.endLine()
  }
}
