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
  /// In memory that another allocator may have given out; false: nothing is known of it.
  case foreign(isKnown: Bool)

  static func find(_ address: UInt) -> Place {
    switch AddressPlace.find(address) {
    case .unmapped: .unmapped
    case .kernel: .kernel
    case .inaccessible: .inaccessible
    case .loadedObject, .file: .file
    case .unknown: .foreign(isKnown: false)
    case .stack(let mapping): .stack(thread(mapping, address))
    case .anonymous(let mapping):
      switch thread(mapping, address) {
      case 0: .foreign(isKnown: true)
      case let thread: .stack(thread)
      }
    }
  }

  private static func thread(_ mapping: Mapping, _ address: UInt) -> Int {
    ThreadTable.owner(ofStackFrom: mapping.start, to: mapping.end, near: address)
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
      if ProcessMaps.appendName(of: address, to: &message) { return }
      // The zeroed part of a program's data lies behind its file's pages, in memory without a name.
      var module = swiftmalloc_module()
      if swiftmalloc_module_at(address, &module) == 0 {
        message.text("a loaded program or library")
      } else {
        withUnsafeBytes(of: &module.path) {
          message.printable($0.baseAddress!.assumingMemoryBound(to: CChar.self))
        }
      }
    case .kernel: message.text("in memory of the kernel's")
    case .inaccessible: message.text("in inaccessible memory")
    case .unmapped: message.text("in no mapping")
    case .foreign: message.text("in memory that is not the heap's")
    }
  }
}
